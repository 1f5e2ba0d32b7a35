#pragma once
/// @file Collections that come in pages.

#include <cstddef>
#include <functional>
#include <iterator>
#include <optional>
#include <stop_token>
#include <string>
#include <type_traits>
#include <utility>

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
  /// Returns the next page, or nothing at the end: a function without arguments, or one of the stop token that its requests observe.
  class Next {
   public:
    template <class Fn>
    Next(Fn next) {  // NOLINT(google-explicit-constructor): a function is meant to be one
      if constexpr (std::is_invocable_v<Fn&, const std::stop_token&>) {
        next_ = std::move(next);
      } else {
        next_ = [next = std::move(next)](const std::stop_token&) mutable { return next(); };
      }
    }
    std::optional<Batch> operator()(const std::stop_token& stop) const { return next_(stop); }

   private:
    std::function<std::optional<Batch>(const std::stop_token&)> next_;
  };
  explicit PageRange(Next next) : next_(std::move(next)) {}

  /// A place between two pages.
  struct Place {
    /// Leads to the page behind it, also later and from another process; nothing at the end.
    std::optional<std::string> cursor;
    /// False when it does so only while the collection stays as it is, as a page number does.
    bool is_stable = true;
  };
  /// How a walk is taken up again at a place that was kept.
  struct Cursors {
    /// Tells the collection from all others: where it is and what is asked for.
    std::string collection;
    /// The place behind the page that Next gave last.
    std::function<Place()> place;
    /// Makes Next go on with the page that `cursor` leads to; without one with the first.
    std::function<void(const std::optional<std::string>& cursor)> go_to;
  };
  /// A walk that can be taken up again: a resync that was interrupted goes on with it.
  PageRange(Next next, Cursors cursors) : next_(std::move(next)), cursors_(std::move(cursors)) {}
  /// Nothing when the walk can only begin at its first page.
  const std::optional<Cursors>& cursors() const { return cursors_; }

  /// What the SDK's walks wait for ends on this as well as on the client's own stop. A ResyncContext sees to it for the ranges it is
  /// given.
  void StopBy(std::stop_token stop) { stop_ = std::move(stop); }

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
      range_->page_ = range_->next_(range_->stop_);
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
  std::optional<Cursors> cursors_;
  std::stop_token stop_;
  std::optional<Batch> page_;
};

}  // namespace ocean

