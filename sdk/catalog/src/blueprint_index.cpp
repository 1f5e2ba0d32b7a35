#include "blueprint_index.hpp"

#include <utility>

#include "api_error.hpp"

namespace ocean::catalog {

BlueprintIndex::BlueprintIndex(state::Database& database) {
  state::Statement statement = database.Prepare("SELECT id, document FROM blueprints");
  while (statement.Step()) {
    auto blueprint = std::make_shared<Blueprint>(
        ReadStoredBlueprint(ParseJson(statement.Text(1), "a stored blueprint")));
    blueprint->id = statement.Int(0);
    Put(std::move(blueprint));
  }
}

BlueprintPtr BlueprintIndex::Find(std::string_view identifier) const {
  const std::lock_guard lock(mutex_);
  const auto found = by_name_.find(identifier);
  return found != by_name_.end() ? found->second : nullptr;
}

BlueprintPtr BlueprintIndex::Find(std::int64_t id) const {
  const std::lock_guard lock(mutex_);
  const auto found = by_id_.find(id);
  return found != by_id_.end() ? found->second : nullptr;
}

BlueprintPtr BlueprintIndex::Get(std::string_view identifier) const {
  BlueprintPtr blueprint = Find(identifier);
  if (!blueprint) throw NotFound("Blueprint", identifier);
  return blueprint;
}

std::vector<BlueprintPtr> BlueprintIndex::All() const {
  const std::lock_guard lock(mutex_);
  std::vector<BlueprintPtr> all;
  for (const auto& [identifier, blueprint] : by_name_) all.push_back(blueprint);
  return all;
}

void BlueprintIndex::Put(BlueprintPtr blueprint) {
  const std::lock_guard lock(mutex_);
  by_id_[blueprint->id] = blueprint;
  by_name_[blueprint->identifier] = std::move(blueprint);
}

void BlueprintIndex::Remove(const Blueprint& blueprint) {
  const std::lock_guard lock(mutex_);
  by_id_.erase(blueprint.id);
  by_name_.erase(blueprint.identifier);
}

}  // namespace ocean::catalog
