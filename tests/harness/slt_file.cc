#include "harness/slt_file.h"

#include <charconv>
#include <sstream>
#include <utility>

namespace floe::harness {
namespace {

class SltParser {
 public:
  explicit SltParser(std::string_view text) {
    std::istringstream stream{std::string(text)};
    for (std::string line; std::getline(stream, line);) lines_.push_back(std::move(line));
  }

  Result<SltFile> Parse() {
    while (next_ < lines_.size()) {
      const std::string& line = lines_[next_];
      if (line.empty() || line.starts_with("#")) {
        ++next_;
        continue;
      }
      FLOE_TRY(ParseDirective(line));
    }
    return std::move(file_);
  }

 private:
  Error Invalid(const std::string& reason) const {
    return Error(ErrorCode::kInvalidData, "line " + std::to_string(next_ + 1) + ": " + reason);
  }

  static std::vector<std::string> Words(const std::string& line) {
    std::istringstream stream(line);
    std::vector<std::string> words;
    for (std::string word; stream >> word;) words.push_back(std::move(word));
    return words;
  }

  // Lines up to an empty one or `stop`.
  std::vector<std::string> Block(std::string_view stop) {
    std::vector<std::string> block;
    while (next_ < lines_.size() && !lines_[next_].empty() && lines_[next_] != stop) {
      block.push_back(lines_[next_++]);
    }
    return block;
  }

  Status ParseDirective(const std::string& line) {
    const std::vector<std::string> words = Words(line);
    if (words[0] == "input" && words.size() == 2) {
      ++next_;
      inputs_.files[words[1]] = Block("");
      return Status::Ok();
    }
    if (words[0] == "topic" && words.size() == 2) return ParseTopic(words[1]);
    if (words[0] == "arrival") {
      ++next_;
      inputs_.arrival.assign(words.begin() + 1, words.end());
      return Status::Ok();
    }
    return ParseStep(words);
  }

  // Lines "partition timestamp value".
  Status ParseTopic(const std::string& name) {
    ++next_;
    std::vector<TopicRecord>& records = inputs_.topics[name];
    records.clear();
    for (; next_ < lines_.size() && !lines_[next_].empty(); ++next_) {
      std::istringstream line(lines_[next_]);
      TopicRecord record;
      if (!(line >> record.partition >> record.timestamp_ms)) {
        return Invalid("expected 'partition timestamp value'");
      }
      line.get();
      std::getline(line, record.value);
      records.push_back(std::move(record));
    }
    return Status::Ok();
  }

  Status ParseStep(const std::vector<std::string>& words) {
    SltStep step;
    step.line = static_cast<int>(next_) + 1;
    const std::string second = words.size() > 1 ? words[1] : "";
    if (words[0] == "statement" && second == "ok") {
      step.kind = SltKind::kStatement;
    } else if (words[0] == "statement" && second == "error") {
      step.kind = SltKind::kStatementError;
    } else if (words[0] == "query" && second == "error") {
      step.kind = SltKind::kQueryError;
    } else if (words[0] == "job") {
      step.kind = SltKind::kJob;
    } else if (words[0] == "query") {
      step.kind = SltKind::kQuery;
      step.ordered = second != "unordered";
    } else {
      return Invalid(
          "expected 'input', 'topic', 'arrival', 'statement ok|error', 'job' or 'query "
          "[unordered|error]', found '" +
          words[0] + " " + second + "'");
    }
    FLOE_TRY(ParseCounters(words, &step));
    ++next_;
    for (const std::string& text : Block("----")) step.sql += text + "\n";
    if (next_ < lines_.size() && lines_[next_] == "----") {
      ++next_;
      step.expected = Block("");
    }
    step.inputs = inputs_;
    file_.steps.push_back(std::move(step));
    return Status::Ok();
  }

  // Words of the form name=count.
  Status ParseCounters(const std::vector<std::string>& words, SltStep* step) {
    for (const std::string& word : words) {
      const size_t equals = word.find('=');
      if (equals == std::string::npos) continue;
      int64_t count = 0;
      const char* end = word.data() + word.size();
      const auto [stopped, error] = std::from_chars(word.data() + equals + 1, end, count);
      if (error != std::errc() || stopped != end) return Invalid("'" + word + "' is no count");
      step->counters[word.substr(0, equals)] = count;
    }
    return Status::Ok();
  }

  std::vector<std::string> lines_;
  size_t next_ = 0;
  TestInputs inputs_;
  SltFile file_;
};

}  // namespace

Result<SltFile> ParseSltFile(std::string_view text) { return SltParser(text).Parse(); }

}  // namespace floe::harness
