#include "ocean/state/checkpoint.hpp"

#include <cstring>
#include <set>
#include <span>

#include "ocean/base/error.hpp"
#include "ocean/state/database.hpp"
#include "page_files.hpp"

namespace ocean::state {

namespace {

std::string_view BytesOf(std::span<const Hash128> keys) {
  return {reinterpret_cast<const char*>(keys.data()), keys.size_bytes()};
}

std::vector<Hash128> KeysOf(std::string_view bytes) {
  std::vector<Hash128> keys(bytes.size() / sizeof(Hash128));
  std::memcpy(keys.data(), bytes.data(), keys.size() * sizeof(Hash128));
  return keys;
}

std::int64_t Count(TimePoint time) {
  return time.time_since_epoch().count();
}

TimePoint TimeOf(std::int64_t count) {
  return TimePoint(Duration(count));
}

/// Within the caller's transaction.
void Clear(Database& database) {
  database.Prepare("DELETE FROM spilled WHERE run_id IN (SELECT run_id FROM checkpoint)").Run();
  database.Execute(
      "DELETE FROM checkpoint; DELETE FROM checkpoint_places; DELETE FROM checkpoint_pages;"
      "DELETE FROM checkpoint_portions; DELETE FROM checkpoint_keys;"
      "DELETE FROM checkpoint_incomplete; DELETE FROM checkpoint_live");
}

void Put(Database& database, const Checkpoint::Place& place) {
  Statement insert = database.Prepare(
      "INSERT OR REPLACE INTO checkpoint_places (block, collection, cursor) VALUES (?, ?, ?)");
  insert.Bind(1, place.block).Bind(2, place.collection);
  if (place.cursor) {
    insert.Bind(3, *place.cursor);
  } else {
    insert.BindNull(3);
  }
  insert.Run();
}

std::set<std::int64_t> Numbers(Database& database, const std::string& query) {
  std::set<std::int64_t> numbers;
  Statement select = database.Prepare(query);
  while (select.Step()) numbers.insert(select.Int(0));
  return numbers;
}

}  // namespace

Checkpoint::Checkpoint(Database& database, std::mutex& mutex, const std::filesystem::path& pages)
    : database_(database),
      mutex_(mutex),
      files_(std::make_unique<PageFiles>(pages)),
      exists_(Find().has_value()) {}

Checkpoint::~Checkpoint() = default;

std::optional<Checkpoint::Head> Checkpoint::Find() const {
  const std::lock_guard lock(mutex_);
  Statement select =
      database_.Prepare("SELECT run_id, context, started_at, started_by_catalog FROM checkpoint");
  if (!select.Step()) return std::nullopt;
  Head head{std::string(select.Text(0)), std::string(select.Text(1)), TimeOf(select.Int(2)), {}};
  if (!select.IsNull(3)) head.started_by_catalog = TimeOf(select.Int(3));
  return head;
}

void Checkpoint::Begin(const Head& head) {
  const std::lock_guard lock(mutex_);
  Transaction transaction(database_);
  Clear(database_);
  Statement insert = database_.Prepare(
      "INSERT INTO checkpoint (id, run_id, context, started_at, started_by_catalog) "
      "VALUES (1, ?, ?, ?, ?)");
  insert.Bind(1, head.run_id).Bind(2, head.context).Bind(3, Count(head.started_at));
  if (head.started_by_catalog) {
    insert.Bind(4, Count(*head.started_by_catalog));
  } else {
    insert.BindNull(4);
  }
  insert.Run();
  transaction.Commit();
  files_->RemoveAllBut({});
  exists_ = true;
}

void Checkpoint::GoOn() {
  const std::lock_guard lock(mutex_);
  database_
      .Prepare(
          "DELETE FROM spilled WHERE run_id IN (SELECT run_id FROM checkpoint) "
          "AND portion NOT IN (SELECT id FROM checkpoint_portions)")
      .Run();
  files_->RemoveAllBut(Numbers(database_, "SELECT id FROM checkpoint_pages"));
}

void Checkpoint::Discard() {
  const std::lock_guard lock(mutex_);
  Transaction transaction(database_);
  Clear(database_);
  transaction.Commit();
  files_->RemoveAllBut({});
  exists_ = false;
}

std::int64_t Checkpoint::SavePage(const Place& place, std::string_view text) {
  const Hash128 hash = HashBytes(text);
  const std::lock_guard lock(mutex_);
  Transaction transaction(database_);
  Put(database_, place);
  database_.Prepare("INSERT INTO checkpoint_pages (block, hash) VALUES (?, ?)")
      .Bind(1, place.block)
      .BindBlob(2, BytesOf({&hash, 1}))
      .Run();
  const std::int64_t number = database_.LastInsertId();
  // Before the commit: a page that the database knows is there.
  files_->Write(number, text);
  transaction.Commit();
  return number;
}

void Checkpoint::SavePlace(const Place& place) {
  const std::lock_guard lock(mutex_);
  Put(database_, place);
}

std::optional<Checkpoint::Place> Checkpoint::FindPlace(std::size_t block) const {
  const std::lock_guard lock(mutex_);
  Statement select =
      database_.Prepare("SELECT collection, cursor FROM checkpoint_places WHERE block = ?");
  if (!select.Bind(1, block).Step()) return std::nullopt;
  Place place{block, std::string(select.Text(0)), std::nullopt};
  if (!select.IsNull(1)) place.cursor = std::string(select.Text(1));
  return place;
}

std::optional<std::pair<std::int64_t, std::string>> Checkpoint::NextPage(
    std::size_t block, std::int64_t number) const {
  const std::lock_guard lock(mutex_);
  Statement select = database_.Prepare(
      "SELECT id, hash FROM checkpoint_pages WHERE block = ? AND id > ? ORDER BY id LIMIT 1");
  if (!select.Bind(1, block).Bind(2, number).Step()) return std::nullopt;
  const std::int64_t found = select.Int(0);
  std::string text = files_->Read(found);
  if (KeysOf(select.Text(1)) != std::vector{HashBytes(text)}) {
    throw Error(ErrorKind::kPermanent,
                "a page that an interrupted resync had read is damaged in the state folder; the "
                "next resync reads all anew");
  }
  return std::pair{found, std::move(text)};
}

void Checkpoint::Settle(const Portion& portion) {
  const std::lock_guard lock(mutex_);
  Transaction transaction(database_);
  database_.Prepare("INSERT INTO checkpoint_portions (id, block, figures) VALUES (?, ?, ?)")
      .Bind(1, portion.id)
      .Bind(2, portion.block)
      .Bind(3, DumpJson(portion.figures))
      .Run();
  {
    Statement insert = database_.Prepare(
        "INSERT INTO checkpoint_keys (portion, role, blueprint, keys) VALUES (?, ?, ?, ?)");
    for (const Keys& keys : portion.keys) {
      insert.Bind(1, portion.id)
          .Bind(2, static_cast<std::int64_t>(keys.role))
          .Bind(3, keys.blueprint)
          .BindBlob(4, BytesOf(keys.keys))
          .Run();
    }
  }
  {
    Statement erase = database_.Prepare("DELETE FROM checkpoint_pages WHERE id = ?");
    for (const std::int64_t page : portion.pages) erase.Bind(1, page).Run();
  }
  transaction.Commit();
  for (const std::int64_t page : portion.pages) files_->Remove(page);
}

std::int64_t Checkpoint::LastPortion() const {
  const std::lock_guard lock(mutex_);
  Statement select = database_.Prepare("SELECT coalesce(max(id), 0) FROM checkpoint_portions");
  select.Step();
  return select.Int(0);
}

void Checkpoint::VisitPortions(
    const std::function<void(std::size_t block, const Json& figures)>& visit) const {
  const std::lock_guard lock(mutex_);
  Statement select = database_.Prepare("SELECT block, figures FROM checkpoint_portions");
  while (select.Step()) {
    visit(static_cast<std::size_t>(select.Int(0)),
          ParseJson(select.Text(1), "figures in the state store"));
  }
}

void Checkpoint::VisitKeys(const std::function<void(const Keys& keys)>& visit) const {
  const std::lock_guard lock(mutex_);
  Statement select =
      database_.Prepare("SELECT role, blueprint, keys FROM checkpoint_keys ORDER BY role");
  while (select.Step()) {
    visit({static_cast<Role>(select.Int(0)), std::string(select.Text(1)), KeysOf(select.Text(2))});
  }
}

void Checkpoint::MarkIncomplete(std::size_t block, std::string_view reason) {
  const std::lock_guard lock(mutex_);
  database_.Prepare("INSERT OR IGNORE INTO checkpoint_incomplete (block, reason) VALUES (?, ?)")
      .Bind(1, block)
      .Bind(2, reason)
      .Run();
}

std::vector<std::pair<std::size_t, std::string>> Checkpoint::Incomplete() const {
  const std::lock_guard lock(mutex_);
  std::vector<std::pair<std::size_t, std::string>> incomplete;
  Statement select = database_.Prepare("SELECT block, reason FROM checkpoint_incomplete");
  while (select.Step())
    incomplete.emplace_back(static_cast<std::size_t>(select.Int(0)), select.Text(1));
  return incomplete;
}

void Checkpoint::Forget(std::size_t block) {
  const std::lock_guard lock(mutex_);
  const std::set<std::int64_t> pages =
      Numbers(database_, "SELECT id FROM checkpoint_pages WHERE block = " + std::to_string(block));
  Transaction transaction(database_);
  for (const char* const sql : {"DELETE FROM checkpoint_places WHERE block = ?",
                                "DELETE FROM checkpoint_pages WHERE block = ?",
                                "DELETE FROM checkpoint_keys WHERE portion IN "
                                "(SELECT id FROM checkpoint_portions WHERE block = ?)",
                                "DELETE FROM checkpoint_portions WHERE block = ?"})
    database_.Prepare(sql).Bind(1, block).Run();
  transaction.Commit();
  for (const std::int64_t page : pages) files_->Remove(page);
}

void Checkpoint::NoteLive(std::string_view blueprint, std::string_view identifier) {
  if (!exists_) return;
  const std::lock_guard lock(mutex_);
  database_.Prepare("INSERT OR IGNORE INTO checkpoint_live (blueprint, identifier) VALUES (?, ?)")
      .Bind(1, blueprint)
      .Bind(2, identifier)
      .Run();
}

std::vector<std::pair<std::string, std::string>> Checkpoint::Live() const {
  const std::lock_guard lock(mutex_);
  std::vector<std::pair<std::string, std::string>> live;
  Statement select = database_.Prepare("SELECT blueprint, identifier FROM checkpoint_live");
  while (select.Step()) live.emplace_back(select.Text(0), select.Text(1));
  return live;
}

}  // namespace ocean::state
