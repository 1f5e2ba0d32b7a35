#pragma once
/// @file Entities as the database has them, and the statements that read and write them.

#include <cstdint>
#include <functional>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "ocean/state/database.hpp"

namespace ocean::catalog {

/// One entity. JSON parts are texts: most answers pass them on without reading them.
///
/// Units     times are microseconds since 1970
struct EntityRow {
  /// 0 before it is stored. It stays the same as long as the entity exists.
  std::int64_t id = 0;
  std::int64_t blueprint_id = 0;
  /// Who wrote it last, and who first: User-Agents, by their number.
  std::int64_t datasource_id = 0;
  std::int64_t creator_id = 0;
  std::int64_t created_at = 0;
  std::int64_t updated_at = 0;
  std::string identifier;
  std::optional<std::string> title;
  std::optional<std::string> icon;
  std::string team = "[]";
  std::string properties = "{}";
  std::string relations = "{}";
};

std::optional<EntityRow> FindEntity(state::Database& database, std::int64_t blueprint_id,
                                    std::string_view identifier);
std::optional<EntityRow> FindEntityById(state::Database& database, std::int64_t id);
/// 0 when it is not there.
std::int64_t FindEntityId(state::Database& database, std::int64_t blueprint_id,
                          std::string_view identifier);
/// Returns the new id.
std::int64_t InsertEntity(state::Database& database, const EntityRow& row);
/// `owner_changed` says whether datasource_id differs from what is stored: its index is touched only then.
void UpdateEntity(state::Database& database, const EntityRow& row, bool owner_changed);
/// Replaces the relations alone: times and owner stay.
void UpdateRelations(state::Database& database, std::int64_t id, std::string_view relations);
void DeleteEntity(state::Database& database, std::int64_t id);

/// Entities of a blueprint in the order of their identifiers, from behind `after`, until `visit` returns false.
void ForEachEntityOf(state::Database& database, std::int64_t blueprint_id, std::string_view after,
                     const std::function<bool(const EntityRow&)>& visit);
bool HasEntities(state::Database& database, std::int64_t blueprint_id);
std::int64_t CountEntities(state::Database& database, std::int64_t blueprint_id);

/// The number of a User-Agent; a new one is given one.
std::int64_t InternDatasource(state::Database& database, std::string_view name);
std::map<std::int64_t, std::string> Datasources(state::Database& database);

/// Notes that `source` names `target` in one of its relations. Idempotent.
void AddLink(state::Database& database, std::int64_t target, std::int64_t source);
void RemoveLink(state::Database& database, std::int64_t target, std::int64_t source);
/// The entities that name `target`.
std::vector<std::int64_t> LinkSources(state::Database& database, std::int64_t target);

}  // namespace ocean::catalog
