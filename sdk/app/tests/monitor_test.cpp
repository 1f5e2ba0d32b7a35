#include "monitor.hpp"

#include "ocean/catch.hpp"

namespace ocean::app {

namespace {

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
  return block;
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

TEST_CASE("Metrics are those of the last run") {
  sync::RunReport run;
  run.duration_ms = 1500;
  run.blocks = {Block("issue", 0)};
  run.blueprints.push_back({.blueprint = "b", .deleted = 7, .reason = ""});
  const std::string text = MetricsText({}, run);
  const std::string extract =
      R"({kind="issue-0",phase="extract",object_count_type="raw_extracted"})";
  CHECK(Has(text, "object_count" + extract + " 10"));
  CHECK(Has(text, R"(object_count{kind="issue-0",phase="load",object_count_type="loaded"} 4)"));
  CHECK(Has(text, R"(object_count{kind="issue-0",phase="load",object_count_type="skipped"} 4)"));
  CHECK(Has(text,
            "object_count{kind=\"__reconciliation__\",phase=\"delete\","
            "object_count_type=\"deleted\"} 7"));
  CHECK(Has(text, R"(success{kind="issue-0",phase="resync"} 1)"));
  CHECK(Has(text, R"(success{kind="__runtime__",phase="resync"} 1)"));
  CHECK(Has(text, R"(duration_seconds{kind="__runtime__",phase="resync"} 1.5)"));
  CHECK(Has(text, "running 0"));
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
