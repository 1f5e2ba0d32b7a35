#include "seen_entities.hpp"

#include "ocean/catch.hpp"

namespace ocean::sync {
namespace {

TEST_CASE("seen entities are counted once and known by blueprint and identifier") {
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
  seen.AddReference("issue", "A-1");
  seen.AddReference("issue", "A-2");
  seen.Add("issue", "A-1");
  CHECK_FALSE(seen.IsReferenced("issue", "A-1"));
  CHECK(seen.IsReferenced("issue", "A-2"));
  seen.Add("issue", "A-3");
  seen.AddReference("issue", "A-3");
  CHECK_FALSE(seen.IsReferenced("issue", "A-3"));
}

}  // namespace
}  // namespace ocean::sync
