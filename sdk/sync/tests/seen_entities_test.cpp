#include "seen_entities.hpp"

#include "ocean/catch.hpp"

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

}  // namespace
}  // namespace ocean::sync