namespace ocean::http {

// Walks by tokens and links can be taken up again (PageRange::Cursors), walks by offset and page number cannot. A token or link that
// counts is taken for such a number: one that is digits only, or differs from the last in digits only. `stable_cursors` says otherwise.
//
// Paths name a place in an answer, dotted: "data.values". A member whose name has dots is found too
// ("@odata.nextLink"). An empty items_path means that the answer is the list; any other empty path
// means that answers have no such thing.

/// Where the parameters that change from page to page stand in the request.
enum class ParameterPlace {
  kAuto,   ///< in the JSON body of a request that has one, else in the query
  kQuery,  ///< in the query
  kBody,   ///< in the JSON body; a dotted name is a path there: "page.cursor"
};

/// Pages by `offset` and `limit`.
///
/// Each page but the first starts one item before the end of the last one: when that item is gone,
/// the collection shrank while it was read and items may have been skipped, so the batch is marked
/// doubtful (Batch::MarkDoubtful), and nothing is deleted because of it.
struct OffsetPaging {
  std::string offset_parameter = "offset";
  std::string limit_parameter = "limit";
  int page_size = 50;
  std::string items_path = {};
  /// Where the number of all items is. The walk ends there, or at a page with nothing new.
  std::string total_path = {};
  /// Where the answer says that this page is the last, as a boolean.
  std::string last_page_path = {};
  /// Where the answer says that more pages follow, as a boolean.
  std::string has_more_path = {};
  /// The member by which an item is recognised on the next page, dotted; an item that merely
  /// changed in between stays the same. Empty: the first of id, key, identifier, uuid and a few
  /// more that all items of the first page have, each with another value; without one the whole
  /// item is compared.
  std::string identity_path = {};
  ParameterPlace place = ParameterPlace::kAuto;
};

PageRange OffsetPages(Client client, Request request, OffsetPaging paging);

/// Pages by number.
///
/// Pages cannot overlap here. Doubtful is: a number of all items (or pages) that falls, items of the
/// page before that come again although that number has not grown by as many, and answers that end
/// before it. Without total_path and page_count_path a removal goes unnoticed: name one where the
/// API has it.
struct NumberPaging {
  std::string page_parameter = "page";
  std::string size_parameter = "per_page";
  int page_size = 100;
  /// The number of the first page.
  int first_page = 1;
  std::string items_path = {};
  /// Where the number of all items is.
  std::string total_path = {};
  /// Where the number of all pages is.
  std::string page_count_path = {};
  /// Where the answer says that this page is the last, or that more follow, as a boolean.
  std::string last_page_path = {};
  std::string has_more_path = {};
  /// A page with fewer than page_size items is the last. Saves the request for an empty page; only
  /// for an API that never gives less than it is asked for.
  bool short_page_ends = false;
  /// As in OffsetPaging.
  std::string identity_path = {};
  ParameterPlace place = ParameterPlace::kAuto;
};

PageRange NumberPages(Client client, Request request, NumberPaging paging);

/// Pages by a token (cursor) that an answer gives and the next request repeats.
struct TokenPaging {
  /// What the next request calls it.
  std::string token_parameter = "nextPageToken";
  /// Where the answer has it; absent, null or "" ends the walk.
  std::string token_path = "nextPageToken";
  std::string items_path = {};
  /// Where the answer says that this page is the last, as a boolean.
  std::string last_page_path = {};
  /// Where the answer says that more pages follow, as a boolean: "pageInfo.hasNextPage".
  std::string has_more_path = {};
  /// The header that has the token instead: "X-Next-Page".
  std::string token_header = {};
  /// The token is this member of the page's last item instead: "id". The walk ends at a page without
  /// items, or as the flags above say.
  std::string last_item_path = {};
  /// Whether tokens lead to the same place while items come and go. Unset: where they are more than digits, or an item's member.
  std::optional<bool> stable_cursors = {};
  ParameterPlace place = ParameterPlace::kAuto;
};

PageRange TokenPages(Client client, Request request, TokenPaging paging);

/// Pages by the URL in the Link header (RFC 8288) of an answer; none ends the walk.
///
/// The URL is sent as it came, without the first request's query. Errors: one that leads to another
/// host, which would be handed the credentials, is Error{kPermanent}.
struct LinkPaging {
  std::string relation = "next";
  std::string items_path = {};
  /// Whether links lead to the same place while items come and go. Unset: where more than digits changes from one to the next.
  std::optional<bool> stable_cursors = {};
};

PageRange LinkPages(Client client, Request request, LinkPaging paging = {});

/// Pages by a URL in the body of an answer; absent, null or "" ends the walk. Else as LinkPaging.
struct NextLinkPaging {
  std::string next_path = "next";
  std::string items_path = {};
  /// As in LinkPaging.
  std::optional<bool> stable_cursors = {};
};

PageRange NextLinkPages(Client client, Request request, NextLinkPaging paging);

/// Pages through a connection of a GraphQL API (`nodes`, or `edges` with a `node` each, and
/// `pageInfo { hasNextPage endCursor }`).
///
/// Errors    `errors` in an answer, even beside data: the kind that their type or code says, else
/// kPermanent. A node that is null was withheld: the batch is doubtful
struct GraphQlPaging {
  std::string query;
  Json variables = Json::object();
  /// Where the connection is: "data.organization.repositories".
  std::string connection_path;
  /// The query's variables for the cursor and for the number of nodes; an empty size_variable leaves
  /// the number to the query.
  std::string cursor_variable = "after";
  std::string size_variable = "first";
  int page_size = 100;
};

/// `request` names the URL and headers; it is sent as a POST that may be repeated.
PageRange GraphQlPages(Client client, Request request, GraphQlPaging paging);

}  // namespace ocean::http
