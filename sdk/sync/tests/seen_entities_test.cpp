#include "seen_entities.hpp"

#include <malloc.h>

#include <map>
#include <random>
#include <set>

#include "ocean/catch.hpp"
#include "ocean/testing/capture_log.hpp"
#include "ocean/testing/temp_dir.hpp"
#include "ocean/testing/test_run.hpp"

namespace ocean::sync {
namespace {

TEST_CASE("W-23: seen entities are counted once and known by blueprint and identifier") {
  SeenEntities seen;
  seen.Add("issue", "A-1");
  seen.Add("issue", "A-1");
  seen.Add("project", "A-1");
  CHECK(seen.Has("issue", "A-1"));
  CHECK_FALSE(seen.Has("issue", "A-2"));
  CHECK_FALSE(seen.Has("issueA", "-1"));
  CHECK(seen.Count("issue") == 1);
  CHECK(seen.Count("nothing") == 0);
  CHECK(seen.Counts().size() == 2);
}

TEST_CASE("a reference lasts until its target is seen, whichever comes first") {
  SeenEntities seen;
  seen.AddReference("issue", "A-1", true);
  seen.AddReference("issue", "A-2", true);
  seen.Add("issue", "A-1");
  CHECK_FALSE(seen.IsReferenced("issue", "A-1"));
  CHECK(seen.IsReferenced("issue", "A-2"));
  seen.Add("issue", "A-3");
  seen.AddReference("issue", "A-3", true);
  CHECK_FALSE(seen.IsReferenced("issue", "A-3"));
}

TEST_CASE("what was not sent is seen, and counted until it is confirmed") {
  SeenEntities seen;
  CHECK(seen.Add("issue", "A-1"));
  CHECK_FALSE(seen.Add("issue", "A-1"));
  seen.MarkUnsent("issue", "A-1");
  CHECK_FALSE(seen.Add("issue", "A-1"));
  CHECK(seen.Has("issue", "A-1"));
  CHECK(seen.IsUnsent("issue", "A-1"));
  CHECK(seen.Unsent().at("issue") == 1);
  CHECK(seen.Count("issue") == 1);
  seen.Confirm("issue", "A-1");
  seen.Confirm("issue", "A-2");
  CHECK(seen.Has("issue", "A-1"));
  CHECK_FALSE(seen.IsUnsent("issue", "A-1"));
  CHECK(seen.Unsent().empty());
}

TEST_CASE("a reference may name without protecting") {
  SeenEntities seen;
  seen.AddReference("issue", "A-1", false);
  CHECK(seen.IsNamed("issue", "A-1"));
  CHECK_FALSE(seen.IsReferenced("issue", "A-1"));
  CHECK_FALSE(seen.IsNamed("issue", "A-2"));
}

TEST_CASE("wherever they are kept, seen entities are known alike") {
  const testing::TempDir folder;
  const testing::CaptureLog log;
  const std::size_t most_in_memory = GENERATE(1U, 7U, 100U, 100'000U);
  SeenEntities seen(folder.path(), log.logger(), most_in_memory);
  std::set<std::string> all;
  std::set<std::string> unsent;
  std::mt19937 random(1);
  for (int step = 0; step < 3000; ++step) {
    const std::string id = std::to_string(random() % 300);
    switch (random() % 4) {
      case 0:
        CHECK(seen.Add("issue", id) == all.insert(id).second);
        break;
      case 1:
        seen.MarkUnsent("issue", id);
        if (all.contains(id)) unsent.insert(id);
        break;
      case 2:
        CHECK(seen.Confirm("issue", id) == all.contains(id));
        unsent.erase(id);
        break;
      default:
        seen.AddReference("issue", id, true);
        CHECK(seen.IsReferenced("issue", id) == !all.contains(id));
        break;
    }
    CHECK(seen.Has("issue", id) == all.contains(id));
    CHECK(seen.IsUnsent("issue", id) == unsent.contains(id));
  }
  CHECK(seen.Count("issue") == static_cast<std::int64_t>(all.size()));
  CHECK(seen.Unsent().at("issue") == static_cast<std::int64_t>(unsent.size()));
  CHECK(log.Records().empty());
}

constexpr std::size_t kEntities = 200'000;

/// Bytes of the heap that are in use.
std::size_t HeapInUse() {
  const struct mallinfo2 info = mallinfo2();
  return info.uordblks + info.hblkhd;
}

TEST_CASE("W-34: of each entity some bytes are kept, however long its name") {
  // A sanitizer's heap tells nothing.
  if (testing::kIsSanitized) return;
  const testing::TempDir folder;
  const testing::CaptureLog log;
  const std::size_t most_in_memory = GENERATE(200'000U, 20'000U);
  const std::string padding(200, 'x');
  const std::size_t before = HeapInUse();
  SeenEntities seen(folder.path(), log.logger(), most_in_memory);
  for (std::size_t i = 0; i < kEntities; ++i) seen.Add("issue", padding + std::to_string(i));
  const std::size_t bytes = (HeapInUse() - before) / kEntities;
  CHECK(seen.Count("issue") == kEntities);
  INFO(most_in_memory << " in memory");
  CHECK(bytes < (most_in_memory == kEntities ? 48 : 12));
}

TEST_CASE("entities stay in memory when no file can be written, which is logged once") {
  const testing::TempDir folder;
  const testing::CaptureLog log;
  SeenEntities seen(folder / "missing", log.logger(), 10);
  for (int i = 0; i < 50; ++i) CHECK(seen.Add("issue", std::to_string(i)));
  for (int i = 0; i < 50; ++i) CHECK_FALSE(seen.Add("issue", std::to_string(i)));
  CHECK(log.Records().size() == 1);
}

}  // namespace
}  // namespace ocean::sync
