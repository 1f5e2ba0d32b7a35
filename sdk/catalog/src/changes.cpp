#include "changes.hpp"

#include <limits>
#include <utility>

#include "entity_text.hpp"
#include "ocean/base/json.hpp"

namespace ocean::catalog {

using state::Database;
using state::Statement;

namespace {

/// What is worth a record when it changes.
std::string ContentOf(const EntityRow& row) {
  const auto quote = [](const std::optional<std::string>& text) {
    return text ? Quote(*text) : std::string("null");
  };
  return R"({"title":)" + quote(row.title) + R"(,"icon":)" + quote(row.icon) + R"(,"team":)" +
         row.team + R"(,"properties":)" + row.properties + R"(,"relations":)" + row.relations + "}";
}

bool HasSameContent(const EntityRow& a, const EntityRow& b) {
  return a.properties == b.properties && a.relations == b.relations && a.title == b.title &&
         a.icon == b.icon && a.team == b.team;
}

/// 0 when it is not there.
std::int64_t FindText(Database& database, std::string_view text) {
  Statement statement = database.Prepare("SELECT id FROM change_texts WHERE text = ?");
  return statement.Bind(1, text).Step() ? statement.Int(0) : 0;
}

std::int64_t InternText(Database& database, std::string_view text) {
  if (const std::int64_t id = FindText(database, text); id != 0) return id;
  database.Prepare("INSERT INTO change_texts (text) VALUES (?)").Bind(1, text).Run();
  return database.LastInsertId();
}

/// The one text that a statement with one parameter finds.
std::string Ask(Database& database, std::string_view sql, std::int64_t parameter) {
  Statement statement = database.Prepare(sql);
  return statement.Bind(1, parameter).Step() ? std::string(statement.Text(0)) : "";
}

}  // namespace

struct ChangeWriter::Record {
  /// Of the entity; of a blueprint, with a minus.
  std::int64_t subject = 0;
  std::int64_t blueprint_text = 0;
  ChangeAction action = ChangeAction::kCreate;
  /// Only of what is gone afterwards: else it is where the subject is.
  std::string_view identifier;
  std::string_view before;
};

ChangeWriter::ChangeWriter(Database& database, std::int64_t kept, const Origin& origin)
    : database_(database), kept_(kept), at_(origin.at.time_since_epoch().count()) {
  if (kept_ <= 0) return;
  datasource_id_ = InternDatasource(database, origin.user_agent);
  if (!origin.run_id.empty()) run_text_ = InternText(database, origin.run_id);
}

void ChangeWriter::Append(const Record& record) {
  Statement statement = database_.Prepare(
      "INSERT INTO changes (at, datasource_id, run, action, subject, blueprint, identifier, "
      "before) "
      "VALUES (?, ?, ?, ?, ?, ?, ?, ?)");
  statement.Bind(1, at_).Bind(2, datasource_id_).Bind(3, run_text_);
  statement.Bind(4, static_cast<int>(record.action)).Bind(5, record.subject);
  statement.Bind(6, record.blueprint_text);
  const auto bind = [&](int index, std::string_view text) {
    if (text.empty()) {
      statement.BindNull(index);
    } else {
      statement.Bind(index, text);
    }
  };
  bind(7, record.identifier);
  bind(8, record.before);
  statement.Run();
}

std::int64_t ChangeWriter::BlueprintText(std::int64_t blueprint_id) {
  std::int64_t& text = blueprint_texts_[blueprint_id];
  if (text == 0) {
    text = InternText(
        database_, Ask(database_, "SELECT identifier FROM blueprints WHERE id = ?", blueprint_id));
  }
  return text;
}

void ChangeWriter::Created(const EntityRow& row) {
  if (kept_ > 0) Append({row.id, BlueprintText(row.blueprint_id), ChangeAction::kCreate, {}, {}});
}

void ChangeWriter::Updated(const EntityRow& before, const EntityRow& after) {
  if (kept_ <= 0 || HasSameContent(before, after)) return;
  const std::string content = ContentOf(before);
  Append({after.id, BlueprintText(after.blueprint_id), ChangeAction::kUpdate, {}, content});
}

void ChangeWriter::Deleted(const EntityRow& row) {
  if (kept_ <= 0) return;
  const std::string content = ContentOf(row);
  Append({row.id, BlueprintText(row.blueprint_id), ChangeAction::kDelete, row.identifier, content});
}

void ChangeWriter::BlueprintChanged(std::int64_t id, std::string_view identifier,
                                    ChangeAction action, std::string_view before) {
  if (kept_ <= 0) return;
  const bool goes = action == ChangeAction::kDelete;
  Append({-id, InternText(database_, identifier), action, goes ? identifier : "", before});
}

void ChangeWriter::Trim() {
  if (kept_ <= 0) return;
  database_.Prepare("DELETE FROM changes WHERE id <= (SELECT max(id) FROM changes) - ?")
      .Bind(1, kept_)
      .Run();
}

namespace {

std::string IdentifierOf(Database& database, std::int64_t subject, const std::string& blueprint) {
  if (subject < 0) return blueprint;
  std::string identifier = Ask(database, "SELECT identifier FROM entities WHERE id = ?", subject);
  if (!identifier.empty()) return identifier;
  return Ask(database, "SELECT identifier FROM changes WHERE subject = ? AND action = 3", subject);
}

/// What the next record says was before it, else what is stored.
std::string After(Database& database, std::int64_t subject, std::int64_t id) {
  {
    Statement next = database.Prepare(
        "SELECT before FROM changes WHERE subject = ? AND id > ? ORDER BY id LIMIT 1");
    if (next.Bind(1, subject).Bind(2, id).Step()) return std::string(next.Text(0));
  }
  if (subject < 0) return Ask(database, "SELECT document FROM blueprints WHERE id = ?", -subject);
  const std::optional<EntityRow> row = FindEntityById(database, subject);
  return row ? ContentOf(*row) : "";
}

ChangeRecord ReadChange(Database& database, const Statement& statement) {
  ChangeRecord change;
  const std::int64_t subject = statement.Int(2);
  change.id = statement.Int(0);
  change.action = static_cast<ChangeAction>(statement.Int(1));
  change.is_blueprint = subject < 0;
  change.at = statement.Int(3);
  change.before = statement.Text(4);
  change.user_agent = statement.Text(5);
  change.run_id = statement.Text(6);
  change.blueprint = statement.Text(7);
  change.identifier = IdentifierOf(database, subject, change.blueprint);
  if (change.action != ChangeAction::kDelete) change.after = After(database, subject, change.id);
  return change;
}

std::string SqlOf(const ChangeQuery& query) {
  std::string sql =
      "SELECT c.id, c.action, c.subject, c.at, c.before, d.name, r.text, b.text FROM changes c "
      "JOIN datasources d ON d.id = c.datasource_id "
      "LEFT JOIN change_texts r ON r.id = c.run LEFT JOIN change_texts b ON b.id = c.blueprint "
      "WHERE c.id < ?1 AND c.at >= ?2 AND c.at < ?3";
  if (!query.blueprint.empty()) sql += " AND c.blueprint = ?4";
  if (!query.run_id.empty()) sql += " AND c.run = ?5";
  if (query.action) sql += " AND c.action = ?6";
  if (!query.entity.empty()) {
    sql +=
        " AND c.subject IN (SELECT id FROM entities WHERE identifier = ?7 AND blueprint_id = "
        "(SELECT id FROM blueprints WHERE identifier = ?8) UNION "
        "SELECT subject FROM changes WHERE action = 3 AND identifier = ?7 AND blueprint = ?4)";
  }
  return sql + " ORDER BY c.id DESC";
}

std::int64_t Microseconds(const std::optional<TimePoint>& time, std::int64_t fallback) {
  return time ? time->time_since_epoch().count() : fallback;
}

}  // namespace

void ForEachChange(Database& database, const ChangeQuery& query,
                   const std::function<bool(const ChangeRecord&)>& visit) {
  constexpr std::int64_t kEnd = std::numeric_limits<std::int64_t>::max();
  // A text that no record has must find none: 0 stands for no run.
  const auto wanted = [&](const std::string& text) {
    const std::int64_t id = FindText(database, text);
    return id != 0 ? id : -1;
  };
  Statement statement = database.Prepare(SqlOf(query));
  statement.Bind(1, query.older_than.value_or(kEnd));
  statement.Bind(2, Microseconds(query.from, 0)).Bind(3, Microseconds(query.to, kEnd));
  if (!query.blueprint.empty()) statement.Bind(4, wanted(query.blueprint));
  if (!query.run_id.empty()) statement.Bind(5, wanted(query.run_id));
  if (query.action) statement.Bind(6, static_cast<int>(*query.action));
  if (!query.entity.empty()) statement.Bind(7, query.entity).Bind(8, query.blueprint);
  while (statement.Step() && visit(ReadChange(database, statement))) {
  }
}

std::string ChangeText(const ChangeRecord& record) {
  const char* action = record.action == ChangeAction::kCreate   ? "CREATE"
                       : record.action == ChangeAction::kUpdate ? "UPDATE"
                                                                : "DELETE";
  const auto text_or_null = [](const std::string& text) { return text.empty() ? "null" : text; };
  const Json entity = record.is_blueprint ? Json() : Json(record.identifier);
  const Json run = record.run_id.empty() ? Json() : Json(record.run_id);
  const Json head{
      {"identifier", std::to_string(record.id)},
      {"action", action},
      {"resourceType", record.is_blueprint ? "blueprint" : "entity"},
      {"status", "SUCCESS"},
      {"trigger",
       {{"at", FormatRowTime(record.at)},
        {"origin", "API"},
        {"by", {{"userAgent", record.user_agent}}}}},
      {"context", {{"blueprint", record.blueprint}, {"entity", entity}, {"runId", run}}}};
  std::string text = DumpJson(head);
  text.back() = ',';
  return text + R"("diff":{"before":)" + text_or_null(record.before) + R"(,"after":)" +
         text_or_null(record.after) + "}}";
}

}  // namespace ocean::catalog
