#pragma once
/// @file What is known of a collection while its pages are read, and the doubt that comes of a change.

#include <cstdint>
#include <optional>
#include <string>
#include <unordered_set>
#include <vector>

#include "item_identity.hpp"
#include "page.hpp"

namespace ocean::http {

/// Compares each page with the one before, for walks whose pages shift when items come or go.
class Tally {
 public:
  explicit Tally(std::string identity_path) : identity_(std::move(identity_path)) {}

  /// Takes in what an answer says of the number of all items; a fall is a doubt.
  void LearnTotal(std::optional<std::int64_t> total);
  const std::optional<std::int64_t>& total() const { return total_; }
  /// By how many the total grew with the last answer.
  std::int64_t growth() const { return growth_; }

  /// Recognises the items of a page. Error{kPermanent} when it is the page before, and more than the `overlap` that two pages
  /// share by intention: the server ignores `parameter`.
  std::vector<ItemIdentity::Fingerprint> Recognise(const Page& page, const std::string& parameter,
                                                   std::size_t overlap);
  /// What the page before held; empty before the first.
  const std::vector<ItemIdentity::Fingerprint>& last_page() const { return last_page_; }
  /// Removes the items that the page before held too. Keeps all from index `keep_from` on.
  void DropKnown(Page& page, const std::vector<ItemIdentity::Fingerprint>& prints,
                 std::size_t keep_from) const;
  void Remember(const Page& page, std::vector<ItemIdentity::Fingerprint> prints);

  void Doubt(std::string reason);
  /// A batch of the page's items; it carries the doubt that came up since the last one.
  Batch Yield(Page page);
  /// The end, after `read` items. A doubt that comes now needs a batch that carries it: the last item, once more.
  std::optional<Batch> Close(std::int64_t read);

 private:
  ItemIdentity identity_;
  std::optional<std::int64_t> total_;
  std::int64_t growth_ = 0;
  /// Of the last page, whose items are the caller's now.
  std::vector<ItemIdentity::Fingerprint> last_page_;
  Json last_item_;
  std::string doubt_;
};

}  // namespace ocean::http
