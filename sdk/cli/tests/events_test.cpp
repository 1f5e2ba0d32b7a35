#include <future>

#include "ocean/catch.hpp"
#include "ocean/state/journal.hpp"
#include "process.hpp"
#include "workspace.hpp"

namespace ocean::cli {

using Catch::Matchers::Contains;

namespace {

/// A workspace whose integration has one pending event, 1, and one that was given up, 2.
struct Filled {
  Workspace workspace;
  Process::Options here{.folder = workspace.root()};

  Filled() {
    state::Journal journal({.file = workspace.sample() / ".ocean" / state::kJournalFile},
                           Clock::System(), Logger::Null());
    Append(journal, "/webhook", "key 1", "issue,sprint");
    Append(journal, "/other", "key 2", "project");
    journal.Bury(2, 3, "it is poison");
  }
  static void Append(state::Journal& journal, const std::string& path, const std::string& key,
                     const std::string& kinds) {
    std::promise<void> stored;
    journal.Append({.path = path,
                    .headers = R"({"x-event":"changed"})",
                    .body = R"({"key":")" + key + "\"}",
                    .entries = {{"Processor", key, kinds}}},
                   [&](state::AppendOutcome) { stored.set_value(); });
    stored.get_future().wait();
  }
  Result Events(std::vector<std::string> arguments) const {
    arguments.insert(arguments.begin(), "events");
    arguments.insert(arguments.end(), {"--path", "integrations/sample"});
    return RunOcean(arguments, here);
  }
  /// Numbers and states.
  std::vector<std::string> Listed(std::vector<std::string> filters = {}) const {
    filters.insert(filters.begin(), {"list", "--json"});
    std::vector<std::string> listed;
    for (const Json& event : ParseJson(Events(filters).out)) {
      listed.push_back(event.at("event").dump() + " " + GetString(event, "state"));
    }
    return listed;
  }
};

using Lines = std::vector<std::string>;

}  // namespace

TEST_CASE("Live events are listed, by what is asked for") {
  const Filled filled;
  const Result list = filled.Events({"list"});
  INFO(list.err);
  CHECK(list.code == 0);
  CHECK_THAT(list.out, Contains("/webhook") && Contains("issue,sprint") && Contains("key 2") &&
                           Contains("3 attempts; the last: it is poison"));
  CHECK(filled.Listed() == Lines{"1 pending", "2 dead"});
  CHECK(filled.Listed({"--dead"}) == Lines{"2 dead"});
  CHECK(filled.Listed({"--webhook", "/webhook"}) == Lines{"1 pending"});
  CHECK(filled.Listed({"--kind", "sprint"}) == Lines{"1 pending"});
  CHECK(filled.Listed({"--kind", "issue,sprint"}).empty());
  CHECK(filled.Listed({"--older-than", "3600"}).empty());
}

TEST_CASE("A live event is shown with its content") {
  const Filled filled;
  const Json event = ParseJson(filled.Events({"show", "2"}).out);
  CHECK(event.at("body") == Json{{"key", "key 2"}});
  CHECK(event.at("headers") == Json{{"x-event", "changed"}});
  CHECK(event.at("error") == "it is poison");
  const Result missing = filled.Events({"show", "7"});
  CHECK(missing.code == 1);
  CHECK_THAT(missing.err, Contains("there is no event 7"));
}

TEST_CASE("Live events are replayed and dropped") {
  const Filled filled;
  SECTION("by number") {
    CHECK(filled.Events({"replay", "2"}).code == 0);
    CHECK(filled.Listed() == Lines{"1 pending", "3 pending"});
    CHECK(filled.Events({"drop", "1", "3"}).code == 0);
    CHECK(filled.Listed().empty());
    CHECK(filled.Events({"drop", "1"}).code == 1);
  }
  SECTION("all dead ones") {
    CHECK(filled.Events({"replay", "--dead"}).code == 0);
    CHECK(filled.Listed() == Lines{"1 pending", "3 pending"});
  }
  SECTION("none is named") {
    CHECK_THAT(filled.Events({"drop"}).err, Contains("--dead"));
    CHECK(filled.Listed().size() == 2);
  }
}

TEST_CASE("Where no live event ever came, that is said") {
  const Workspace workspace;
  const Result list =
      RunOcean({"events", "list", "--path", "integrations/sample"}, {.folder = workspace.root()});
  CHECK(list.code == 1);
  CHECK_THAT(list.err, Contains("no journal of live events"));
}

}  // namespace ocean::cli
