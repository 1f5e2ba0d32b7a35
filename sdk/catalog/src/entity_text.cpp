#include "entity_text.hpp"

#include <algorithm>

#include "ocean/base/clock.hpp"

namespace ocean::catalog {

namespace {

bool Contains(const std::vector<std::string>& list, std::string_view name) {
  return std::find(list.begin(), list.end(), name) != list.end();
}

/// The members of `part` ("properties" or "relations") that the projection lets through.
Json Project(const Json& members, const std::string& part, const Projection& projection) {
  if (projection.ShowsAllOf(part)) return members;
  Json kept = Json::object();
  for (const auto& [name, value] : members.items()) {
    if (projection.Shows(part, name)) kept[name] = value;
  }
  return kept;
}

/// Builds one JSON object as text.
class ObjectText {
 public:
  ObjectText(std::string& out, const Projection& projection) : out_(out), projection_(projection) {
    out_ += '{';
  }

  void Add(std::string_view name, std::string_view json) {
    if (!projection_.include.empty() && !Contains(projection_.include, name)) return;
    AddAlways(name, json);
  }
  void Close() { out_ += '}'; }

  /// Not left out for want of being included: parts are, member by member.
  void AddAlways(std::string_view name, std::string_view json) {
    if (Contains(projection_.exclude, name)) return;
    if (out_.back() != '{') out_ += ',';
    out_ += '"';
    out_ += name;
    out_ += "\":";
    out_ += json;
  }

 private:
  std::string& out_;
  const Projection& projection_;
};

std::string QuoteOrNull(const std::optional<std::string>& text) {
  return text ? Quote(*text) : "null";
}

}  // namespace

bool Projection::ShowsAllOf(const std::string& part) const {
  return exclude.empty() && (include.empty() || Contains(include, part));
}

bool Projection::Shows(const std::string& part, const std::string& name) const {
  const std::string path = part + "." + name;
  if (Contains(exclude, path)) return false;
  return include.empty() || Contains(include, part) || Contains(include, path);
}

std::string Quote(std::string_view text) {
  return DumpJson(Json(text));
}

std::string FormatRowTime(std::int64_t microseconds) {
  return FormatIso8601(TimePoint(std::chrono::microseconds(microseconds)));
}

std::string EntityPrinter::Properties(EntityView& view) const {
  const bool computed = projection_.computed && view.HasComputed();
  if (!computed && projection_.ShowsAllOf("properties")) return view.row().properties;
  Json shown = Project(view.properties(), "properties", projection_);
  if (!computed) return DumpJson(shown);
  const auto add = [&](const std::string& name) {
    if (projection_.Shows("properties", name) && !view.properties().contains(name))
      shown[name] = view.Computed(name);
  };
  for (const auto& [name, rule] : view.blueprint()->mirrors) add(name);
  for (const auto& [name, rule] : view.blueprint()->calculations) add(name);
  return DumpJson(shown);
}

std::string EntityPrinter::Relations(EntityView& view) const {
  if (!projection_.titles && projection_.ShowsAllOf("relations")) return view.row().relations;
  Json shown = Project(view.relations(), "relations", projection_);
  return DumpJson(projection_.titles ? WithTitles(view, std::move(shown)) : shown);
}

Json EntityPrinter::WithTitles(EntityView& view, Json relations) const {
  for (auto& [name, value] : relations.items()) {
    const auto rule = view.blueprint()->relations.find(name);
    if (rule == view.blueprint()->relations.end()) continue;
    const BlueprintPtr target = lookup_.blueprints.Find(rule->second.target);
    const auto titled = [&](const Json& identifier) {
      const std::string text = identifier.get<std::string>();
      const auto row = target ? FindEntity(lookup_.database, target->id, text) : std::nullopt;
      return Json{{"identifier", text}, {"title", row && row->title ? Json(*row->title) : Json()}};
    };
    if (value.is_string()) value = titled(value);
    if (!value.is_array()) continue;
    for (Json& element : value) element = titled(element);
  }
  return relations;
}

void EntityPrinter::Append(std::string& out, const EntityRow& row) const {
  const Names& names = lookup_.names;
  EntityView view(row, lookup_);
  ObjectText object(out, projection_);
  object.Add("identifier", Quote(row.identifier));
  object.Add("title", QuoteOrNull(row.title));
  object.Add("icon", QuoteOrNull(row.icon));
  object.Add("blueprint", Quote(names.Blueprint(row.blueprint_id)));
  object.Add("team", row.team);
  object.AddAlways("properties", Properties(view));
  object.AddAlways("relations", Relations(view));
  object.Add("createdAt", Quote(FormatRowTime(row.created_at)));
  object.Add("createdBy", Quote(names.Datasource(row.creator_id)));
  object.Add("updatedAt", Quote(FormatRowTime(row.updated_at)));
  object.Add("updatedBy", Quote(names.Datasource(row.datasource_id)));
  object.Close();
}

}  // namespace ocean::catalog
