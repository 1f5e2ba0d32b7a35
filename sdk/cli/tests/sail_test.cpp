#include <csignal>

#include "ocean/catch.hpp"
#include "ocean/http/transport.hpp"
#include "process.hpp"
#include "workspace.hpp"

namespace ocean::cli {

using Catch::Matchers::Contains;

namespace {

Result SailLocal(const Workspace& workspace, std::vector<std::string> more = {}) {
  std::vector<std::string> arguments = {"sail", "integrations/sample", "--local", "--once"};
  arguments.insert(arguments.end(), more.begin(), more.end());
  return RunOcean(arguments, {.folder = workspace.root()});
}

Json Block(const Json& report, const std::string& kind) {
  for (const Json& block : report.at("blocks")) {
    if (block.at("kind") == kind) return block;
  }
  return {};
}

Json BlueprintOf(const Json& report, const std::string& blueprint) {
  for (const Json& entry : report.at("blueprints")) {
    if (entry.at("blueprint") == blueprint) return entry;
  }
  return {};
}

Json GetJson(const std::string& url) {
  http::WireRequest request;
  request.request = http::Request::Get(url);
  return http::MakeCurlTransport()->Send(request, {}).ParseBody();
}

}  // namespace

TEST_CASE("sail --local syncs into the embedded catalog, and again only what changed") {
  const Workspace workspace;
  const Result first = SailLocal(workspace, {"--report", "first.json"});
  INFO(first.err);
  INFO(first.out);
  REQUIRE(first.code == 0);
  CHECK_THAT(first.err, Contains("Embedded catalog at http://127.0.0.1:"));
  CHECK_THAT(first.err, Contains("integrations/sample/.ocean/catalog.db"));
  CHECK_THAT(first.err, Contains("ocean-sample 1.2.3 (SDK "));
  CHECK_THAT(first.out, Contains("Resync complete"));
  const Json report = ReadJson(workspace.root() / "first.json");
  CHECK(report.at("outcome") == "complete");
  CHECK(Block(report, "thing").at("upserted").at("created") == 60);

  Json source = workspace.Source(60);
  for (int i = 0; i < 5; ++i) source["things"][static_cast<std::size_t>(i)]["color"] = "green";
  source["things"].erase(source["things"].begin() + 57, source["things"].end());
  source["things"].push_back({{"id", "new"}, {"name", "New"}, {"owner", "ann"}});
  workspace.SetSource(source);
  REQUIRE(SailLocal(workspace, {"--report", "second.json"}).code == 0);
  const Json second = ReadJson(workspace.root() / "second.json");
  const Json things = Block(second, "thing");
  CHECK(things.at("upserted") == Json({{"created", 1}, {"updated", 5}}));
  CHECK(things.at("unchanged") == 52);
  CHECK(BlueprintOf(second, "sampleThing").at("deleted") == 3);
}

TEST_CASE("On a terminal the progress is drawn over itself, and gone when the report comes") {
  const Workspace workspace;
  Process sail({OCEAN_PROGRAM, "sail", "integrations/sample", "--local", "--once"},
               {.folder = workspace.root(), .terminal = true});
  CHECK(sail.Wait() == 0);
  const std::string& shown = sail.out();
  INFO(shown);
  const auto hidden_cursor = shown.find("\x1b[?25l");
  const auto erased = shown.rfind("\x1b[J");
  const auto shown_cursor = shown.rfind("\x1b[?25h");
  const auto report = shown.find("Resync complete");
  REQUIRE(report != std::string::npos);
  CHECK(hidden_cursor < erased);
  CHECK(erased < shown_cursor);
  CHECK(shown_cursor < report);
}

TEST_CASE("A page that fails deletes nothing and ends with exit code 2") {
  const Workspace workspace;
  REQUIRE(SailLocal(workspace).code == 0);
  workspace.SetThings(30);
  workspace.Configure("page");
  const Result result = SailLocal(workspace, {"--report", "report.json"});
  CHECK(result.code == 2);
  CHECK_THAT(result.out, Contains("page 2 answered 503"));
  const Json report = ReadJson(workspace.root() / "report.json");
  CHECK(report.at("outcome") == "incomplete");
  CHECK(BlueprintOf(report, "sampleThing").value("deleted", 0) == 0);
  const Result list = RunOcean({"catalog", "list", "--json"}, {.folder = workspace.root()});
  CHECK(ParseJson(list.out)[1].at("entities") == 60);
}

TEST_CASE("A mapping whose JQ does not compile changes nothing in the catalog") {
  const Workspace workspace;
  std::string mapping = ReadText(workspace.sample() / ".port/resources/port-app-config.yaml");
  mapping.replace(mapping.find("color: .color"), 13, "color: .color |");
  workspace.Write(workspace.sample() / ".port/resources/port-app-config.yaml", mapping);
  const Result result = SailLocal(workspace);
  CHECK(result.code == 1);
  CHECK_THAT(result.err, Contains("error: ") && Contains("port-app-config.yaml"));
  CHECK_THAT(result.err, Contains("resources[1]") && Contains("color"));
  const Result list = RunOcean({"catalog", "list", "--json"}, {.folder = workspace.root()});
  CHECK(ParseJson(list.out) == Json::array());
}

TEST_CASE("A run that is killed is repaired by the next") {
  const Workspace workspace;
  workspace.Configure("crash");
  const Result killed = SailLocal(workspace);
  CHECK(killed.code == 128 + SIGKILL);
  CHECK_THAT(killed.err, Contains("was ended by signal 9"));
  workspace.Configure();
  CHECK(SailLocal(workspace).code == 0);
  const Result list = RunOcean({"catalog", "list", "--json"}, {.folder = workspace.root()});
  CHECK(ParseJson(list.out)[1].at("entities") == 60);
}

TEST_CASE("A signal ends a run cleanly: stopped, and exit code 1") {
  const Workspace workspace;
  workspace.Configure("hang");
  for (const int signal : {SIGTERM, SIGINT}) {
    Process process({OCEAN_PROGRAM, "sail", "integrations/sample", "--local", "--once"},
                    {.folder = workspace.root()});
    REQUIRE(process.WaitFor("extracting: "));
    process.Signal(signal);
    CHECK(process.Wait() == 1);
    CHECK_THAT(process.err(), Contains("stopped before the run was over"));
  }
}

TEST_CASE("A polling process serves its state and stops with exit code 0 between runs") {
  const Workspace workspace;
  Process process({OCEAN_PROGRAM, "sail", "integrations/sample", "--local", "--port", "0"},
                  {.folder = workspace.root()});
  REQUIRE(process.WaitFor("Resync complete"));
  REQUIRE(process.WaitFor("peak memory"));
  const std::size_t at = process.err().find("at http://", process.err().find("serving /health"));
  const std::string url = process.err().substr(at + 3, process.err().find('\n', at) - at - 3);
  // Port is asked for requests only after the run, so that readiness is settled by now.
  CHECK(GetJson(url + "/health/ready").at("status") == "healthy");
  CHECK(GetJson(url + "/status").at("runs").size() == 1);
  process.Signal(SIGTERM);
  CHECK(process.Wait() == 0);
}

TEST_CASE("Secrets of the configuration are never shown") {
  const Workspace workspace;
  const Result result = SailLocal(workspace, {"--log-level", "DEBUG"});
  CHECK((result.out + result.err).find("hush-hush-secret") == std::string::npos);
}

TEST_CASE("JSON logs keep standard output free of tables") {
  const Workspace workspace;
  const Result result = SailLocal(workspace, {"--log-format", "json"});
  CHECK(result.code == 0);
  CHECK(result.out.empty());
  CHECK_THAT(result.err, Contains("\"message\":\"resync complete\""));
}

}  // namespace ocean::cli
