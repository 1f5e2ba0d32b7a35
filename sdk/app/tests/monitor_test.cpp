#include "monitor.hpp"

#include "ocean/base/text.hpp"
#include "ocean/catch.hpp"

namespace ocean::app {

namespace {

using Catch::Matchers::Equals;

sync::BlockReport Block(const std::string& kind, std::size_t index) {
  sync::BlockReport block;
  block.kind = kind;
  block.index = index;
  block.extracted = 10;
  block.mapped = 8;
  block.filtered = 2;
  block.created = 3;
  block.updated = 1;
  block.unchanged = 4;
  block.times = {.extract = std::chrono::milliseconds(400),
                 .transform = std::chrono::milliseconds(125),
                 .load = std::chrono::milliseconds(250),
                 .resync = std::chrono::milliseconds(500)};
  return block;
}

/// The lines of a page of metrics that are no comments.
std::string FigureLines(const std::string& text) {
  std::string lines;
  for (const std::string& line : Split(text, '\n'))
    if (!line.empty() && !line.starts_with("#")) lines += line + "\n";
  return lines;
}

bool Has(const std::string& text, const std::string& line) {
  return text.find(line + "\n") != std::string::npos;
}

}  // namespace

TEST_CASE("W-41: readiness needs the start and the contact with Port") {
  Monitor monitor;
  CHECK(monitor.NotReadyBecause() == "starting");
  monitor.MarkInitialised();
  CHECK(monitor.NotReadyBecause().empty());
  monitor.NotePortContact("Port is down");
  CHECK(monitor.NotReadyBecause() == "Port is down");
  monitor.NotePortContact("");
  CHECK(monitor.NotReadyBecause().empty());
}

TEST_CASE("Metrics are those of the last run, and what it cost") {
  sync::RunReport run;
  run.duration_ms = 1500;
  run.delete_ms = 250;
  run.blocks = {Block("issue", 0)};
  run.blueprints.push_back({.blueprint = "b", .deleted = 7, .reason = ""});
  RunCosts costs;
  costs.cpu_percent = {.max = 150, .median = 80, .average = 75.5};
  costs.memory_bytes = {.max = 3000, .median = 2000, .average = 1000};
  costs.response_bytes = 900;
  costs.response_bytes_median = 256;
  costs.response_bytes_average = 300;
  costs.source_waits = {{"Source", std::chrono::milliseconds(2500)}};
  costs.port_waits = {{"Port", std::chrono::seconds(1)}};
  CHECK_THAT(
      FigureLines(MetricsText({}, run, costs)),
      Equals(R"(object_count{kind="issue-0",phase="extract",object_count_type="raw_extracted"} 10
object_count{kind="issue-0",phase="transform",object_count_type="transformed"} 8
object_count{kind="issue-0",phase="transform",object_count_type="filtered_out"} 2
object_count{kind="issue-0",phase="transform",object_count_type="failed"} 0
object_count{kind="issue-0",phase="load",object_count_type="loaded"} 4
object_count{kind="issue-0",phase="load",object_count_type="skipped"} 4
object_count{kind="issue-0",phase="load",object_count_type="failed"} 0
object_count{kind="__reconciliation__",phase="delete",object_count_type="deleted"} 7
duration_seconds{kind="issue-0",phase="extract"} 0.4
duration_seconds{kind="issue-0",phase="transform"} 0.125
duration_seconds{kind="issue-0",phase="load"} 0.25
duration_seconds{kind="issue-0",phase="resync"} 0.5
duration_seconds{kind="__reconciliation__",phase="delete"} 0.25
duration_seconds{kind="__runtime__",phase="resync"} 1.5
success{kind="issue-0",phase="resync"} 1
success{kind="__runtime__",phase="resync"} 1
rate_limit_wait_seconds{kind="__runtime__",phase="extract",endpoint="Source"} 2.5
rate_limit_wait_seconds{kind="__runtime__",phase="load",endpoint="Port"} 1
cpu_max_percent{kind="__runtime__"} 150
cpu_median_percent{kind="__runtime__"} 80
cpu_avg_percent{kind="__runtime__"} 75.5
memory_max_bytes{kind="__runtime__"} 3000
memory_median_bytes{kind="__runtime__"} 2000
memory_avg_bytes{kind="__runtime__"} 1000
response_size_total_bytes{kind="__runtime__"} 900
response_size_median_bytes{kind="__runtime__"} 256
response_size_avg_bytes{kind="__runtime__"} 300
running 0
)"));
}

TEST_CASE("Each metric is explained once, and is a gauge") {
  const std::string text = MetricsText({}, sync::RunReport{});
  CHECK(Has(text, "# HELP running 1 while a resync runs."));
  CHECK(Has(text, "# TYPE running gauge"));
  CHECK(Has(text, "# TYPE duration_seconds gauge"));
}

TEST_CASE("While a run goes on, its own figures are shown") {
  sync::ProgressSnapshot progress;
  progress.phase = "extracting";
  progress.blocks.push_back({sync::BlockState::kRunning, Block("user", 1)});
  const std::string text = MetricsText(progress, std::nullopt);
  CHECK(Has(text, "running 1"));
  CHECK(text.find("user-1") != std::string::npos);
  CHECK(text.find("success{") == std::string::npos);
  const Json json = ToJson(progress);
  CHECK(json.at("phase") == "extracting");
  CHECK(json.at("blocks")[0].at("state") == "running");
  CHECK(json.at("blocks")[0].at("extracted") == 10);
}

TEST_CASE("Blocks are named by their kind, with the index where that is needed") {
  const std::vector<sync::BlockReport> blocks = {Block("a", 0), Block("b", 1), Block("a", 2)};
  CHECK(BlockName(blocks, 0) == "a-0");
  CHECK(BlockName(blocks, 1) == "b");
  CHECK(BlockName(blocks, 2) == "a-2");
}

}  // namespace ocean::app
