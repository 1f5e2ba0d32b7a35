#pragma once
/// @file The change log: who changed what, when, in which run, from what to what.

#include <cstdint>
#include <functional>
#include <map>
#include <optional>
#include <string>
#include <string_view>

#include "entity_rows.hpp"
#include "ocean/base/clock.hpp"
#include "ocean/state/database.hpp"

namespace ocean::catalog {

/// Who changes something, when, and for what.
struct Origin {
  std::string user_agent;
  /// Of an action's run or of a resync; empty for none.
  std::string run_id;
  TimePoint at;
};

enum class ChangeAction { kCreate = 1, kUpdate = 2, kDelete = 3 };

/// Appends to the log, inside a transaction of the writer.
///
/// Shape     a record keeps what was before: what came after is what is before the next one, or what is stored now. So a new
///           entity costs a few bytes, and a changed one as much as its text
/// Cost      the oldest records beyond `kept` go as new ones come; 0 keeps no log
class ChangeWriter {
 public:
  ChangeWriter(state::Database& database, std::int64_t kept, const Origin& origin);

  void Created(const EntityRow& row);
  /// Does nothing when nothing but the times and the owner differ.
  void Updated(const EntityRow& before, const EntityRow& after);
  void Deleted(const EntityRow& row);
  /// `before` is the blueprint's text, empty when it is new.
  void BlueprintChanged(std::int64_t id, std::string_view identifier, ChangeAction action,
                        std::string_view before);
  /// Drops what is beyond `kept`. To be called once, after the last record.
  void Trim();

 private:
  struct Record;
  void Append(const Record& record);
  std::int64_t BlueprintText(std::int64_t blueprint_id);

  state::Database& database_;
  std::int64_t kept_;
  std::int64_t at_;
  std::int64_t datasource_id_ = 0;
  std::int64_t run_text_ = 0;
  std::map<std::int64_t, std::int64_t> blueprint_texts_;
};

/// Which records are wanted; what is empty restricts nothing.
struct ChangeQuery {
  std::string blueprint;
  /// Needs the blueprint.
  std::string entity;
  std::string run_id;
  std::optional<ChangeAction> action;
  /// From this time on, and before that one.
  std::optional<TimePoint> from;
  std::optional<TimePoint> to;
  /// Older than this record.
  std::optional<std::int64_t> older_than;
};

struct ChangeRecord {
  /// Grows with time.
  std::int64_t id = 0;
  ChangeAction action = ChangeAction::kCreate;
  bool is_blueprint = false;
  std::int64_t at = 0;
  std::string user_agent;
  std::string run_id;
  std::string blueprint;
  /// Of the entity, or of the blueprint.
  std::string identifier;
  /// JSON texts: of an entity {"title", "icon", "team", "properties", "relations"}; empty for null.
  std::string before;
  std::string after;
};

/// Records, the newest first, until `visit` returns false.
void ForEachChange(state::Database& database, const ChangeQuery& query,
                   const std::function<bool(const ChangeRecord&)>& visit);

/// The record as the API returns it.
std::string ChangeText(const ChangeRecord& record);

}  // namespace ocean::catalog
