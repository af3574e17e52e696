#include "base/prometheus_text.h"

#include <array>
#include <charconv>
#include <cmath>

namespace floe {
namespace {

// "numRecordsIn" -> "floe_num_records_in".
std::string OwnName(std::string_view name) {
  std::string out = "floe_";
  for (char c : name) {
    if (c >= 'A' && c <= 'Z') {
      if (out.back() != '_') out += '_';
      out += static_cast<char>(c - 'A' + 'a');
    } else if ((c >= 'a' && c <= 'z') || (c >= '0' && c <= '9')) {
      out += c;
    } else if (out.back() != '_') {
      out += '_';
    }
  }
  return out;
}

// Help texts keep their quotes, values of labels have them escaped.
void AppendEscaped(std::string_view text, bool is_label, std::string* out) {
  for (const char c : text) {
    if (c == '\n') {
      *out += "\\n";
      continue;
    }
    if (c == '\\' || (is_label && c == '"')) *out += '\\';
    *out += c;
  }
}

std::string LabelText(const MetricLabels& labels, std::string_view bound = {}) {
  std::string out;
  const auto append = [&out](std::string_view name, std::string_view value) {
    out += out.empty() ? "{" : ",";
    out += name;
    out += "=\"";
    AppendEscaped(value, true, &out);
    out += '"';
  };
  for (const auto& [name, value] : labels) append(name, value);
  if (!bound.empty()) append("le", bound);
  return out.empty() ? out : out + "}";
}

std::string NumberText(double value) {
  if (std::isnan(value)) return "NaN";
  if (std::isinf(value)) return value > 0 ? "+Inf" : "-Inf";
  std::array<char, 32> buffer;
  const auto [end, error] = std::to_chars(buffer.data(), buffer.data() + buffer.size(), value);
  return std::string(buffer.data(), error == std::errc() ? end : buffer.data());
}

void AppendHistogram(const std::string& name, const MetricLabels& labels,
                     const Histogram::Snapshot& histogram, std::string* out) {
  int64_t total = 0;
  for (size_t i = 0; i < histogram.counts.size(); ++i) {
    total += histogram.counts[i];
    const bool last = i == histogram.upper_bounds.size();
    const std::string bound = last ? "+Inf" : std::to_string(histogram.upper_bounds[i]);
    *out += name + "_bucket" + LabelText(labels, bound) + " " + std::to_string(total) + "\n";
  }
  const std::string text = LabelText(labels);
  *out += name + "_sum" + text + " " + std::to_string(histogram.sum) + "\n";
  *out += name + "_count" + text + " " + std::to_string(total) + "\n";
}

constexpr std::string_view kKindNames[] = {"counter", "gauge", "histogram"};

}  // namespace

PrometheusText::Family& PrometheusText::FamilyOf(const MetricFamily& family) {
  auto found = families_.find(family.name);
  if (found == families_.end()) {
    found = families_.emplace(family.name, Family{std::string(family.help), family.kind, {}}).first;
  }
  return found->second;
}

void PrometheusText::Add(const MetricFamily& family, const MetricLabels& labels, int64_t value) {
  FamilyOf(family).samples.try_emplace(labels, value);
}

void PrometheusText::Add(const MetricFamily& family, const MetricLabels& labels, double value) {
  FamilyOf(family).samples.try_emplace(labels, value);
}

void PrometheusText::AddSamples(const std::vector<MetricSample>& samples) {
  for (const MetricSample& sample : samples) {
    std::string name = OwnName(sample.name);
    if (sample.kind == MetricKind::kCounter) name += "_total";
    Family& family = FamilyOf({name, "", sample.kind});
    if (sample.kind == MetricKind::kHistogram) {
      family.samples.try_emplace(sample.labels, sample.histogram);
    } else {
      family.samples.try_emplace(sample.labels, sample.value);
    }
  }
}

std::string PrometheusText::Text() const {
  std::string out;
  for (const auto& [name, family] : families_) {
    if (!family.help.empty()) {
      out += "# HELP " + name + " ";
      AppendEscaped(family.help, false, &out);
      out += "\n";
    }
    out += "# TYPE " + name + " ";
    out += kKindNames[static_cast<size_t>(family.kind)];
    out += "\n";
    for (const auto& [labels, value] : family.samples) {
      if (const auto* histogram = std::get_if<Histogram::Snapshot>(&value)) {
        AppendHistogram(name, labels, *histogram, &out);
        continue;
      }
      const auto* whole = std::get_if<int64_t>(&value);
      out += name + LabelText(labels) + " ";
      out += whole != nullptr ? std::to_string(*whole) : NumberText(std::get<double>(value));
      out += "\n";
    }
  }
  return out;
}

}  // namespace floe
