#include "mapper.hpp"

#include <algorithm>

namespace ocean::sync {

namespace {

/// What JQ users take for empty: an identifier of these kinds identifies nothing.
bool IsBlank(const Json& value) {
  switch (value.type()) {
    case Json::value_t::null:
      return true;
    case Json::value_t::boolean:
      return !value.get<bool>();
    case Json::value_t::string:
      return value.get_ref<const std::string&>().empty();
    case Json::value_t::array:
    case Json::value_t::object:
      return value.empty();
    default:
      return value == 0;
  }
}

/// Port's identifiers are texts: 42 means "42".
void NumberToText(Json& value) {
  if (value.is_number()) value = DumpJson(value);
}

/// What makes the entity impossible to send; empty when it is well-formed.
std::string ShapeError(const Json& entity) {
  const auto expect = [&](std::string_view member, bool fine, std::string_view expected) {
    if (fine) return std::string();
    return std::string(member) + " must be " + std::string(expected) + ", it is " +
           std::string(TypeName(Get(entity, member))) + " " +
           DumpJson(Get(entity, member)).substr(0, 80);
  };
  const Json& identifier = Get(entity, "identifier");
  const Json& icon = Get(entity, "icon");
  const Json& team = Get(entity, "team");
  for (std::string error : {expect("identifier", identifier.is_string() || identifier.is_object(),
                                   "a string or a search query"),
                            expect("blueprint", Get(entity, "blueprint").is_string(), "a string"),
                            expect("icon", icon.is_string() || icon.is_null(), "a string"),
                            expect("team", !team.is_boolean() && !team.is_number(),
                                   "a string, a list or a search query")}) {
    if (!error.empty()) return error;
  }
  return {};
}

}  // namespace

bool UsesSearch(const Json& entity) {
  if (Get(entity, "identifier").is_object()) return true;
  const Json& team = Get(entity, "team");
  if (team.is_object()) return true;
  if (team.is_array() &&
      std::any_of(team.begin(), team.end(), [](const Json& t) { return t.is_object(); })) {
    return true;
  }
  const Json& relations = Get(entity, "relations");
  return std::any_of(relations.begin(), relations.end(),
                     [](const Json& relation) { return relation.is_object(); });
}

std::optional<MapResult> Mapper::Select(const Json& item, jq::Budget& budget) const {
  if (resource_.takes_all) return std::nullopt;
  const jq::Result result = resource_.query.First(item, budget);
  if (!result.error.empty()) {
    return MapResult{MapOutcome::kFailed, {}, "selector.query failed: " + result.error};
  }
  if (!result.value || !result.value->is_boolean()) {
    return MapResult{
        MapOutcome::kFailed,
        {},
        "selector.query must give true or false, it gave " +
            (result.value ? DumpJson(*result.value).substr(0, 80) : std::string("nothing")) + " (" +
            resource_.query.text() + ")"};
  }
  if (!result.value->get<bool>()) return MapResult{MapOutcome::kFiltered, {}, {}};
  return std::nullopt;
}

MapResult Mapper::Map(const Json& item, const std::stop_token& stop,
                      const EntityTemplate::OnNull& on_null) const {
  jq::Budget budget(limits_, stop);
  if (auto decided = Select(item, budget)) return std::move(*decided);
  return Apply(item, budget, on_null);
}

MapResult Mapper::MapRefused(const Json& item, const std::stop_token& stop) const {
  jq::Budget budget(limits_, stop);
  return Apply(item, budget, [](std::size_t, const jq::Result&) {});
}

MapResult Mapper::Apply(const Json& item, jq::Budget& budget,
                        const EntityTemplate::OnNull& on_null) const {
  MapResult result;
  Json& body = result.entity.body;
  body = resource_.entity.Apply(item, budget, [&](std::size_t leaf, const jq::Result& null) {
    on_null(leaf, null);
    // A leaf that fails is null and no more; one that was stopped says nothing about the item.
    if (null.budget_exceeded)
      result.error = resource_.entity.leaves()[leaf].path + ": " + null.error;
  });
  if (!result.error.empty()) return result;
  if (IsBlank(Get(body, "identifier")) || IsBlank(Get(body, "blueprint"))) {
    result.outcome = MapOutcome::kNoIdentifier;
    return result;
  }
  NumberToText(body["identifier"]);
  result.error = ShapeError(body);
  if (!result.error.empty()) return result;
  result.outcome = MapOutcome::kMapped;
  result.entity.blueprint = body["blueprint"].get<std::string>();
  if (body["identifier"].is_string())
    result.entity.identifier = body["identifier"].get<std::string>();
  return result;
}

}  // namespace ocean::sync
