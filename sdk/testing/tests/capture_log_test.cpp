#include "ocean/testing/capture_log.hpp"

#include <optional>

#include "ocean/catch.hpp"

namespace ocean::testing {
namespace {

TEST_CASE("records are kept and found") {
  const CaptureLog log(LogLevel::kInfo);
  log.logger().Masker().Add("s3cret-text");
  log.logger().With({{"kind", "issue"}}).Warning("page 3 is s3cret-text", {{"page", "3"}});
  log.logger().Debug("too fine");
  CHECK(log.Records().size() == 1);
  CHECK(log.Has(LogLevel::kWarning, "page 3"));
  CHECK_FALSE(log.Has(LogLevel::kError, "page 3"));
  CHECK_FALSE(log.Has(LogLevel::kWarning, "page 4"));
  CHECK_FALSE(log.Has(LogLevel::kWarning, "s3cret"));
  CHECK(log.Text() == "WARNING page 3 is ***  kind=issue  page=3\n");
}

TEST_CASE("a logger may outlive its log") {
  std::optional<Logger> logger;
  {
    const CaptureLog log;
    logger = log.logger();
  }
  logger->Info("to nobody");
  SUCCEED("nothing was touched that is gone");
}

}  // namespace
}  // namespace ocean::testing
