#pragma once
/// @file The catalog, so small that it can be seen to be right: the judge of the simulation.

#include <functional>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <utility>

#include "ocean/base/clock.hpp"
#include "ocean/base/json.hpp"
#include "ocean/http/transport.hpp"

namespace ocean::sync::simulation {

/// Blueprint and identifier.
using Key = std::pair<std::string, std::string>;

struct Relation {
  std::string target;
  bool required = false;
};

struct StoredEntity {
  Json body;
  TimePoint updated_at;
  bool ours = true;
};

/// Entities in a map, behind the part of Port's API that a resync uses.
class CatalogModel {
 public:
  /// The mapping that Port holds.
  Json mapping;
  std::map<std::string, std::map<std::string, Relation>> blueprints;
  std::map<Key, StoredEntity> entities;
  /// Called before an entity goes.
  std::function<void(const Key&)> on_delete;
  std::int64_t writes = 0;
  std::int64_t reads = 0;

  /// Answers a request; `now` is the catalog's own time.
  http::Response Answer(const http::WireRequest& wire, TimePoint now);
  /// Tokens given out so far no longer count.
  void ExpireTokens() { ++valid_token_; }
  void Put(const Json& body, bool ours, TimePoint now);
  /// What requires one of `doomed` and is not among them.
  std::set<Key> Dependents(const std::set<Key>& doomed) const;

 private:
  struct Refusal {
    int status;
    std::string error;
  };
  http::Response Bulk(const http::Request& request, const std::string& blueprint, TimePoint now);
  http::Response Single(const http::Request& request, TimePoint now);
  http::Response Delete(const http::Request& request, const std::string& blueprint);
  http::Response List(const http::Request& request);
  http::Response Search(const http::Request& request);
  http::Response Blueprint(const std::string& name) const;
  std::optional<Refusal> Upsert(const Json& body, bool create_missing, TimePoint now,
                                bool& created);
  bool Names(const Key& source, const std::string& relation, const Key& target) const;

  int valid_token_ = 0;
};

http::Response JsonResponse(int status, const Json& body);

/// The blueprints and identifiers that the relations of an entity name.
std::set<Key> TargetsOf(const Json& body, const std::map<std::string, Relation>& relations);

}  // namespace ocean::sync::simulation
