#pragma once
/// @file Entities as the API returns them.

#include <cstdint>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "entity_rows.hpp"
#include "entity_view.hpp"
#include "lookup.hpp"
#include "ocean/base/json.hpp"

namespace ocean::catalog {

/// Which members an answer has: "title", "properties", "properties.url", "relations.project", …
struct Projection {
  /// Empty includes all; otherwise `properties` and `relations` are there, with what is named of them.
  std::vector<std::string> include;
  std::vector<std::string> exclude;
  /// Whether mirrored and calculated properties are among the properties.
  bool computed = true;
  /// Whether a relation's value is {"identifier", "title"} instead of the identifier alone.
  bool titles = false;

  /// Whether the member "url" of the part "properties" is let through.
  bool Shows(const std::string& part, const std::string& name) const;
  /// Whether all of a part is let through.
  bool ShowsAllOf(const std::string& part) const;
};

/// Writes entities as the API returns them. Without a projection and computed properties, JSON texts are copied unread.
///
/// Lifetime  borrows the lookup, which must outlive it
class EntityPrinter {
 public:
  explicit EntityPrinter(const Lookup& lookup, Projection projection = {})
      : lookup_(lookup), projection_(std::move(projection)) {}

  /// Appends an entity's JSON text to `out`.
  void Append(std::string& out, const EntityRow& row) const;

 private:
  std::string Properties(EntityView& view) const;
  std::string Relations(EntityView& view) const;
  Json WithTitles(EntityView& view, Json relations) const;

  const Lookup& lookup_;
  Projection projection_;
};

/// A JSON string with its quotes.
std::string Quote(std::string_view text);
/// ISO 8601 of a row's time.
std::string FormatRowTime(std::int64_t microseconds);

}  // namespace ocean::catalog
