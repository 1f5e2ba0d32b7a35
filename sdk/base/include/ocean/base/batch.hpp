#pragma once
/// @file A page of raw objects.

#include <cstddef>
#include <string>
#include <utility>
#include <vector>

#include "ocean/base/json.hpp"

namespace ocean {

/// Some objects of the third party's, with the weight that queues count.
///
/// Units     bytes: the text they came from, where that is known, else an estimate
class Batch {
 public:
  Batch() = default;
  /// Estimates the weight.
  explicit Batch(std::vector<Json> items) : items_(std::move(items)) { Weigh(); }
  Batch(std::vector<Json> items, std::size_t bytes) : items_(std::move(items)), bytes_(bytes) {}

  auto begin() { return items_.begin(); }
  auto end() { return items_.end(); }
  auto begin() const { return items_.begin(); }
  auto end() const { return items_.end(); }
  bool empty() const { return items_.empty(); }
  std::size_t size() const { return items_.size(); }
  Json& operator[](std::size_t i) { return items_[i]; }
  const Json& operator[](std::size_t i) const { return items_[i]; }
  std::size_t bytes() const { return bytes_; }
  const std::vector<Json>& items() const { return items_; }

  /// Takes out the items for which `is_unwanted` holds.
  template <class Predicate>
  void EraseIf(Predicate&& is_unwanted) {
    if (std::erase_if(items_, std::forward<Predicate>(is_unwanted)) > 0) Weigh();
  }
  /// Estimates the weight anew, after items were changed.
  void Weigh() {
    bytes_ = 0;
    for (const Json& item : items_) bytes_ += ApproximateSize(item);
  }

  /// Says that the collection this page belongs to may not have been read whole, and why. The block
  /// that emits the page becomes incomplete: nothing is deleted because of it.
  void MarkDoubtful(std::string reason) { doubt_ = std::move(reason); }
  /// Empty when there is no doubt.
  const std::string& doubt() const { return doubt_; }

 private:
  std::vector<Json> items_;
  std::size_t bytes_ = 0;
  std::string doubt_;
};

}  // namespace ocean
