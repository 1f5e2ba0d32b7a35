#include "ocean/sync/resync_context.hpp"

#include <mutex>

#include "ocean/catch.hpp"

using namespace ocean;

namespace {

class RecordingContext : public ResyncContext {
 public:
  void Emit(Batch) override {}
  void MarkIncomplete(std::string_view reason) override {
    std::lock_guard lock(mutex_);
    reasons.emplace_back(reason);
  }
  std::stop_token Stop() const override { return {}; }
  const Logger& Log() const override { return logger_; }

  std::vector<std::string> reasons;

 private:
  std::mutex mutex_;
  Logger logger_ = Logger::Null();
};

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
