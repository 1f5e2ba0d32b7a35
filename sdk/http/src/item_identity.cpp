#include "item_identity.hpp"

#include <algorithm>
#include <unordered_set>

#include "page.hpp"

namespace ocean::http {
namespace {

/// The value that names an item; null when it has none there.
const Json* NameOf(const Json& item, const std::string& path) {
  const Json* name = path.empty() ? nullptr : FindPath(item, path);
  const bool is_name = name && (name->is_string() || name->is_number());
  return is_name ? name : nullptr;
}

/// True when all items have a name at `path`, each another: what repeats within a page names no item.
bool NamesAll(const std::vector<Json>& items, const std::string& path) {
  std::unordered_set<std::size_t> names;
  return std::all_of(items.begin(), items.end(), [&](const Json& item) {
    const Json* name = NameOf(item, path);
    return name && names.insert(std::hash<Json>{}(*name)).second;
  });
}

std::string Guess(const std::vector<Json>& items) {
  for (const char* member :
       {"id", "key", "identifier", "uuid", "guid", "Id", "_id", "accountId", "slug"}) {
    if (NamesAll(items, member)) return member;
  }
  return "";
}

}  // namespace

std::vector<ItemIdentity::Fingerprint> ItemIdentity::Of(const std::vector<Json>& items) {
  if (!member_ && !items.empty()) member_ = path_.empty() ? Guess(items) : path_;
  std::vector<Fingerprint> prints;
  prints.reserve(items.size());
  for (const Json& item : items) {
    const Json* name = NameOf(item, *member_);
    prints.push_back(std::hash<Json>{}(name ? *name : item));
  }
  return prints;
}

}  // namespace ocean::http
