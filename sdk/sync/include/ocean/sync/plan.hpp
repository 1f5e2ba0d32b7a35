#pragma once
/// @file A plan: what a resync would change in the catalog, told before anything is changed.

#include <string>
#include <string_view>
#include <vector>

#include "ocean/base/json.hpp"
#include "ocean/sync/report.hpp"

namespace ocean::sync {

enum class PlannedAction { kCreate, kUpdate, kDelete };
/// "create", "update" or "delete".
std::string_view ToString(PlannedAction action);

/// A member of an entity that would change; null where there is none.
struct FieldChange {
  /// "title", "properties.name", "relations.owner".
  std::string field;
  Json before = nullptr;
  Json after = nullptr;
};

/// One entity that would be written or deleted.
struct PlannedChange {
  PlannedAction action = PlannedAction::kCreate;
  std::string blueprint = {};
  /// Empty when the entity is found by a query as it is sent.
  std::string identifier = {};
  std::string why = {};
  /// Of an update: what differs. Secrets in it are masked.
  std::vector<FieldChange> fields = {};
  /// Of the entity as the mapping gives it; empty when nothing is sent.
  std::string mapped_hash = {};
  /// Of what the catalog holds of it, as far as it would change; empty when it holds nothing, or nothing of ours.
  std::string stored_hash = {};
};

/// What a resync would do. `report` has the figures of that resync as they would be.
struct Plan {
  /// "<type>/<identifier>" of the installation.
  std::string installation = {};
  RunReport report = {};
  std::vector<PlannedChange> changes = {};
};

/// The form of the plan's file.
Json ToJson(const Plan& plan);
/// Errors    Error{kConfig} for what is no plan, with the path of what is wrong
Plan ReadPlan(const Json& json);

/// 0 nothing to change, 1 failed, 2 nothing to change but something incomplete or held back, 3 changes.
int ExitCode(const Plan& plan);

}  // namespace ocean::sync
