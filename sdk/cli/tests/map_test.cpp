#include "ocean/catch.hpp"
#include "process.hpp"
#include "workspace.hpp"

namespace ocean::cli {

using Catch::Matchers::Contains;

TEST_CASE("An expression is tried on an item") {
  const Workspace workspace;
  const Process::Options here{.folder = workspace.root()};
  workspace.Write("item.json", R"({"a":[1,2],"name":"x"})");
  const auto map = [&](std::vector<std::string> arguments) {
    arguments.insert(arguments.begin(), {"map", "--input", "item.json"});
    return RunOcean(std::move(arguments), here);
  };
  CHECK(map({"--expr", ".a[]"}).out == "1\n");
  CHECK(map({"--expr", ".a[]", "--all-outputs"}).out == "1\n2\n");
  CHECK(map({"--expr", "empty"}).out.empty());
  const Result failed = map({"--expr", ".a.b"});
  CHECK(failed.code == 1);
  CHECK_THAT(failed.err, Contains("Cannot index array"));
  const Result wrong = map({"--expr", ".a |"});
  CHECK(wrong.code == 1);
  CHECK_THAT(wrong.err, Contains("^"));
  const Result explained = map({"--expr", ".nam | length", "--explain"});
  CHECK(explained.code == 0);
  CHECK_THAT(explained.out, Contains(".nam  →  null") && Contains("length  →  0"));
  CHECK_THAT(map({"--expr", ".nam", "--explain"}).out,
             Contains("why: `.nam`: no key `nam`; did you mean `name`?"));
}

TEST_CASE("An expression tells programs what it gave") {
  const Workspace workspace;
  const Process::Options here{.folder = workspace.root()};
  workspace.Write("item.json", R"({"a":[1,2],"name":"x"})");
  const auto map = [&](std::vector<std::string> arguments) {
    arguments.insert(arguments.begin(), {"map", "--input", "item.json", "--json"});
    const Result result = RunOcean(std::move(arguments), here);
    Json shown = ParseJson(result.out);
    shown["code"] = result.code;
    return shown;
  };
  CHECK(map({"--expr", ".a[]"}) == Json({{"outputs", {1}}, {"error", ""}, {"code", 0}}));
  CHECK(map({"--expr", ".a[]", "--all-outputs"}).at("outputs") == Json({1, 2}));
  CHECK(map({"--expr", ".a[], .name[]", "--all-outputs"}) ==
        Json({{"outputs", {1, 2}}, {"error", "Cannot iterate over string (\"x\")"}, {"code", 1}}));
  const Json explained = map({"--expr", ".nam", "--explain"});
  CHECK(explained.at("outputs") == Json::array({nullptr}));
  CHECK(explained.at("reason") == "`.nam`: no key `nam`; did you mean `name`?");
  CHECK(explained.at("steps") == ".nam  →  null\n");
}

TEST_CASE("A mapping is tried on an item, and explains what is missing") {
  const Workspace workspace;
  const Process::Options here{.folder = workspace.root()};
  workspace.Write("item.json",
                  R"({"id":"t1","name":"Thing","colour":"red","size":3,"owner":"ann"})");
  const std::vector<std::string> command = {
      "map", "--integration", "integrations/sample", "--kind", "thing", "--input", "item.json"};
  const auto with = [&](std::vector<std::string> more) {
    more.insert(more.begin(), command.begin(), command.end());
    return RunOcean(std::move(more), here);
  };
  const Result text = with({});
  CHECK(text.code == 0);
  CHECK_THAT(text.out, Contains("resources[1]: mapped") &&
                           Contains("`.color`: no key `color`; did you mean `colour`?") &&
                           Contains("relations.owner"));
  CHECK_THAT(with({"--explain"}).out, Contains(".size  →  3"));
  const Json json = ParseJson(with({"--json"}).out);
  CHECK(json.at(0).at("entity").at("properties") == Json({{"color", nullptr}, {"size", 3}}));
  CHECK(json.at(0).at("outcome") == "mapped");

  workspace.Write("mine.yaml", R"(
resources:
  - kind: thing
    selector: {query: 'true'}
    port: {entity: {mappings: {identifier: .ID, blueprint: '"b"'}}}
)");
  const Result nameless = with({"--mapping", "mine.yaml"});
  CHECK(nameless.code == 1);
  CHECK_THAT(nameless.out, Contains("no identifier") && Contains("did you mean `id`?"));
}

TEST_CASE("What ocean map cannot do is said") {
  const Workspace workspace;
  const Process::Options here{.folder = workspace.root()};
  workspace.Write("item.json", "{}");
  const auto error = [&](std::vector<std::string> arguments) {
    arguments.insert(arguments.begin(), "map");
    const Result result = RunOcean(std::move(arguments), here);
    CHECK(result.code == 1);
    return result.err;
  };
  CHECK_THAT(error({"--input", "item.json"}), Contains("--expr") && Contains("--integration"));
  CHECK_THAT(error({"--expr", "."}), Contains("--input"));
  CHECK_THAT(error({"--expr", ".", "--input", "gone.json"}), Contains("gone.json cannot be read"));
  std::filesystem::create_directory(workspace.root() / "items");
  CHECK_THAT(error({"--expr", ".", "--input", "items"}), Contains("items is a folder"));
  CHECK_THAT(error({"--expr", "", "--input", "item.json"}), Contains("the expression is empty"));
  workspace.Write("deep.json", std::string(10'000, '[') + std::string(10'000, ']'));
  CHECK_THAT(error({"--expr", ".", "--input", "deep.json"}), Contains("deep.json"));
  workspace.Write("bad.json", "{\"a\":");
  CHECK_THAT(error({"--expr", ".", "--input", "bad.json"}), Contains("bad.json"));
  CHECK_THAT(error({"--integration", "integrations/sample", "--input", "item.json"}),
             Contains("--kind"));
  CHECK_THAT(
      error({"--integration", "integrations/sample", "--kind", "thin", "--input", "item.json"}),
      Contains("did you mean \"thing\"?"));
  CHECK_THAT(error({"--integration", "nowhere", "--kind", "thing", "--input", "item.json"}),
             Contains("nowhere"));
}

}  // namespace ocean::cli
