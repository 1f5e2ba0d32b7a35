#include "entity_text.hpp"

#include <algorithm>

#include "ocean/base/clock.hpp"

namespace ocean::catalog {

namespace {

bool Contains(const std::vector<std::string>& list, std::string_view name) {
  return std::find(list.begin(), list.end(), name) != list.end();
}

/// The members of `part` ("properties" or "relations") that the projection lets through.
std::string ProjectPart(const std::string& text, const std::string& part,
                        const Projection& projection) {
  const bool whole = projection.include.empty() || Contains(projection.include, part);
  if (whole && projection.exclude.empty()) return text;
  const Json members = ParseJson(text, "a stored entity");
  Json kept = Json::object();
  for (const auto& [name, value] : members.items()) {
    const std::string path = part + "." + name;
    if ((whole || Contains(projection.include, path)) && !Contains(projection.exclude, path))
      kept[name] = value;
  }
  return DumpJson(kept);
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
  void AddPart(const std::string& name, const std::string& json) {
    AddAlways(name, ProjectPart(json, name, projection_));
  }
  void Close() { out_ += '}'; }

 private:
  void AddAlways(std::string_view name, std::string_view json) {
    if (Contains(projection_.exclude, name)) return;
    if (out_.back() != '{') out_ += ',';
    out_ += '"';
    out_ += name;
    out_ += "\":";
    out_ += json;
  }

  std::string& out_;
  const Projection& projection_;
};

std::string QuoteOrNull(const std::optional<std::string>& text) {
  return text ? Quote(*text) : "null";
}

}  // namespace

Names::Names(state::Database& database) : datasources_(Datasources(database)) {
  state::Statement statement = database.Prepare("SELECT id, identifier FROM blueprints");
  while (statement.Step()) blueprints_.emplace(statement.Int(0), statement.Text(1));
}

const std::string& Names::Find(const Map& names, std::int64_t id) {
  static const std::string none;
  const auto found = names.find(id);
  return found != names.end() ? found->second : none;
}

std::string Quote(std::string_view text) {
  return DumpJson(Json(text));
}

std::string FormatRowTime(std::int64_t microseconds) {
  return FormatIso8601(TimePoint(std::chrono::microseconds(microseconds)));
}

void AppendEntity(std::string& out, const EntityRow& row, const Names& names,
                  const Projection& projection) {
  ObjectText object(out, projection);
  object.Add("identifier", Quote(row.identifier));
  object.Add("title", QuoteOrNull(row.title));
  object.Add("icon", QuoteOrNull(row.icon));
  object.Add("blueprint", Quote(names.Blueprint(row.blueprint_id)));
  object.Add("team", row.team);
  object.AddPart("properties", row.properties);
  object.AddPart("relations", row.relations);
  object.Add("createdAt", Quote(FormatRowTime(row.created_at)));
  object.Add("createdBy", Quote(names.Datasource(row.creator_id)));
  object.Add("updatedAt", Quote(FormatRowTime(row.updated_at)));
  object.Add("updatedBy", Quote(names.Datasource(row.datasource_id)));
  object.Close();
}

}  // namespace ocean::catalog
