#include "connectors/print/print_sink.h"

#include <arrow/array/array_binary.h>
#include <arrow/scalar.h>

#include <utility>

#include "types/data_type.h"
#include "types/text.h"

namespace floe::connectors {
namespace {

class PrintWriter final : public stream::SinkWriter {
 public:
  PrintWriter(std::string prefix, std::function<void(std::string_view)> write)
      : prefix_(std::move(prefix)), write_(std::move(write)) {}

  Status Write(const stream::Batch& batch) override {
    std::string lines;
    for (int64_t row = 0; row < batch.size(); ++row) {
      const auto kind = batch.row_kinds ? static_cast<types::RowKind>(batch.row_kinds->Value(row))
                                        : types::RowKind::kInsert;
      lines += prefix_;
      lines += types::RowKindName(kind);
      lines += '[';
      for (int column = 0; column < batch.rows->num_columns(); ++column) {
        if (column > 0) lines += ", ";
        types::AppendText(*batch.rows->column(column), row, &lines);
      }
      lines += "]\n";
    }
    write_(lines);
    return Status::Ok();
  }

  Result<std::string> PrepareEpoch(Epoch) override { return std::string(); }

 private:
  const std::string prefix_;
  const std::function<void(std::string_view)> write_;
};

class PrintSink final : public stream::Sink {
 public:
  PrintSink(std::string identifier, std::function<void(std::string_view)> write)
      : identifier_(std::move(identifier)), write_(std::move(write)) {}

  Result<std::unique_ptr<stream::SinkWriter>> CreateWriter(int shard, int shards) override {
    // As Flink's: the number of the writer, from 1, when there is more than one.
    std::string prefix = identifier_;
    if (shards > 1) prefix += (prefix.empty() ? "" : ":") + std::to_string(shard + 1);
    if (!prefix.empty()) prefix += "> ";
    return std::unique_ptr<stream::SinkWriter>(new PrintWriter(std::move(prefix), write_));
  }
  stream::SinkCommitter* committer() override { return nullptr; }

 private:
  const std::string identifier_;
  const std::function<void(std::string_view)> write_;
};

class BlackholeWriter final : public stream::SinkWriter {
 public:
  Status Write(const stream::Batch&) override { return Status::Ok(); }
  Result<std::string> PrepareEpoch(Epoch) override { return std::string(); }
};

class BlackholeSink final : public stream::Sink {
 public:
  Result<std::unique_ptr<stream::SinkWriter>> CreateWriter(int, int) override {
    return std::unique_ptr<stream::SinkWriter>(new BlackholeWriter());
  }
  stream::SinkCommitter* committer() override { return nullptr; }
};

}  // namespace

std::unique_ptr<stream::Sink> MakePrintSink(std::string identifier,
                                            std::function<void(std::string_view)> write) {
  return std::make_unique<PrintSink>(std::move(identifier), std::move(write));
}

std::unique_ptr<stream::Sink> MakeBlackholeSink() { return std::make_unique<BlackholeSink>(); }

}  // namespace floe::connectors
