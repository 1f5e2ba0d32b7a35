#include "ocean/sync/resync_context.hpp"

#include <atomic>
#include <memory>
#include <mutex>
#include <optional>
#include <utility>
#include <vector>

#include "ocean/catch.hpp"

using namespace ocean;

namespace {

class RecordingContext : public ResyncContext {
 public:
  void Emit(Batch page) override { pages.push_back(std::move(page)); }
  void MarkIncomplete(std::string_view reason) override {
    std::lock_guard lock(mutex_);
    reasons.emplace_back(reason);
  }
  PageRange Shared(const std::string&, std::function<PageRange()> read) override { return read(); }
  std::stop_token Stop() const override { return {}; }
  const Logger& Log() const override { return logger_; }

  std::vector<std::string> reasons;
  std::vector<Batch> pages;

 private:
  std::mutex mutex_;
  Logger logger_ = Logger::Null();
};

PageRange OnePage(Batch page) {
  auto rest = std::make_shared<std::optional<Batch>>(std::move(page));
  return PageRange([rest] { return std::exchange(*rest, std::nullopt); });
}

}  // namespace

TEST_CASE("a skipped parent leaves the block incomplete and the others go on", "[context]") {
  const OnError on_error = GENERATE(OnError::kFail, OnError::kSkipItem);
  RecordingContext context;
  std::atomic<int> worked{0};
  context.ForEach(
      std::vector<int>{1, 2, 3, 4}, 2,
      [&](int item) {
        if (item == 2) throw http::SkippedParent(Error(ErrorKind::kAuth, "GET x answered 401"));
        ++worked;
      },
      on_error);
  CHECK(worked == 3);
  CHECK(context.reasons == std::vector<std::string>{"GET x answered 401"});
}

TEST_CASE("any other error of an item ends ForEach", "[context]") {
  RecordingContext context;
  CHECK_THROWS_AS(context.ForEach(std::vector<int>{1}, 1,
                                  [](int) { throw Error(ErrorKind::kForbidden, "no"); }),
                  Error);
  CHECK(context.reasons.empty());
}

TEST_CASE("a doubtful page of parents leaves the block incomplete", "[context]") {
  RecordingContext context;
  Batch parents(std::vector<Json>{1, 2});
  parents.MarkDoubtful("items were moved");
  int sum = 0;
  context.ForEach(OnePage(std::move(parents)), 1,
                  [&](const Json& parent) { sum += parent.get<int>(); });
  CHECK(sum == 3);
  CHECK(context.reasons == std::vector<std::string>{"items were moved"});
}

TEST_CASE("pages are emitted edited, without the items that could not be", "[context]") {
  RecordingContext context;
  Batch items(std::vector<Json>{{{"id", 1}}, {{"id", 2}}, {{"id", 3}}});
  const std::size_t bytes = items.bytes();
  context.EmitAll(OnePage(std::move(items)), 2, [](Json& item) {
    if (item.at("id") == 2) throw http::SkippedParent(Error(ErrorKind::kForbidden, "no members"));
    item["__members"] = Json::array({"ada", "bo", "chloe", "dmitri", "zoe"});
  });
  REQUIRE(context.pages.size() == 1);
  const Batch& page = context.pages[0];
  REQUIRE(page.size() == 2);
  CHECK(page[0].at("id") == 1);
  CHECK(page[1].at("__members").size() == 5);
  CHECK(page.bytes() > bytes);
  CHECK(context.reasons == std::vector<std::string>{"no members"});
}
