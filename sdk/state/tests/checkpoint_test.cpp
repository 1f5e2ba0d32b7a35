#include "ocean/state/checkpoint.hpp"

#include <filesystem>
#include <fstream>
#include <iterator>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "ocean/base/hash.hpp"
#include "ocean/catch.hpp"
#include "ocean/error_of.hpp"
#include "ocean/state/store.hpp"

namespace ocean::state {
namespace {

struct Folder {
  std::filesystem::path path =
      std::filesystem::temp_directory_path() / ("ocean-checkpoint-" + RandomUuid());
  ~Folder() { std::filesystem::remove_all(path); }
};

const TimePoint kStart{std::chrono::hours(1000)};

Checkpoint::Head Head(const std::string& run_id) {
  return {run_id, "context", kStart, kStart + std::chrono::seconds(1)};
}

std::vector<std::string> PagesOf(const Checkpoint& checkpoint, std::size_t block) {
  std::vector<std::string> pages;
  std::int64_t number = 0;
  while (const auto page = checkpoint.NextPage(block, number)) {
    number = page->first;
    pages.push_back(page->second);
  }
  return pages;
}

std::vector<Checkpoint::Keys> KeysOf(const Checkpoint& checkpoint) {
  std::vector<Checkpoint::Keys> all;
  checkpoint.VisitKeys([&](const Checkpoint::Keys& keys) { all.push_back(keys); });
  return all;
}

TEST_CASE("a checkpoint survives its process: head, places, pages, portions, reasons") {
  const Folder folder;
  const Hash128 key = HashPair("thing", "a");
  {
    Store store(folder.path);
    Checkpoint& checkpoint = store.checkpoint();
    CHECK_FALSE(checkpoint.Find());
    checkpoint.Begin(Head("run"));
    const std::int64_t first = checkpoint.SavePage({0, "things", "c1"}, "page 1");
    checkpoint.SavePage({0, "things", "c2"}, "page 2");
    checkpoint.SavePage({1, "others", std::nullopt}, "the only page");
    checkpoint.Settle({.id = 1,
                       .block = 0,
                       .figures = {{"mapped", 1}},
                       .pages = {first},
                       .keys = {{Checkpoint::Role::kSeen, "thing", {key}},
                                {Checkpoint::Role::kUnsent, "thing", {key, key}}}});
    checkpoint.MarkIncomplete(1, "the first reason");
    checkpoint.MarkIncomplete(1, "another");
  }
  Store store(folder.path);
  const Checkpoint& checkpoint = store.checkpoint();
  const auto head = checkpoint.Find();
  REQUIRE(head);
  CHECK(head->run_id == "run");
  CHECK(head->context == "context");
  CHECK(head->started_at == kStart);
  CHECK(head->started_by_catalog == kStart + std::chrono::seconds(1));
  CHECK(checkpoint.FindPlace(0)->cursor == "c2");
  CHECK(checkpoint.FindPlace(0)->collection == "things");
  CHECK(checkpoint.FindPlace(1)->cursor == std::nullopt);
  CHECK_FALSE(checkpoint.FindPlace(2));
  CHECK(PagesOf(checkpoint, 0) == std::vector<std::string>{"page 2"});
  CHECK(PagesOf(checkpoint, 1) == std::vector<std::string>{"the only page"});
  CHECK(checkpoint.LastPortion() == 1);
  std::map<std::size_t, Json> figures;
  checkpoint.VisitPortions([&](std::size_t block, const Json& one) { figures[block] = one; });
  CHECK(figures == std::map<std::size_t, Json>{{0, {{"mapped", 1}}}});
  const auto keys = KeysOf(checkpoint);
  REQUIRE(keys.size() == 2);
  CHECK(keys[0].role == Checkpoint::Role::kSeen);
  CHECK(keys[0].blueprint == "thing");
  CHECK(keys[0].keys == std::vector<Hash128>{key});
  CHECK(keys[1].role == Checkpoint::Role::kUnsent);
  CHECK(keys[1].keys.size() == 2);
  CHECK(checkpoint.Incomplete() ==
        std::vector<std::pair<std::size_t, std::string>>{{1, "the first reason"}});
}

TEST_CASE("entities of portions that are done again are forgotten, others stay") {
  const Folder folder;
  Store store(folder.path);
  Checkpoint& checkpoint = store.checkpoint();
  checkpoint.Begin(Head("run"));
  checkpoint.Settle({.id = 1, .block = 0, .figures = Json::object(), .pages = {}, .keys = {}});
  store.SpillEntity("run", "r", Json::object(), 1);
  store.SpillEntity("run", "r", Json::object(), 2);
  store.SpillEntity("run", "r", Json::object());
  store.SpillEntity("another run", "r", Json::object());
  checkpoint.GoOn();
  CHECK(store.SpilledCount("run") == 1);
  CHECK(store.SpilledCount("another run") == 1);
}

TEST_CASE("a checkpoint that is discarded, or replaced, leaves nothing behind") {
  const Folder folder;
  Store store(folder.path);
  Checkpoint& checkpoint = store.checkpoint();
  const bool replaced = GENERATE(true, false);
  checkpoint.Begin(Head("run"));
  store.SpillEntity("run", "r", Json::object());
  checkpoint.SavePage({0, "things", "c"}, "page");
  checkpoint.Settle({.id = 1,
                     .block = 0,
                     .figures = Json::object(),
                     .pages = {},
                     .keys = {{Checkpoint::Role::kSeen, "thing", {Hash128()}}}});
  checkpoint.MarkIncomplete(0, "why");
  checkpoint.NoteLive("thing", "a");
  if (replaced) {
    checkpoint.Begin(Head("another run"));
    CHECK(checkpoint.Find()->run_id == "another run");
  } else {
    checkpoint.Discard();
    CHECK_FALSE(checkpoint.Find());
  }
  CHECK(store.SpilledCount("run") == 0);
  CHECK_FALSE(checkpoint.FindPlace(0));
  CHECK(PagesOf(checkpoint, 0).empty());
  CHECK(checkpoint.LastPortion() == 0);
  CHECK(KeysOf(checkpoint).empty());
  CHECK(checkpoint.Incomplete().empty());
  CHECK(checkpoint.Live().empty());
}

TEST_CASE("a block is forgotten alone") {
  const Folder folder;
  Store store(folder.path);
  Checkpoint& checkpoint = store.checkpoint();
  checkpoint.Begin(Head("run"));
  for (const std::size_t block : {0U, 1U}) {
    checkpoint.SavePage({block, "things", "c"}, "page");
    checkpoint.Settle({.id = static_cast<std::int64_t>(block) + 1,
                       .block = block,
                       .figures = Json::object(),
                       .pages = {},
                       .keys = {{Checkpoint::Role::kSeen, "thing", {Hash128()}}}});
  }
  checkpoint.Forget(0);
  CHECK_FALSE(checkpoint.FindPlace(0));
  CHECK(checkpoint.FindPlace(1));
  CHECK(PagesOf(checkpoint, 0).empty());
  CHECK(PagesOf(checkpoint, 1).size() == 1);
  CHECK(KeysOf(checkpoint).size() == 1);
}

std::size_t FilesIn(const std::filesystem::path& folder) {
  const std::filesystem::directory_iterator files(folder);
  return static_cast<std::size_t>(std::distance(begin(files), end(files)));
}

TEST_CASE("a page's file goes with the page, and one that nobody knows with the next run") {
  const Folder folder;
  const auto pages = folder.path / "pages";
  Store store(folder.path);
  Checkpoint& checkpoint = store.checkpoint();
  checkpoint.Begin(Head("run"));
  const std::int64_t first = checkpoint.SavePage({0, "things", "c1"}, "page 1");
  checkpoint.SavePage({0, "things", "c2"}, "page 2");
  checkpoint.SavePage({1, "others", "c1"}, "page 3");
  CHECK(FilesIn(pages) == 3);
  checkpoint.Settle({.id = 1, .block = 0, .figures = Json::object(), .pages = {first}, .keys = {}});
  CHECK(FilesIn(pages) == 2);
  checkpoint.Forget(1);
  CHECK(FilesIn(pages) == 1);
  std::ofstream(pages / "77") << "of a page that was never committed";
  checkpoint.GoOn();
  CHECK(FilesIn(pages) == 1);
  CHECK(PagesOf(checkpoint, 0) == std::vector<std::string>{"page 2"});
  checkpoint.Discard();
  CHECK(FilesIn(pages) == 0);
}

TEST_CASE("a page that is damaged is an error, and no shorter page") {
  const Folder folder;
  Store store(folder.path);
  Checkpoint& checkpoint = store.checkpoint();
  checkpoint.Begin(Head("run"));
  const auto file =
      folder.path / "pages" / std::to_string(checkpoint.SavePage({0, "things", "c1"}, "a\nb\n"));
  SECTION("cut") {
    std::filesystem::resize_file(file, 2);
  }
  SECTION("empty") {
    std::filesystem::resize_file(file, 0);
  }
  SECTION("gone") {
    std::filesystem::remove(file);
  }
  CHECK_THAT(testing::ErrorOf([&] { checkpoint.NextPage(0, 0); }),
             Catch::Contains("is damaged in the state folder"));
}

TEST_CASE("a page that cannot be written leaves the place where it was") {
  const Folder folder;
  Store store(folder.path);
  Checkpoint& checkpoint = store.checkpoint();
  checkpoint.Begin(Head("run"));
  checkpoint.SavePage({0, "things", "c1"}, "page 1");
  std::filesystem::remove_all(folder.path / "pages");
  std::ofstream(folder.path / "pages") << "in the way";
  CHECK_THAT(testing::ErrorOf([&] { checkpoint.SavePage({0, "things", "c2"}, "page 2"); }),
             Catch::StartsWith("transient: writing "));
  CHECK(checkpoint.FindPlace(0)->cursor == "c1");
}

TEST_CASE("live writes are noted while there is a checkpoint") {
  const Folder folder;
  {
    Store store(folder.path);
    store.checkpoint().NoteLive("thing", "before");
    store.checkpoint().Begin(Head("run"));
    store.checkpoint().NoteLive("thing", "during");
  }
  Store store(folder.path);
  store.checkpoint().NoteLive("thing", "after the crash");
  store.checkpoint().NoteLive("thing", "during");
  CHECK(store.checkpoint().Live() == std::vector<std::pair<std::string, std::string>>{
                                         {"thing", "after the crash"}, {"thing", "during"}});
}

}  // namespace
}  // namespace ocean::state
