#include "cli/line_editor.h"

#include <histedit.h>
#include <langinfo.h>
#include <poll.h>
#include <sys/ioctl.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <clocale>
#include <cstdio>
#include <cstring>
#include <cwchar>
#include <span>
#include <utility>
#include <vector>

#include "base/limits.h"
#include "storage/local_file_system.h"

namespace floe::cli {
namespace {

// More candidates than a screen is asked for anyway: they are counted instead.
constexpr size_t kMaxShownCandidates = 200;
constexpr int kPollMs = 50;

size_t TerminalColumns() {
  winsize size{};
  return ioctl(STDOUT_FILENO, TIOCGWINSZ, &size) == 0 && size.ws_col > 0 ? size.ws_col : 80;
}

class LineEditor final : public client::LineReader {
 public:
  LineEditor(storage::FileSystem& files, LineEditorOptions options)
      : files_(files), options_(std::move(options)) {
    // Typed text is UTF-8, whatever the locale of the shell.
    std::setlocale(LC_CTYPE, "");
    if (std::strcmp(nl_langinfo(CODESET), "UTF-8") != 0) std::setlocale(LC_CTYPE, "C.UTF-8");
    editor_ = el_init("floe", stdin, stdout, stderr);
    history_ = history_init();
    HistEvent event;
    history(history_, &event, H_SETSIZE, static_cast<int>(limits::kMaxHistoryEntries));
    history(history_, &event, H_SETUNIQUE, 1);
    el_set(editor_, EL_CLIENTDATA, this);
    el_set(editor_, EL_PROMPT, &LineEditor::Prompt);
    el_set(editor_, EL_EDITOR, "emacs");
    el_set(editor_, EL_GETCFN, &LineEditor::GetCharacter);
    el_set(editor_, EL_HIST, history, history_);
    el_set(editor_, EL_ADDFN, "floe-complete", "Complete the name at the cursor",
           &LineEditor::OnTab);
    el_set(editor_, EL_BIND, "^I", "floe-complete", nullptr);
    el_source(editor_, nullptr);
    ReadHistory();
  }

  ~LineEditor() override {
    el_end(editor_);
    history_end(history_);
  }

  Outcome Read(const std::string& prompt, std::string_view before, std::string* line) override {
    prompt_ = prompt;
    before_ = std::string(before);
    int count = 0;
    el_resize(editor_);
    const char* text = el_gets(editor_, &count);
    if (options_.interrupted()) {
      std::fputs("^C\n", stdout);
      el_reset(editor_);
      return Outcome::kInterrupted;
    }
    if (text == nullptr || count <= 0) {
      std::fputs("\n", stdout);
      return Outcome::kEnd;
    }
    *line = std::string(text, static_cast<size_t>(count));
    if (line->ends_with('\n')) line->pop_back();
    return Outcome::kLine;
  }

  void AddHistory(const std::string& entry) override {
    HistEvent event;
    history(history_, &event, H_ENTER, entry.c_str());
    if (history_file_ == nullptr) return;
    // Other sessions append to it too; a line is written at once.
    Complain(history_file_->Append(entry + "\n"));
  }

 private:
  static LineEditor& Of(EditLine* editor) {
    void* data = nullptr;
    el_get(editor, EL_CLIENTDATA, &data);
    return *static_cast<LineEditor*>(data);
  }

  static char* Prompt(EditLine* editor) { return Of(editor).prompt_.data(); }

  // One character of stdin; -1 when interrupted, which ends el_gets.
  static int GetCharacter(EditLine* editor, wchar_t* character) {
    LineEditor& self = Of(editor);
    std::mbstate_t state{};
    for (;;) {
      if (self.options_.interrupted()) {
        errno = EINTR;
        return -1;
      }
      pollfd input{STDIN_FILENO, POLLIN, 0};
      if (poll(&input, 1, kPollMs) <= 0) continue;
      char byte = 0;
      const ssize_t count = read(STDIN_FILENO, &byte, 1);
      if (count == 0) return 0;
      if (count < 0) {
        if (errno == EINTR || errno == EAGAIN) continue;
        return -1;
      }
      const size_t length = std::mbrtowc(character, &byte, 1, &state);
      if (length == static_cast<size_t>(-2)) continue;  // the character goes on
      if (length == static_cast<size_t>(-1)) {
        state = {};
        continue;
      }
      return 1;
    }
  }

  static unsigned char OnTab(EditLine* editor, int) { return Of(editor).Complete(); }

