#include "producers/replay.h"

#include <algorithm>
#include <limits>
#include <optional>

#include "producers/event_text.h"

namespace floe::producers {
namespace {

// Rows of one step: so many that the sync of the log does not count, so few that a step is short.
constexpr size_t kMaxStepRows = 32'768;
// Rows by which types are inferred.
constexpr size_t kInferenceRows = 8'192;
// A paced replay comes back no sooner than that.
constexpr int64_t kMinWaitMs = 5;
constexpr int64_t kMaxWaitMs = 1'000;

bool IsBoolean(std::string_view text) { return text == "true" || text == "false"; }

bool FitsInt64(std::string_view text) { return text.size() <= 18; }

// The narrowest type that all values have; STRING if there are none.
ColumnType InferType(const ColumnValues& column) {
  bool any = false;
  bool integer = true;
  bool number = true;
  bool boolean = true;
  for (const std::optional<std::string_view>& value : column.values) {
    if (!value) continue;
    any = true;
    integer = integer && IsJsonInteger(*value) && FitsInt64(*value);
    number = number && IsJsonNumber(*value);
    boolean = boolean && IsBoolean(*value);
    if (!number && !boolean) return ColumnType::kString;
  }
  if (!any) return ColumnType::kString;
  if (integer) return ColumnType::kInteger;
  return number ? ColumnType::kDecimal : ColumnType::kBoolean;
}

bool Fits(ColumnType type, std::string_view value) {
  switch (type) {
    case ColumnType::kString:
      return true;
    case ColumnType::kInteger:
    case ColumnType::kDecimal:
      return IsJsonNumber(value);
    case ColumnType::kBoolean:
      return IsBoolean(value);
  }
  return false;
}

std::string_view TypeName(ColumnType type) {
  constexpr std::string_view kNames[] = {"string", "integer", "decimal", "boolean"};
  return kNames[static_cast<size_t>(type)];
}

std::string ListOf(std::span<const ColumnDefinition> columns) {
  std::string names;
  for (const ColumnDefinition& column : columns) names += (names.empty() ? "" : ", ") + column.name;
  return names;
}

// Milliseconds of a time column's text; nullopt if it is none.
std::optional<int64_t> ParseTime(std::string_view text, TimeUnit unit) {
  constexpr int64_t kPartsPerMilli[] = {0, 0, 1'000, 1'000'000};
  switch (unit) {
    case TimeUnit::kText:
      return ParseTimestamp(text);
    case TimeUnit::kSeconds:
      return ParseScaled(text, 1'000);
    case TimeUnit::kMilliseconds:
      return ParseScaled(text, 1);
    case TimeUnit::kMicroseconds:
    case TimeUnit::kNanoseconds:
      break;
  }
  const std::optional<int64_t> parts = ParseScaled(text, 1);
  if (!parts) return std::nullopt;
  const int64_t by = kPartsPerMilli[static_cast<size_t>(unit)];
  return *parts / by - (*parts % by < 0 ? 1 : 0);
}

}  // namespace

Result<std::pair<std::string, TimeUnit>> ParseTimeOption(std::string_view text) {
  const size_t open = text.rfind('[');
  if (open == std::string_view::npos || !text.ends_with(']')) {
    return std::pair(std::string(text), TimeUnit::kText);
  }
  const std::string_view unit = text.substr(open + 1, text.size() - open - 2);
  constexpr std::pair<std::string_view, TimeUnit> kUnits[] = {
      {"s", TimeUnit::kSeconds},       {"ms", TimeUnit::kMilliseconds},
      {"us", TimeUnit::kMicroseconds}, {"ns", TimeUnit::kNanoseconds},
      {"text", TimeUnit::kText},
  };
  for (const auto& [name, value] : kUnits) {
    if (name == unit) return std::pair(std::string(text.substr(0, open)), value);
  }
  return Error(ErrorCode::kInvalidArgument,
               "'" + std::string(unit) + "' is no unit of time; use s, ms, us, ns or text");
}

class Replay::Impl {
 public:
  Impl(std::string file_name, const Clock& clock, RecordSink& sink, ReplayOptions options)
      : file_name_(std::move(file_name)),
        clock_(clock),
        sink_(sink),
        options_(std::move(options)) {}

  Status Open(std::unique_ptr<InputStream> input, const ColumnExpressionCompiler& compiler) {
    FLOE_ASSIGN(reader_, CsvReader::Open(std::move(input), file_name_, options_.csv));
    FLOE_ASSIGN(batch_, reader_->Read(kInferenceRows));
    FLOE_TRY(DefineColumns());
    file_columns_ = columns_.size();
    for (const auto& [name, text] : options_.set) FLOE_TRY(AddComputedColumn(name, text, compiler));
    if (!options_.key.empty()) {
      FLOE_ASSIGN(key_, CompileColumn("--key", options_.key, compiler));
    }
    FLOE_ASSIGN(time_, CompileColumn("--time", options_.time, compiler));
    if (options_.time_unit == TimeUnit::kText && time_->type() != ColumnType::kString) {
      return Error(ErrorCode::kInvalidArgument,
                   "--time: '" + options_.time + "' is a number; its unit is needed")
          .WithHint("write '" + options_.time + "[s]', or [ms], [us], [ns]");
    }
    FLOE_TRY(ChooseOutput());
    return sink_.EnsureTopic(options_.topic);
  }

  Result<ReplayProgress> Step() {
    progress_.wait_ms = 0;
    if (progress_.finished) return progress_;
    if (next_row_ == prepared_rows_) {
      FLOE_TRY(PrepareBatch());
      if (progress_.finished) return progress_;
    }
    const size_t end = RowsDue();
    if (end == next_row_) return progress_;
    // The rows in front of a bad one are appended before it is reported.
    const Status status = AppendRows(end);
    if (!status.ok()) return status;
    if (next_row_ == prepared_rows_ && bad_row_) return Error(*bad_row_);
    return progress_;
  }

  const std::vector<ColumnDefinition>& columns() const { return columns_; }

 private:
  struct OutputColumn {
    size_t index = 0;
    bool is_text = false;
    std::string prefix;  // `,"name":`
  };
  struct Computed {
    size_t index = 0;
    std::unique_ptr<ColumnExpression> expression;
  };

  Status DefineColumns() {
    for (const std::string& name : reader_->column_names()) columns_.push_back({name});
    for (const auto& [name, type] : options_.types) {
      if (!FindColumn(name)) {
        return Error(ErrorCode::kColumnNotFound, "there is no column '" + name + "'")
            .WithHint("the columns are " + ListOf(columns_));
      }
    }
    for (size_t i = 0; i < columns_.size(); ++i) {
      const auto declared = options_.types.find(columns_[i].name);
      columns_[i].type =
          declared != options_.types.end() ? declared->second : InferType(batch_.columns[i]);
    }
    return Status::Ok();
  }

  std::optional<size_t> FindColumn(std::string_view name) const {
    for (size_t i = 0; i < columns_.size(); ++i) {
      if (columns_[i].name == name) return i;
    }
    return std::nullopt;
  }

  Result<std::unique_ptr<ColumnExpression>> CompileColumn(
      std::string_view option, const std::string& text, const ColumnExpressionCompiler& compiler) {
    // A plain name means the column, whatever the expression language makes of it.
    const bool is_name = FindColumn(text).has_value();
    Result<std::unique_ptr<ColumnExpression>> compiled =
        (is_name ? ColumnNameCompiler() : compiler)(text, columns_);
    if (!compiled.ok()) return std::move(compiled).error().WithContext(option);
    return compiled;
  }

  Status AddComputedColumn(const std::string& name, const std::string& text,
                           const ColumnExpressionCompiler& compiler) {
    FLOE_ASSIGN(std::unique_ptr<ColumnExpression> expression,
                CompileColumn("--set " + name, text, compiler));
    std::optional<size_t> index = FindColumn(name);
    if (!index) {
      index = columns_.size();
      columns_.push_back({name});
    }
    columns_[*index].type = expression->type();
    computed_.push_back({*index, std::move(expression)});
    return Status::Ok();
  }

  Status ChooseOutput() {
    std::vector<std::string> names = options_.columns;
    if (names.empty()) {
      for (const ColumnDefinition& column : columns_) names.push_back(column.name);
    }
    for (const std::string& name : names) {
      const std::optional<size_t> index = FindColumn(name);
      if (!index) {
        return Error(ErrorCode::kColumnNotFound, "--columns: there is no column '" + name + "'")
            .WithHint("the columns are " + ListOf(columns_));
      }
      OutputColumn& column = output_.emplace_back();
      column.index = *index;
      column.is_text = columns_[*index].type == ColumnType::kString;
      column.prefix = output_.size() == 1 ? "{" : ",";
      AppendJsonString(name, column.prefix);
      column.prefix += ':';
    }
    return Status::Ok();
  }

  Error BadRow(size_t row, std::string_view what) const {
    return Error(
        ErrorCode::kInvalidData,
        file_name_ + ", line " + std::to_string(reader_->LineOf(row)) + ": " + std::string(what));
  }

  // Reads the next rows, checks their types, computes columns, keys and times.
  Status PrepareBatch() {
    if (bad_row_) return Error(*bad_row_);
    if (!is_first_batch_) {
      FLOE_ASSIGN(batch_, reader_->Read(kMaxStepRows));
    }
    is_first_batch_ = false;
    next_row_ = prepared_rows_ = 0;
    if (batch_.rows == 0) {
      progress_.finished = true;
      return Status::Ok();
    }
    size_t rows = CheckTypes(batch_.rows);
    batch_.columns.resize(columns_.size());
    for (const Computed& computed : computed_) {
      FLOE_ASSIGN(batch_.columns[computed.index], Evaluate("--set", *computed.expression));
    }
    if (key_ != nullptr) {
      FLOE_ASSIGN(keys_, Evaluate("--key", *key_));
    }
    FLOE_ASSIGN(const ColumnValues times, Evaluate("--time", *time_));
    rows = ReadTimes(times, rows);
    prepared_rows_ = rows;
    return rows == 0 && bad_row_ ? Status(Error(*bad_row_)) : Status::Ok();
  }

  Result<ColumnValues> Evaluate(std::string_view option, ColumnExpression& expression) const {
    Result<ColumnValues> values = expression.Evaluate(batch_);
    if (!values.ok()) {
      return std::move(values).error().WithContext(
          file_name_ + ", lines " + std::to_string(reader_->LineOf(0)) + " to " +
          std::to_string(reader_->LineOf(batch_.rows - 1)) + ": " + std::string(option));
    }
    FLOE_ASSERT(values->values.size() == batch_.rows);
    return values;
  }

  // The number of rows before the first one that has a value of another type; sets bad_row_.
  size_t CheckTypes(size_t rows) {
    for (size_t i = 0; i < file_columns_; ++i) {
      const ColumnDefinition& column = columns_[i];
      const auto& values = batch_.columns[i].values;
      for (size_t row = 0; row < rows; ++row) {
        if (!values[row] || Fits(column.type, *values[row])) continue;
        bad_row_ =
            BadRow(row, "column '" + column.name + "' has '" + std::string(*values[row]) +
                            "', but it is taken for type " + std::string(TypeName(column.type)))
                .WithHint("declare the column's type as string");
        rows = row;
      }
    }
    return rows;
  }

  // Fills times_; the number of rows before the first that has no good time.
  size_t ReadTimes(const ColumnValues& times, size_t rows) {
    times_.clear();
    for (size_t row = 0; row < rows; ++row) {
      const std::optional<std::string_view>& text = times.values[row];
      const std::optional<int64_t> time =
          text ? ParseTime(*text, options_.time_unit) : std::nullopt;
      if (!time) {
        bad_row_ = BadRow(row, text ? "'" + std::string(*text) + "' is no time of the unit given"
                                    : std::string("the event time is NULL"));
        return row;
      }
      if (options_.max_disorder_ms >= 0 && *time < highest_time_ - options_.max_disorder_ms) {
        bad_row_ =
            BadRow(row, "the event time falls by " + std::to_string(highest_time_ - *time) + " ms")
                .WithHint("sort the file by event time, or allow more disorder");
        return row;
      }
      highest_time_ = std::max(highest_time_, *time);
      times_.push_back(*time);
    }
    return rows;
  }

  // The end of the rows that may be appended now; sets the wait if there are none.
  size_t RowsDue() {
    if (options_.speed <= 0) return prepared_rows_;
    const int64_t now_ms =
        std::chrono::duration_cast<std::chrono::milliseconds>(clock_.Monotonic()).count();
    if (!pace_) pace_ = {times_[next_row_], now_ms};
    const int64_t due =
        pace_->first +
        static_cast<int64_t>(static_cast<double>(now_ms - pace_->second) * options_.speed);
    size_t end = next_row_;
    while (end < prepared_rows_ && times_[end] <= due) ++end;
    if (end == next_row_) {
      const auto wait =
          static_cast<int64_t>(static_cast<double>(times_[end] - due) / options_.speed) + 1;
      progress_.wait_ms = std::clamp(wait, kMinWaitMs, kMaxWaitMs);
    }
    return end;
  }

  Status AppendRows(size_t end) {
    values_.clear();
    ends_.clear();
    records_.clear();
    for (size_t row = next_row_; row < end; ++row) {
      const EventTime time(times_[row]);
      if (time < options_.from || time >= options_.to) continue;
      AppendValue(row);
      ends_.push_back(values_.size());
      log::AppendRecord& record = records_.emplace_back();
      record.timestamp_ms = times_[row];
      if (key_ != nullptr) record.key = keys_.values[row];
    }
    // The text has its place only now that it is complete.
    size_t begin = 0;
    for (size_t i = 0; i < records_.size(); ++i) {
      records_[i].value = std::string_view(values_).substr(begin, ends_[i] - begin);
      begin = ends_[i];
    }
    if (!records_.empty()) FLOE_TRY(sink_.Append(options_.topic, records_));
    progress_.records += static_cast<int64_t>(records_.size());
    progress_.bytes += static_cast<int64_t>(values_.size());
    progress_.event_time = EventTime(times_[end - 1]);
    next_row_ = end;
    return Status::Ok();
  }

  void AppendValue(size_t row) {
    for (const OutputColumn& column : output_) {
      values_ += column.prefix;
      const std::optional<std::string_view>& value = batch_.columns[column.index].values[row];
      if (!value) {
        values_ += "null";
      } else if (column.is_text) {
        AppendJsonString(*value, values_);
      } else {
        values_ += *value;
      }
    }
    values_ += '}';
  }

  const std::string file_name_;
  const Clock& clock_;
  RecordSink& sink_;
  const ReplayOptions options_;

  std::unique_ptr<CsvReader> reader_;
  std::vector<ColumnDefinition> columns_;
  size_t file_columns_ = 0;
  std::vector<Computed> computed_;
  std::unique_ptr<ColumnExpression> key_;
  std::unique_ptr<ColumnExpression> time_;
  std::vector<OutputColumn> output_;

  ColumnBatch batch_;
  bool is_first_batch_ = true;  // batch_ was read for inference and is not replayed yet
  ColumnValues keys_;
  std::vector<int64_t> times_;
  size_t prepared_rows_ = 0;
  size_t next_row_ = 0;
  std::optional<Error> bad_row_;  // right behind the prepared rows
  int64_t highest_time_ = std::numeric_limits<int64_t>::min() / 2;
  // Event time and clock that belong together.
  std::optional<std::pair<int64_t, int64_t>> pace_;

  std::string values_;
  std::vector<size_t> ends_;
  std::vector<log::AppendRecord> records_;
  ReplayProgress progress_;
};

Replay::Replay(std::unique_ptr<Impl> impl) : impl_(std::move(impl)) {}
Replay::~Replay() = default;

Result<std::unique_ptr<Replay>> Replay::Open(std::unique_ptr<InputStream> input,
                                             const std::string& file_name, const Clock& clock,
                                             RecordSink& sink,
                                             const ColumnExpressionCompiler& compiler,
                                             ReplayOptions options) {
  auto impl = std::make_unique<Impl>(file_name, clock, sink, std::move(options));
  FLOE_TRY(impl->Open(std::move(input), compiler));
  return std::unique_ptr<Replay>(new Replay(std::move(impl)));
}

Result<ReplayProgress> Replay::Step() { return impl_->Step(); }

const std::vector<ColumnDefinition>& Replay::columns() const { return impl_->columns(); }

}  // namespace floe::producers
