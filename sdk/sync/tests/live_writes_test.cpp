#include "ocean/sync/live_writes.hpp"

#include <atomic>
#include <future>

#include "ocean/catch.hpp"

namespace ocean::sync {
namespace {

std::vector<port::Entity> Entities(const std::vector<std::string>& identifiers) {
  std::vector<port::Entity> entities;
  for (const std::string& identifier : identifiers) entities.push_back({"thing", identifier, {}});
  return entities;
}

std::vector<std::string> IdentifiersOf(const std::vector<port::Entity>& entities) {
  std::vector<std::string> identifiers;
  for (const port::Entity& entity : entities) identifiers.push_back(entity.identifier);
  return identifiers;
}

using Identifiers = std::vector<std::string>;

TEST_CASE("W-16: a resync leaves alone what a live event wrote since it began") {
  LiveWrites writes;
  writes.Announce("thing", "before");
  {
    const LiveWrites::Resync resync(&writes);
    writes.Announce("thing", "a");
    writes.Announce("other", "b");
    auto entities = Entities({"before", "a", "b", ""});
    const LiveWrites::Claim claim(&writes, entities);
    CHECK(IdentifiersOf(entities) == Identifiers{"before", "b", ""});
    CHECK(claim.left_alone() == 1);
    CHECK(writes.Has("thing", "a"));
    CHECK_FALSE(writes.Has("thing", "b"));
  }
  const LiveWrites::Resync next(&writes);
  auto entities = Entities({"a"});
  const LiveWrites::Claim claim(&writes, entities);
  CHECK(entities.size() == 1);
}

TEST_CASE("a live event waits for a request of the resync that writes its entity") {
  LiveWrites writes;
  const LiveWrites::Resync resync(&writes);
  std::atomic<bool> request_ended = false;
  std::future<bool> live;
  {
    auto entities = Entities({"a"});
    auto same = Entities({"a"});
    const LiveWrites::Claim claim(&writes, entities);
    const LiveWrites::Claim second(&writes, same);
    live = std::async(std::launch::async, [&] {
      writes.Announce("thing", "a");
      return request_ended.load();
    });
    while (!writes.Has("thing", "a")) std::this_thread::yield();
    auto late = Entities({"a"});
    const LiveWrites::Claim third(&writes, late);
    CHECK(late.empty());
    request_ended = true;
  }
  CHECK(live.get());
}

TEST_CASE("a resync deletes nothing that a live event wrote since it began") {
  LiveWrites writes;
  const LiveWrites::Resync resync(&writes);
  writes.Announce("thing", "a");
  Identifiers stale = {"a", "b"};
  const LiveWrites::Claim claim(&writes, "thing", stale);
  CHECK(stale == Identifiers{"b"});
  CHECK(claim.left_alone() == 1);
  Identifiers others = {"a"};
  const LiveWrites::Claim other(&writes, "other", others);
  CHECK(others == Identifiers{"a"});
}

TEST_CASE("without live events nothing is left alone") {
  const LiveWrites::Resync resync(nullptr);
  auto entities = Entities({"a", "a"});
  const LiveWrites::Claim claim(nullptr, entities);
  CHECK(entities.size() == 2);
}

}  // namespace
}  // namespace ocean::sync
