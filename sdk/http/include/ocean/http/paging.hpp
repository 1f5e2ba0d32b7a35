#pragma once
/// @file Collections that come in pages.

#include <cstddef>
#include <functional>
#include <iterator>
#include <optional>
#include <string>

#include "ocean/base/batch.hpp"
#include "ocean/http/client.hpp"

namespace ocean {

/// Walks a paged collection, asking for the next page only when the loop wants it.
///
/// Shape     yields Batch: the upstream's objects, unchanged, in upstream order; never an empty one
/// Errors    what the client throws; a repeated cursor is kPermanent; a page without its list of
/// items is kPermanent.
///           An error never looks like the end of the collection
/// Threads   use from one thread; make one range per worker
/// Lifetime  borrows nothing: clients are shared handles
class PageRange {
 public:
  /// Returns the next page, or nothing at the end.
  using Next = std::function<std::optional<Batch>()>;
  explicit PageRange(Next next) : next_(std::move(next)) {}

  class Iterator {
   public:
    using iterator_category = std::input_iterator_tag;
    using value_type = Batch;
    using difference_type = std::ptrdiff_t;
    using pointer = Batch*;
    using reference = Batch&;

    Iterator() = default;
    explicit Iterator(PageRange* range) : range_(range) { ++*this; }
    Batch& operator*() const { return *range_->page_; }
    Batch* operator->() const { return &*range_->page_; }
    Iterator& operator++() {
      range_->page_ = range_->next_();
      if (!range_->page_) range_ = nullptr;
      return *this;
    }
    void operator++(int) { ++*this; }
    bool operator==(const Iterator& other) const { return range_ == other.range_; }

   private:
    PageRange* range_ = nullptr;
  };

  Iterator begin() { return Iterator(this); }
  Iterator end() { return {}; }

 private:
  Next next_;
  std::optional<Batch> page_;
};

}  // namespace ocean

namespace ocean::http {

/// Pages by `offset` and `limit`.
///
/// Each page but the first starts one item before the end of the last one: when that item is gone,
/// the collection shrank while it was read and items may have been skipped, so the batch is marked
/// doubtful (Batch::MarkDoubtful), and nothing is deleted because of it.
struct OffsetPaging {
  std::string offset_parameter = "offset";
  std::string limit_parameter = "limit";
  int page_size = 50;
  /// Where the list is in the answer, dotted; empty: the answer is the list.
  std::string items_path = {};
  /// Where the number of all items is; empty: none. The walk ends there, or at a page with nothing
  /// new.
  std::string total_path = {};
  /// Where the answer says that this page is the last, as a boolean; empty: none.
  std::string last_page_path = {};
};

PageRange OffsetPages(Client client, Request request, OffsetPaging paging);

/// Pages by a token that the answer's body carries and the next request's JSON body (POST) or query
/// (GET) repeats.
struct TokenPaging {
  /// Where the next request carries it: a member of a JSON body, a parameter of a query.
  std::string token_parameter = "nextPageToken";
  /// Where the answer has it, dotted; absent, null or "" ends the walk.
  std::string token_path = "nextPageToken";
  std::string items_path = {};
  /// Where the answer says that this page is the last, as a boolean; empty: none.
  std::string last_page_path = {};
};

PageRange TokenPages(Client client, Request request, TokenPaging paging);

}  // namespace ocean::http
