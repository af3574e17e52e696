// A value per row of a join, for rows whose numbers lie close together but for a few.
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <vector>

namespace floe::runtime {

// Values lie in pages that are made when a row of theirs is first asked for, so that one old row
// among new ones costs a page. Used by one task at a time.
template <typename Value>
class RowPages {
 public:
  // The value of a row, the default one if it is new. REQUIRES: row >= 0.
  Value& At(int64_t row) {
    const int64_t number = row >> kPageBits;
    if (pages_.empty()) first_page_ = number;
    if (number < first_page_) {
      std::vector<std::unique_ptr<Page>> more(static_cast<size_t>(first_page_ - number));
      for (std::unique_ptr<Page>& page : pages_) more.push_back(std::move(page));
      pages_ = std::move(more);
      first_page_ = number;
    }
    const auto at = static_cast<size_t>(number - first_page_);
    if (at >= pages_.size()) pages_.resize(at + 1);
    if (!pages_[at]) pages_[at] = std::make_unique<Page>();
    return pages_[at]->values[static_cast<size_t>(row) & (kPageRows - 1)];
  }
  void Clear() { pages_.clear(); }

 private:
  static constexpr int kPageBits = 12;
  static constexpr size_t kPageRows = size_t{1} << kPageBits;
  struct Page {
    Value values[kPageRows] = {};
  };

  std::vector<std::unique_ptr<Page>> pages_;
  int64_t first_page_ = 0;
};

}  // namespace floe::runtime
