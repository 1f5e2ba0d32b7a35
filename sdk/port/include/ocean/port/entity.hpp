#pragma once
/// @file Entities as Port's API has them.

#include <cstddef>
#include <string>
#include <vector>

#include "ocean/base/json.hpp"

namespace ocean::port {

/// An entity as it is sent: only the members that the mapping sets are there; null is sent as null.
struct Entity {
  std::string blueprint;
  /// Empty when the entity is addressed by a search query.
  std::string identifier;
  /// {"identifier", "blueprint", "title"?, "icon"?, "team"?, "properties"?, "relations"?}
  Json body;
};

/// What happened with one entity of a bulk request.
enum class UpsertOutcome { kCreated, kUpdated, kFailed };

/// Why an upsert failed, which decides whether and when it is tried again.
enum class FailureClass {
  kDependency,  ///< a related entity is missing (404 not_found): after the others
  kTransient,   ///< time-out, 5xx, 429: once more
  kPermanent,   ///< the entity is refused (422 …): once more, for the reference it changes nothing
};

struct UpsertResult {
  UpsertOutcome outcome = UpsertOutcome::kFailed;
  FailureClass failure = FailureClass::kPermanent;
  /// "422 invalid_request: …", for the report; empty when it succeeded.
  std::string message;
  /// As Port resolved it, when the entity was addressed by a search query and the upsert succeeded.
  std::string identifier;
};

}  // namespace ocean::port
