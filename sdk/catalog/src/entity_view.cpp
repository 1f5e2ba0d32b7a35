#include "entity_view.hpp"

#include <utility>

#include "entity_text.hpp"

namespace ocean::catalog {

namespace {

/// What one calculated property of one entity may use up: a listing has many of them.
constexpr jq::Limits kLimits{.steps = 100'000,
                             .depth = 500,
                             .value_bytes = std::size_t{4} << 20,
                             .time = std::chrono::seconds(1)};

Json TextOrNull(const std::optional<std::string>& text) {
  return text ? Json(*text) : Json();
}

}  // namespace

EntityView::EntityView(const EntityRow& row, const Lookup& lookup, int depth)
    : row_(row),
      lookup_(lookup),
      depth_(depth),
      blueprint_(lookup.blueprints.Find(row.blueprint_id)) {}

const Json& EntityView::properties() {
  if (!properties_) properties_ = ParseJson(row_.properties, "a stored entity");
  return *properties_;
}

const Json& EntityView::relations() {
  if (!relations_) relations_ = ParseJson(row_.relations, "a stored entity");
  return *relations_;
}

bool EntityView::HasComputed() const {
  return blueprint_ && !(blueprint_->mirrors.empty() && blueprint_->calculations.empty());
}

Json EntityView::Computed(const std::string& name) {
  if (!HasComputed() || depth_ >= kMaxDepth) return nullptr;
  const auto mirror = blueprint_->mirrors.find(name);
  if (mirror != blueprint_->mirrors.end()) return Mirrored(mirror->second);
  const auto calculation = blueprint_->calculations.find(name);
  if (calculation != blueprint_->calculations.end()) return Calculated(calculation->second);
  return nullptr;
}

Json EntityView::Value(const std::string& name) {
  if (name.starts_with('$')) return Meta(name);
  if (const auto found = properties().find(name); found != properties().end()) return *found;
  if (Json computed = Computed(name); !computed.is_null()) return computed;
  return Get(relations(), name);
}

Json EntityView::Meta(const std::string& name) const {
  const Names& names = lookup_.names;
  if (name == "$identifier") return row_.identifier;
  if (name == "$blueprint") return names.Blueprint(row_.blueprint_id);
  if (name == "$datasource" || name == "$updatedBy") return names.Datasource(row_.datasource_id);
  if (name == "$createdBy") return names.Datasource(row_.creator_id);
  if (name == "$title") return TextOrNull(row_.title);
  if (name == "$icon") return TextOrNull(row_.icon);
  if (name == "$team") return ParseJson(row_.team, "a stored entity");
  if (name == "$createdAt") return FormatRowTime(row_.created_at);
  if (name == "$updatedAt") return FormatRowTime(row_.updated_at);
  return nullptr;
}

std::vector<EntityRow> EntityView::Related(const std::string& relation) {
  std::vector<EntityRow> found;
  if (!blueprint_) return found;
  const auto rule = blueprint_->relations.find(relation);
  if (rule == blueprint_->relations.end()) return found;
  const BlueprintPtr target = lookup_.blueprints.Find(rule->second.target);
  if (!target) return found;
  const Json& value = Get(relations(), relation);
  for (const Json& name : value.is_array() ? value : Json::array({value})) {
    if (!name.is_string()) continue;
    auto row = FindEntity(lookup_.database, target->id, name.get_ref<const std::string&>());
    if (row) found.push_back(std::move(*row));
  }
  return found;
}

Json EntityView::Mirrored(const MirrorRule& rule) {
  bool many = false;
  std::vector<EntityRow> ends{row_};
  for (const std::string& relation : rule.relations) {
    std::vector<EntityRow> next;
    for (const EntityRow& end : ends) {
      EntityView view(end, lookup_, depth_);
      many = many || Get(view.relations(), relation).is_array();
      for (EntityRow& row : view.Related(relation)) next.push_back(std::move(row));
    }
    ends = std::move(next);
  }
  Json values = Json::array();
  for (const EntityRow& end : ends)
    values.push_back(EntityView(end, lookup_, depth_ + 1).Value(rule.property));
  if (many) return values;
  return values.empty() ? Json() : std::move(values.front());
}

Json EntityView::Calculated(const CalculationRule& rule) {
  jq::Budget budget(kLimits);
  const jq::Result result = rule.program.First(CalculationInput(), budget);
  return result.value && TypeName(*result.value) == rule.type ? *result.value : Json();
}

const Json& EntityView::CalculationInput() {
  if (input_) return *input_;
  Json all = properties();
  for (const auto& [name, mirror] : blueprint_->mirrors) all[name] = Mirrored(mirror);
  input_ = Json{{"properties", std::move(all)}, {"relations", relations()}};
  for (const char* name : {"identifier", "title", "icon", "blueprint", "team", "createdAt",
                           "createdBy", "updatedAt", "updatedBy"})
    (*input_)[name] = Meta(std::string("$") + name);
  return *input_;
}

}  // namespace ocean::catalog
