#include "report_text.hpp"

#include "ocean/base/text.hpp"
#include "ocean/catch.hpp"

namespace ocean::app {

namespace {

using Catch::Matchers::Contains;

const Terminal kWide{.width = 120};

sync::RunReport Incomplete() {
  sync::RunReport report;
  report.outcome = sync::Outcome::kIncomplete;
  report.duration_ms = 2000;
  report.source_requests = 34;
  report.catalog_requests = 52;
  report.peak_rss_bytes = std::uint64_t{28} * 1024 * 1024;
  sync::BlockReport issue;
  issue.kind = "issue";
  issue.outcome = sync::Outcome::kIncomplete;
  issue.reason = "page 3 answered 503";
  issue.extracted = 1200;
  issue.mapped = 1000;
  issue.created = 1000;
  report.blocks = {{.kind = "project", .reason = "", .mapped = 1}, issue};
  report.blueprints = {{.blueprint = "jiraIssue",
                        .seen = 1000,
                        .stale = 12,
                        .held_back = 12,
                        .reason = "issue is incomplete"}};
  return report;
}

}  // namespace

TEST_CASE("The report names every figure and every reason") {
  const std::string text = Join(ReportLines(Incomplete(), kWide), "\n");
  CHECK_THAT(text, Contains("Resync incomplete in 2.0 s"));
  CHECK_THAT(text, Contains("1,200"));
  CHECK_THAT(text, Contains("! issue: page 3 answered 503"));
  CHECK_THAT(text, Contains("! jiraIssue: 12 not deleted: issue is incomplete"));
  CHECK_THAT(text, Contains("34 requests to the source, 52 to the catalog"));
  CHECK_THAT(text, Contains("1,001 entities, 501/s"));
  CHECK_THAT(text, Contains("28.0 MiB"));
}

TEST_CASE("A third party's text in the report cannot steer the terminal") {
  sync::RunReport report = Incomplete();
  report.blocks[1].reason = "\x1b[2Jgone";
  for (const std::string& line : ReportLines(report, kWide)) {
    CHECK(line.find('\x1b') == std::string::npos);
  }
}

TEST_CASE("The log record has the sums as fields") {
  const auto [message, fields] = ReportRecord(Incomplete());
  CHECK(message == "resync incomplete");
  const std::map<std::string, std::string> values(fields.begin(), fields.end());
  CHECK(values.at("extracted") == "1200");
  CHECK(values.at("held_back") == "12");
}

TEST_CASE("The live table fits the terminal, whatever its size") {
  sync::ProgressSnapshot progress;
  progress.phase = "extracting";
  for (std::size_t i = 0; i < 30; ++i) {
    sync::BlockSnapshot block;
    block.state = i == 25 ? sync::BlockState::kRunning : sync::BlockState::kPending;
    block.figures.kind = "kind" + std::to_string(i);
    block.figures.index = i;
    progress.blocks.push_back(block);
  }
  const std::vector<std::string> lines = ProgressLines(progress, {}, {.width = 40, .height = 12});
  CHECK(lines.size() == 11);
  CHECK_THAT(Join(lines, "\n"), Contains("kind25"));
  CHECK_THAT(lines.back(), Contains("and 21 more kinds"));
  for (const std::string& line : lines) CHECK(DisplayWidth(line) <= 40);
}

TEST_CASE("Before the first phase there is nothing to draw") {
  CHECK(ProgressLines({}, {}, kWide).empty());
}

}  // namespace ocean::app
