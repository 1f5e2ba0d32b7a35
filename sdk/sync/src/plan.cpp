#include "ocean/sync/plan.hpp"

#include "ocean/base/error.hpp"

namespace ocean::sync {

namespace {

/// Of the file's form: another one is refused, not guessed at.
constexpr int kVersion = 1;

Json ChangeJson(const PlannedChange& change) {
  Json json = {{"action", ToString(change.action)}, {"blueprint", change.blueprint},
               {"identifier", change.identifier},   {"why", change.why},
               {"mapped_hash", change.mapped_hash}, {"stored_hash", change.stored_hash}};
  if (change.fields.empty()) return json;
  json["fields"] = Json::array();
  for (const FieldChange& field : change.fields) {
    json["fields"].push_back(
        {{"field", field.field}, {"before", field.before}, {"after", field.after}});
  }
  return json;
}

[[noreturn]] void Refuse(const std::string& what) {
  throw Error(ErrorKind::kConfig, "the plan cannot be read: " + what +
                                      "; plans are made by `ocean plan PATH --out FILE`");
}

std::string RequireText(const Json& json, std::string_view name, const std::string& path) {
  const Json& value = Get(json, name);
  if (!value.is_string()) Refuse(path + std::string(name) + ": expected a string");
  return value.get<std::string>();
}

PlannedAction ReadAction(const std::string& text, const std::string& path) {
  for (const PlannedAction action :
       {PlannedAction::kCreate, PlannedAction::kUpdate, PlannedAction::kDelete}) {
    if (text == ToString(action)) return action;
  }
  Refuse(path + "action: expected create, update or delete, got \"" + text + "\"");
}

PlannedChange ReadChange(const Json& json, const std::string& path) {
  PlannedChange change;
  change.action = ReadAction(RequireText(json, "action", path), path);
  change.blueprint = RequireText(json, "blueprint", path);
  change.identifier = RequireText(json, "identifier", path);
  change.why = GetString(json, "why");
  change.mapped_hash = RequireText(json, "mapped_hash", path);
  change.stored_hash = RequireText(json, "stored_hash", path);
  for (const Json& field : Get(json, "fields")) {
    change.fields.push_back(
        {RequireText(field, "field", path + "fields."), Get(field, "before"), Get(field, "after")});
  }
  return change;
}

}  // namespace

std::string_view ToString(PlannedAction action) {
  switch (action) {
    case PlannedAction::kCreate:
      return "create";
    case PlannedAction::kUpdate:
      return "update";
    case PlannedAction::kDelete:
      return "delete";
  }
  return "delete";
}

Json ToJson(const Plan& plan) {
  Json json = {{"plan_version", kVersion},
               {"installation", plan.installation},
               {"changes", Json::array()},
               {"report", ToJson(plan.report)}};
  for (const PlannedChange& change : plan.changes) json["changes"].push_back(ChangeJson(change));
  return json;
}

Plan ReadPlan(const Json& json) {
  if (Get(json, "plan_version") != Json(kVersion))
    Refuse("plan_version: expected " + std::to_string(kVersion));
  const Json& changes = Get(json, "changes");
  if (!changes.is_array()) Refuse("changes: expected a list");
  Plan plan;
  plan.installation = RequireText(json, "installation", "");
  for (std::size_t i = 0; i < changes.size(); ++i)
    plan.changes.push_back(ReadChange(changes[i], "changes[" + std::to_string(i) + "]."));
  return plan;
}

int ExitCode(const Plan& plan) {
  constexpr int kChanges = 3;
  if (plan.report.outcome == Outcome::kFailed || plan.changes.empty()) return ExitCode(plan.report);
  return kChanges;
}

}  // namespace ocean::sync
