#include "ocean/state/content_index.hpp"

#include <filesystem>
#include <string>

#include "ocean/catch.hpp"
#include "ocean/testing/manual_clock.hpp"

namespace ocean::state {
namespace {

struct Folder {
  std::filesystem::path path =
      std::filesystem::temp_directory_path() / ("ocean-index-" + RandomUuid());
  ~Folder() { std::filesystem::remove_all(path); }
};

Hash128 Key(int number) {
  return HashBytes(std::to_string(number));
}

using Contents = std::vector<std::pair<Hash128, Hash128>>;

TEST_CASE("contents are found before and after they are written, and when opened again") {
  const Folder folder;
  const std::vector<Hash128> keys = {Key(1), Key(2), Key(3)};
  const std::vector<std::optional<Hash128>> expected = {Key(10), std::nullopt, Key(30)};
  {
    ContentIndex index(folder.path);
    index.Put(Contents{{Key(1), Key(11)}, {Key(3), Key(30)}});
    index.Put(Contents{{Key(1), Key(10)}});
    CHECK(index.Find(keys) == expected);
    index.Flush();
    CHECK(index.Find(keys) == expected);
  }
  CHECK(ContentIndex(folder.path).Find(keys) == expected);
}

TEST_CASE("what is dropped is gone, written or not") {
  const Folder folder;
  ContentIndex index(folder.path);
  index.Put(Contents{{Key(1), Key(10)}});
  index.Flush();
  index.Put(Contents{{Key(2), Key(20)}});
  index.Drop(std::vector<Hash128>{Key(1), Key(2), Key(3)});
  CHECK(index.Find(std::vector<Hash128>{Key(1), Key(2)}) ==
        std::vector<std::optional<Hash128>>{std::nullopt, std::nullopt});
}

TEST_CASE("an index is verified for what it was begun with, and not before it was marked") {
  const Folder folder;
  const TimePoint now = testing::ManualClock().Now();
  ContentIndex index(folder.path);
  CHECK_FALSE(index.VerifiedAt("a"));
  index.Begin("a");
  CHECK_FALSE(index.VerifiedAt("a"));
  index.MarkVerified(now);
  CHECK(index.VerifiedAt("a") == now);
  CHECK_FALSE(index.VerifiedAt("b"));
  index.MarkUnverified();
  CHECK_FALSE(index.VerifiedAt("a"));
  // What was compared before the doubt does not lift it.
  index.MarkVerified(now);
  CHECK_FALSE(index.VerifiedAt("a"));
  index.Put(Contents{{Key(1), Key(10)}});
  index.Begin("b");
  CHECK_FALSE(index.VerifiedAt("b"));
  CHECK(index.Find(std::vector<Hash128>{Key(1)}) ==
        std::vector<std::optional<Hash128>>{std::nullopt});
}

TEST_CASE("more than waits in memory is written by itself") {
  const Folder folder;
  ContentIndex index(folder.path);
  Contents contents;
  for (int i = 0; i < 60'000; ++i) contents.emplace_back(Key(i), Key(i + 1));
  index.Put(contents);
  CHECK(ContentIndex(folder.path).Find(std::vector<Hash128>{Key(59'999)}) ==
        std::vector<std::optional<Hash128>>{Key(60'000)});
}

}  // namespace
}  // namespace ocean::state
