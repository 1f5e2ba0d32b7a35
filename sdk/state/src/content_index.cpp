#include "ocean/state/content_index.hpp"

#include <algorithm>
#include <cstring>
#include <mutex>
#include <string_view>
#include <unordered_map>

#include "ocean/state/database.hpp"

namespace ocean::state {

namespace {

constexpr std::string_view kSchema1 = R"sql(
  CREATE TABLE contents (key BLOB PRIMARY KEY, content BLOB NOT NULL) WITHOUT ROWID;
  CREATE TABLE about (id INTEGER PRIMARY KEY CHECK (id = 1), context TEXT NOT NULL, verified_at INTEGER);
)sql";

/// So many wait to be written: sorted and together they touch each page of the file once.
constexpr std::size_t kWaitAtMost = 50'000;

std::string_view BytesOf(const Hash128& hash) {
  return {reinterpret_cast<const char*>(&hash), sizeof(hash)};
}

std::optional<Hash128> HashOf(std::string_view bytes) {
  if (bytes.size() != sizeof(Hash128)) return std::nullopt;
  Hash128 hash;
  std::memcpy(&hash, bytes.data(), sizeof(hash));
  return hash;
}

}  // namespace

struct ContentIndex::Impl {
  explicit Impl(const std::filesystem::path& folder)
      : database(Database::Open(folder / "index.db")) {}

  void Write() {
    if (waiting.empty()) return;
    std::vector<std::pair<Hash128, Hash128>> sorted(waiting.begin(), waiting.end());
    // As SQLite orders blobs.
    std::sort(sorted.begin(), sorted.end(),
              [](const auto& a, const auto& b) { return BytesOf(a.first) < BytesOf(b.first); });
    Transaction transaction(database);
    Statement insert =
        database.Prepare("INSERT OR REPLACE INTO contents (key, content) VALUES (?, ?)");
    for (const auto& [key, content] : sorted)
      insert.BindBlob(1, BytesOf(key)).BindBlob(2, BytesOf(content)).Run();
    transaction.Commit();
    waiting.clear();
  }

  mutable std::mutex mutex;
  mutable Database database;
  std::unordered_map<Hash128, Hash128> waiting;
  /// Since it was begun.
  bool doubted = false;
};

ContentIndex::ContentIndex(const std::filesystem::path& folder)
    : impl_(std::make_unique<Impl>(folder)) {
  impl_->database.Migrate({kSchema1});
}

ContentIndex::~ContentIndex() = default;

std::optional<TimePoint> ContentIndex::VerifiedAt(const std::string& context) const {
  const std::lock_guard lock(impl_->mutex);
  Statement statement = impl_->database.Prepare("SELECT context, verified_at FROM about");
  if (!statement.Step() || statement.Text(0) != context || statement.IsNull(1)) return std::nullopt;
  return TimePoint(Duration(statement.Int(1)));
}

void ContentIndex::Begin(const std::string& context) {
  const std::lock_guard lock(impl_->mutex);
  impl_->waiting.clear();
  impl_->doubted = false;
  Transaction transaction(impl_->database);
  impl_->database.Prepare("DELETE FROM contents").Run();
  impl_->database.Prepare("INSERT OR REPLACE INTO about (id, context) VALUES (1, ?)")
      .Bind(1, context)
      .Run();
  transaction.Commit();
}

void ContentIndex::MarkVerified(TimePoint time) {
  const std::lock_guard lock(impl_->mutex);
  if (impl_->doubted) return;
  impl_->database.Prepare("UPDATE about SET verified_at = ?")
      .Bind(1, time.time_since_epoch().count())
      .Run();
}

void ContentIndex::MarkUnverified() {
  const std::lock_guard lock(impl_->mutex);
  impl_->doubted = true;
  impl_->database.Execute("UPDATE about SET verified_at = NULL");
}

std::vector<std::optional<Hash128>> ContentIndex::Find(std::span<const Hash128> keys) const {
  const std::lock_guard lock(impl_->mutex);
  std::vector<std::optional<Hash128>> contents;
  contents.reserve(keys.size());
  // Open until the end, it holds the lock that each of the others would take and give back.
  Statement snapshot = impl_->database.Prepare("SELECT id FROM about");
  snapshot.Step();
  for (const Hash128& key : keys) {
    if (const auto waits = impl_->waiting.find(key); waits != impl_->waiting.end()) {
      contents.emplace_back(waits->second);
      continue;
    }
    Statement select = impl_->database.Prepare("SELECT content FROM contents WHERE key = ?");
    select.BindBlob(1, BytesOf(key));
    contents.push_back(select.Step() ? HashOf(select.Text(0)) : std::nullopt);
  }
  return contents;
}

void ContentIndex::Put(std::span<const std::pair<Hash128, Hash128>> contents) {
  const std::lock_guard lock(impl_->mutex);
  for (const auto& [key, content] : contents) impl_->waiting.insert_or_assign(key, content);
  if (impl_->waiting.size() >= kWaitAtMost) impl_->Write();
}

void ContentIndex::Drop(std::span<const Hash128> keys) {
  if (keys.empty()) return;
  const std::lock_guard lock(impl_->mutex);
  Transaction transaction(impl_->database);
  Statement erase = impl_->database.Prepare("DELETE FROM contents WHERE key = ?");
  for (const Hash128& key : keys) {
    impl_->waiting.erase(key);
    erase.BindBlob(1, BytesOf(key)).Run();
  }
  transaction.Commit();
}

void ContentIndex::Flush() {
  const std::lock_guard lock(impl_->mutex);
  impl_->Write();
}

}  // namespace ocean::state
