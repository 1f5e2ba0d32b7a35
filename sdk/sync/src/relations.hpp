#pragma once
/// @file Where the relations of entities lead.

#include <functional>
#include <map>
#include <mutex>
#include <stop_token>
#include <string>
#include <utility>

#include "ocean/base/json.hpp"
#include "ocean/base/log.hpp"
#include "ocean/port/client.hpp"

namespace ocean::sync {

/// One relation of a blueprint.
struct Relation {
  std::string target;
  /// An entity without it cannot be.
  bool required = false;
};

using Relations = std::map<std::string, Relation, std::less<>>;

struct MappingFlags;

/// Whether what is named so stays while what names it is there: deleted, it would be created again, or would take that along.
bool ProtectsTarget(const MappingFlags& flags, const Relation& relation);

/// The relations of the blueprints that a run meets; each is asked for once.
///
/// Errors    Error{kCancelled} when `stop` is requested
/// Threads   all operations may overlap
class BlueprintRelations {
 public:
  BlueprintRelations(port::Client& port, const Logger& logger, std::stop_token stop)
      : port_(port), logger_(logger), stop_(std::move(stop)) {}

  /// None for a blueprint that the catalog does not have, which is logged. Errors as port::Client.
  const Relations& Of(const std::string& blueprint);

 private:
  port::Client& port_;
  const Logger& logger_;
  const std::stop_token stop_;
  std::mutex mutex_;
  std::map<std::string, Relations, std::less<>> known_;
};

/// Calls `visit` for every entity that `body` names in one of these relations; those found by a query are not named.
void ForEachTarget(
    const Json& body, const Relations& relations,
    const std::function<void(const Relation& relation, const std::string& identifier)>& visit);

/// Takes what `is_unwanted` says out of the relations of `body`: a single target becomes null.
void DropTargets(Json& body, const Relations& relations,
                 const std::function<bool(const Relation& relation, const std::string& identifier)>&
                     is_unwanted);

}  // namespace ocean::sync