  unsigned char Complete() {
    const LineInfo* line = el_line(editor_);
    const std::string text =
        before_ + std::string(line->buffer, static_cast<size_t>(line->lastchar - line->buffer));
    const size_t cursor = before_.size() + static_cast<size_t>(line->cursor - line->buffer);
    const client::Completion found = options_.complete(text, cursor);
    if (found.candidates.empty() || found.begin < before_.size()) return CC_REFRESH_BEEP;
    const std::string typed = text.substr(found.begin, cursor - found.begin);
    std::string insertion = client::CommonPrefix(found.candidates);
    const bool is_whole = found.candidates.size() == 1;
    if (is_whole) insertion += ' ';
    if (is_whole || insertion.size() > typed.size()) {
      // The candidate's own spelling replaces what was typed.
      el_deletestr(editor_, Characters(typed));
      el_insertstr(editor_, insertion.c_str());
      return CC_REFRESH;
    }
    ShowCandidates(found.candidates);
    return CC_REDISPLAY;
  }

  static int Characters(std::string_view text) {
    return static_cast<int>(std::ranges::count_if(
        text, [](char c) { return (static_cast<unsigned char>(c) & 0xC0) != 0x80; }));
  }

  static void ShowCandidates(const std::vector<std::string>& candidates) {
    std::fputc('\n', stdout);
    const size_t count = std::min(candidates.size(), kMaxShownCandidates);
    size_t width = 0;
    for (size_t i = 0; i < count; ++i) {
      width = std::max(width, client::DisplayWidth(candidates[i]) + 2);
    }
    const size_t columns = std::max<size_t>(1, TerminalColumns() / width);
    const size_t lines = (count + columns - 1) / columns;
    for (size_t line = 0; line < lines; ++line) {
      for (size_t i = line; i < count; i += lines) {
        const std::string& name = candidates[i];
        const size_t blanks = i + lines < count ? width - client::DisplayWidth(name) : 0;
        std::fprintf(stdout, "%s%s", name.c_str(), std::string(blanks, ' ').c_str());
      }
      std::fputc('\n', stdout);
    }
    if (candidates.size() > count) {
      std::fprintf(stdout, "… and %zu more\n", candidates.size() - count);
    }
    std::fflush(stdout);
  }

  void ReadHistory() {
    const std::string& path = options_.history_path;
    if (path.empty()) return;
    const Result<std::string> text = storage::ReadFile(files_, path, limits::kMaxHistoryBytes);
    std::vector<std::string> entries;
    if (text.ok()) {
      for (size_t begin = 0; begin < text->size();) {
        const size_t end = std::min(text->find('\n', begin), text->size());
        if (end > begin) entries.push_back(text->substr(begin, end - begin));
        begin = end + 1;
      }
    } else if (text.error().code() != ErrorCode::kNotFound) {
      return Complain(text.status());
    }
    if (entries.size() > limits::kMaxHistoryEntries) {
      entries.erase(entries.begin(), entries.end() - limits::kMaxHistoryEntries);
      std::string kept;
      for (const std::string& entry : entries) kept += entry + "\n";
      Complain(storage::WriteFileDurably(files_, path, kept));
    }
    HistEvent event;
    for (const std::string& entry : entries) history(history_, &event, H_ENTER, entry.c_str());
    OpenHistory(path);
  }

  void OpenHistory(const std::string& path) {
    const Status made = files_.CreateDirectories(storage::ParentPath(path));
    if (!made.ok()) return Complain(made);
    auto opened = files_.OpenAppend(path, storage::OpenMode::kCreateOrAppend);
    if (!opened.ok()) return Complain(opened.status());
    history_file_ = std::move(*opened);
  }

  void Complain(const Status& status) {
    if (status.ok()) return;
    if (!complained_) std::fprintf(stderr, "floe: history: %s\n", status.ToString().c_str());
    complained_ = true;
    history_file_ = nullptr;
  }

  storage::FileSystem& files_;
  const LineEditorOptions options_;
  EditLine* editor_ = nullptr;
  History* history_ = nullptr;
  std::unique_ptr<storage::AppendFile> history_file_;
  bool complained_ = false;
  std::string prompt_;
  std::string before_;
};

}  // namespace

std::unique_ptr<client::LineReader> MakeLineEditor(storage::FileSystem& files,
                                                   LineEditorOptions options) {
  return std::make_unique<LineEditor>(files, std::move(options));
}

}  // namespace floe::cli
