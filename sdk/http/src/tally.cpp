#include "tally.hpp"

#include <algorithm>

namespace ocean::http {

using Fingerprint = ItemIdentity::Fingerprint;

void Tally::LearnTotal(std::optional<std::int64_t> total) {
  growth_ = total && total_ ? *total - *total_ : 0;
  if (growth_ < 0) {
    Doubt("the number of all items fell from " + std::to_string(*total_) + " to " +
          std::to_string(*total) + " while they were read");
  }
  if (total) total_ = total;
}

std::vector<Fingerprint> Tally::Recognise(const Page& page, const std::string& parameter,
                                          std::size_t overlap) {
  std::vector<Fingerprint> prints = identity_.Of(page.items);
  const std::unordered_set<Fingerprint> known(last_page_.begin(), last_page_.end());
  const auto is_known = [&](Fingerprint print) { return known.contains(print); };
  if (prints.size() > overlap && prints.size() == last_page_.size() &&
      std::all_of(prints.begin(), prints.end(), is_known)) {
    ThrowBadPage(page.source, "repeated page: the server seems to ignore '" + parameter + "'");
  }
  return prints;
}

void Tally::DropKnown(Page& page, const std::vector<Fingerprint>& prints,
                      std::size_t keep_from) const {
  const std::unordered_set<Fingerprint> known(last_page_.begin(), last_page_.end());
  std::vector<Json> fresh;
  fresh.reserve(page.items.size());
  for (std::size_t i = 0; i < prints.size(); ++i) {
    if (i >= keep_from || !known.contains(prints[i])) fresh.push_back(std::move(page.items[i]));
  }
  page.items = std::move(fresh);
}

void Tally::Remember(const Page& page, std::vector<Fingerprint> prints) {
  last_page_ = std::move(prints);
  last_item_ = page.items.back();
}

void Tally::Doubt(std::string reason) {
  if (doubt_.empty()) doubt_ = std::move(reason);
}

Batch Tally::Yield(Page page) {
  Batch batch(std::move(page.items), page.bytes);
  if (!doubt_.empty()) batch.MarkDoubtful(std::exchange(doubt_, {}));
  return batch;
}

std::optional<Batch> Tally::Close(std::int64_t read) {
  if (total_ && read < *total_) {
    Doubt("the answers ended after " + std::to_string(read) + " of " + std::to_string(*total_) +
          " items");
  }
  if (doubt_.empty()) return std::nullopt;
  std::vector<Json> items;
  items.push_back(std::move(last_item_));
  Batch batch(std::move(items));
  batch.MarkDoubtful(std::exchange(doubt_, {}));
  return batch;
}

}  // namespace ocean::http
