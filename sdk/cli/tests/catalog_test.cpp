#include "ocean/catalog/catalog.hpp"

#include <csignal>

#include "ocean/catch.hpp"
#include "process.hpp"
#include "workspace.hpp"

namespace ocean::cli {

using Catch::Matchers::Contains;

namespace {

/// A workspace whose catalog holds the sample's entities.
struct Filled {
  Workspace workspace;
  Process::Options here{.folder = workspace.root()};

  Filled() {
    const Result result = RunOcean({"sail", "integrations/sample", "--local", "--once"}, here);
    INFO(result.err);
    REQUIRE(result.code == 0);
  }
  Result Catalog(std::vector<std::string> arguments) const {
    arguments.insert(arguments.begin(), "catalog");
    return RunOcean(arguments, here);
  }
};

}  // namespace

TEST_CASE("The catalog is read from the shell") {
  const Filled filled;

  SECTION("blueprints") {
    const Result list = filled.Catalog({"list"});
    CHECK(list.code == 0);
    CHECK_THAT(list.out, Contains("sampleThing") && Contains("60"));
    const Json json = ParseJson(filled.Catalog({"list", "--json"}).out);
    CHECK(json[0] == Json({{"blueprint", "sampleOwner"}, {"title", "Owner"}, {"entities", 1}}));
  }
  SECTION("entities of a blueprint") {
    const Result list = filled.Catalog({"list", "sampleThing", "--limit", "3"});
    CHECK_THAT(list.out, Contains("Thing №0") && Contains("and 57 more"));
    CHECK(ParseJson(filled.Catalog({"list", "sampleThing", "--json", "--limit", "2"}).out).size() ==
          2);
    const Result unknown = filled.Catalog({"list", "sampleThin"});
    CHECK(unknown.code == 1);
    CHECK_THAT(unknown.err, Contains("no blueprint sampleThin; did you mean sampleThing?"));
  }
  SECTION("one entity") {
    const Result entity = filled.Catalog({"get", "sampleThing", "t7"});
    CHECK_THAT(entity.out, Contains("Thing №7") && Contains("color") && Contains("blue") &&
                               Contains("relations") && Contains("ann"));
    CHECK(ParseJson(filled.Catalog({"get", "sampleThing", "t7", "--json"}).out)
              .at("properties")
              .at("size") == 7);
    const Result unknown = filled.Catalog({"get", "sampleOwner", "anna"});
    CHECK(unknown.code == 1);
    CHECK_THAT(unknown.err, Contains("no entity anna; did you mean ann?"));
  }
  SECTION("all of it, as lines") {
    const Result all = filled.Catalog({"export"});
    CHECK(std::count(all.out.begin(), all.out.end(), '\n') == 61);
    CHECK(filled.Catalog({"export", "sampleOwner", "--out", "owners.jsonl"}).code == 0);
    CHECK(ReadJson(filled.workspace.root() / "owners.jsonl").at("identifier") == "ann");
    CHECK(filled.Catalog({"export", "--out", "no/such/file"}).code == 1);
  }
  SECTION("from where it is") {
    const Process::Options inside{.folder = filled.workspace.sample()};
    CHECK(RunOcean({"catalog", "list"}, inside).code == 0);
    const Process::Options elsewhere{.folder = "/"};
    const std::string folder = filled.workspace.sample().string();
    CHECK(RunOcean({"catalog", "list", "--path", folder}, elsewhere).code == 0);
    CHECK(RunOcean({"catalog", "list", "--data", folder + "/.ocean/catalog.db"}, elsewhere).code ==
          0);
  }
  SECTION("when there are several, the choice is the user's") {
    const auto other = filled.workspace.root() / "integrations" / "other";
    std::filesystem::copy(filled.workspace.sample(), other,
                          std::filesystem::copy_options::recursive);
    const Result list = filled.Catalog({"list"});
    CHECK(list.code == 1);
    CHECK_THAT(list.err, Contains("integrations/other/.ocean/catalog.db") &&
                             Contains("integrations/sample/.ocean/catalog.db") &&
                             Contains("--data"));
  }
}

TEST_CASE("Without a catalog the command says how to fill one") {
  const Workspace workspace;
  const Result list = RunOcean({"catalog", "list"}, {.folder = workspace.root()});
  CHECK(list.code == 1);
  CHECK_THAT(list.err, Contains("ocean sail PATH --local --once"));
  CHECK(RunOcean({"catalog", "get", "a", "b", "--data", "none.db"}).code == 1);
}

TEST_CASE("serve prints what a client needs, and ends with a signal") {
  const Workspace workspace;
  Process serve({OCEAN_PROGRAM, "catalog", "serve", "--data", "new.db"},
                {.folder = workspace.root()});
  REQUIRE(serve.WaitFor("Ctrl-C ends it."));
  std::map<std::string, std::string> environment;
  for (const auto* name :
       {"OCEAN__PORT__BASE_URL", "OCEAN__PORT__CLIENT_ID", "OCEAN__PORT__CLIENT_SECRET"}) {
    const std::size_t at = serve.out().find(std::string(name) + "=") + std::string(name).size() + 1;
    environment[name] = serve.out().substr(at, serve.out().find('\n', at) - at);
  }
  const Result result = RunOcean({"sail", "integrations/sample", "--once"},
                                 {.folder = workspace.root(), .environment = environment});
  INFO(result.err);
  CHECK(result.code == 0);
  environment["OCEAN__PORT__CLIENT_SECRET"] = "another-secret";
  CHECK(RunOcean({"sail", "integrations/sample", "--once"},
                 {.folder = workspace.root(), .environment = environment})
            .code == 1);
  serve.Signal(SIGTERM);
  CHECK(serve.Wait() == 0);
}

TEST_CASE("serve lets other machines in only with credentials of the user's") {
  const Workspace workspace;
  const Result refused = RunOcean({"catalog", "serve", "--data", "new.db", "--address", "0.0.0.0"},
                                  {.folder = workspace.root()});
  CHECK(refused.code == 1);
  CHECK_THAT(refused.err, Contains("--client-id"));
  CHECK(RunOcean({"catalog", "serve", "--data", "new.db", "--client-id", "a"},
                 {.folder = workspace.root()})
            .code == 1);
}

}  // namespace ocean::cli
