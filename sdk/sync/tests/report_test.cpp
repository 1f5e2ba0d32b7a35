#include "ocean/sync/report.hpp"

#include "ocean/base/json.hpp"
#include "ocean/catch.hpp"

namespace ocean::sync {
namespace {

TEST_CASE("the report's JSON has the members that scripts rely on") {
  RunReport report;
  report.run_id = "r";
  report.outcome = Outcome::kIncomplete;
  report.blocks.push_back({.kind = "issue",
                           .outcome = Outcome::kIncomplete,
                           .reason = "page 3 failed",
                           .pages = 2,
                           .extracted = 10,
                           .mapped = 8,
                           .filtered = 1,
                           .failed = 1,
                           .created = 3,
                           .updated = 1,
                           .unchanged = 4});
  report.blueprints.push_back(
      {.blueprint = "b", .seen = 8, .stale = 2, .held_back = 2, .reason = "resource 0"});
  const Json json = ToJson(report);
  CHECK(json["outcome"] == "incomplete");
  CHECK(json["started_at"] == "1970-01-01T00:00:00.000Z");
  const Json& block = json["blocks"][0];
  CHECK(block["reason"] == "page 3 failed");
  CHECK(block["upserted"] == ParseJson(R"({"created":3,"updated":1})"));
  CHECK(block["extracted"].get<int>() ==
        block["mapped"].get<int>() + block["filtered"].get<int>() + block["failed"].get<int>());
  CHECK(json["blueprints"][0]["held_back"] == 2);
  CHECK(json["requests"] == ParseJson(R"({"source":0,"catalog":0})"));
  CHECK(json.contains("peak_rss_bytes"));
}

TEST_CASE("W-28: the exit code follows the outcome") {
  for (const auto& [outcome, code] :
       {std::pair{Outcome::kComplete, 0}, std::pair{Outcome::kIncomplete, 2},
        std::pair{Outcome::kFailed, 1}}) {
    RunReport report;
    report.outcome = outcome;
    CHECK(ExitCode(report) == code);
  }
}

}  // namespace
}  // namespace ocean::sync
