#include "ocean/sync/shared_pages.hpp"

#include <atomic>
#include <latch>
#include <set>
#include <thread>

#include "ocean/base/error.hpp"
#include "ocean/catch.hpp"
#include "ocean/error_of.hpp"

namespace ocean::sync {
namespace {

using testing::ErrorOf;

constexpr std::size_t kPlenty = std::size_t{1} << 20;

/// A source of numbered items, ten to a page, that counts what is asked of it.
struct Source {
  int items = 100;
  /// The page that fails; 0 for none.
  int failing_page = 0;
  std::atomic<int> readings{0};
  std::atomic<int> pages{0};

  std::function<PageRange()> Reader() {
    return [this] {
      ++readings;
      auto next = std::make_shared<int>(0);
      return PageRange([this, next]() -> std::optional<Batch> {
        if (*next >= items) return std::nullopt;
        if (++pages == failing_page) throw Error(ErrorKind::kForbidden, "no more");
        std::vector<Json> page;
        for (int i = 0; i < 10 && *next < items; ++i) page.push_back({{"id", (*next)++}});
        return Batch(std::move(page));
      });
    };
  }
};

std::vector<int> Ids(PageRange pages) {
  std::vector<int> ids;
  for (const Batch& page : pages) {
    for (const Json& item : page) ids.push_back(item.at("id"));
  }
  return ids;
}

std::vector<int> UpTo(int count) {
  std::vector<int> ids(static_cast<std::size_t>(count));
  for (int i = 0; i < count; ++i) ids[static_cast<std::size_t>(i)] = i;
  return ids;
}

TEST_CASE("a collection is read once, however many walk it") {
  Source source;
  SharedPages shared(kPlenty);
  CHECK(Ids(shared.Read("boards", source.Reader(), {})) == UpTo(100));
  CHECK(Ids(shared.Read("boards", source.Reader(), {})) == UpTo(100));
  CHECK(source.readings == 1);
  CHECK(source.pages == 10);

  Source other{.items = 10};
  CHECK(Ids(shared.Read("projects", other.Reader(), {})) == UpTo(10));
}

TEST_CASE("readers that overlap read each page once") {
  Source source{.items = 1000};
  SharedPages shared(kPlenty);
  constexpr int kReaders = 8;
  std::latch start(kReaders);
  std::atomic<int> right{0};
  {
    std::vector<std::jthread> readers;
    for (int i = 0; i < kReaders; ++i) {
      readers.emplace_back([&] {
        start.arrive_and_wait();
        if (Ids(shared.Read("k", source.Reader(), {})) == UpTo(1000)) ++right;
      });
    }
  }
  CHECK(right == kReaders);
  CHECK(source.readings == 1);
  CHECK(source.pages == 100);
}

TEST_CASE("a page that fails fails for every reader, and is no end") {
  Source source{.failing_page = 3};
  SharedPages shared(kPlenty);
  for (int i = 0; i < 2; ++i) {
    CHECK(ErrorOf([&] { Ids(shared.Read("k", source.Reader(), {})); }) == "forbidden: no more");
  }
  CHECK(source.pages == 3);
}

TEST_CASE("whatever a reader throws, the next need not wait for its page") {
  SharedPages shared(kPlenty);
  const auto read = [] { return PageRange([]() -> std::optional<Batch> { throw 42; }); };
  for (int i = 0; i < 2; ++i) {
    CHECK_THAT(ErrorOf([&] { Ids(shared.Read("k", read, {})); }),
               Catch::Matchers::Contains("no exception"));
  }
}

TEST_CASE("W-33: what does not fit is read again by those who need it, and nothing twice") {
  Source source{.items = 50};
  // Room for about two of the five pages.
  SharedPages shared(Batch(std::vector<Json>(22, {{"id", 10}})).bytes());
  PageRange early = shared.Read("k", source.Reader(), {});
  auto at = early.begin();
  CHECK(at->size() == 10);

  CHECK(Ids(shared.Read("k", source.Reader(), {})) == UpTo(50));
  CHECK(source.readings == 1);

  std::multiset<int> rest;
  for (++at; at != early.end(); ++at) {
    for (const Json& item : *at) rest.insert(item.at("id").get<int>());
  }
  CHECK(source.readings == 2);
  CHECK(rest.size() == 40);
  CHECK(std::set<int>(rest.begin(), rest.end()).size() == 40);
  CHECK(*rest.begin() == 10);
}

TEST_CASE("a stop ends the waiting for another reader's page") {
  std::latch reading(1);
  std::latch go_on(1);
  SharedPages shared(kPlenty);
  const auto read = [&] {
    return PageRange([&]() -> std::optional<Batch> {
      reading.count_down();
      go_on.wait();
      return std::nullopt;
    });
  };
  std::jthread first([&] { Ids(shared.Read("k", read, {})); });
  reading.wait();
  std::stop_source stop;
  PageRange second = shared.Read("k", read, stop.get_token());
  stop.request_stop();
  CHECK_THAT(ErrorOf([&] { Ids(std::move(second)); }), Catch::Matchers::StartsWith("cancelled"));
  go_on.count_down();
}

TEST_CASE("a doubt reaches every reader") {
  SharedPages shared(kPlenty);
  const auto read = [] {
    auto batch = std::make_shared<std::optional<Batch>>(Batch(std::vector<Json>{1}));
    (*batch)->MarkDoubtful("items were moved");
    return PageRange([batch] { return std::exchange(*batch, std::nullopt); });
  };
  for (int i = 0; i < 2; ++i) {
    for (const Batch& page : shared.Read("k", read, {})) CHECK(page.doubt() == "items were moved");
  }
}

}  // namespace
}  // namespace ocean::sync
