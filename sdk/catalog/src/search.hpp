#pragma once
/// @file Finding entities by a query.

#include <functional>
#include <string_view>
#include <vector>

#include "entity_rows.hpp"
#include "entity_view.hpp"
#include "lookup.hpp"
#include "ocean/base/clock.hpp"
#include "search_query.hpp"

namespace ocean::catalog {

/// A query and what it takes to judge by it.
///
/// Lifetime  borrows the lookup, which must outlive it
/// Threads   one thread at a time
class Search {
 public:
  using Visit = std::function<bool(const EntityRow&)>;

  /// `user` names an entity of `_user`, whose properties and teams rules with a context mean; whoever is no such entity, as
  /// most machines, has neither. Walks over relations are done here.
  Search(SearchQuery query, const Lookup& lookup, TimePoint now, std::string_view user);

  /// Entities that match, until `visit` returns false.
  ///
  /// Order     by blueprint, then by identifier; by the query's order of identifiers where it lists them
  /// Cost      rules `$blueprint` =/in, `$identifier` =/in and `relatedTo` that must all hold are answered by the index; every
  ///           entity that they leave is judged one by one
  void ForEach(const Visit& visit) const;

  /// The same within one blueprint, from behind the identifier `after`, in the order of identifiers.
  void ForEachOf(const Blueprint& blueprint, std::string_view after, const Visit& visit) const;

 private:
  void Prepare(SearchQuery& query, std::string_view user) const;
  bool IsMatch(const EntityRow& row) const;
  bool Holds(const SearchRule& rule, EntityView& view) const;
  std::vector<BlueprintPtr> Blueprints() const;

  SearchQuery query_;
  const Lookup& lookup_;
  TimePoint now_;
};

}  // namespace ocean::catalog
