#include <sys/stat.h>

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <set>
#include <string>

#include "ocean/catch.hpp"
#include "process.hpp"
#include "workspace.hpp"

namespace ocean::cli {

namespace {

using Catch::Matchers::Contains;
namespace fs = std::filesystem;

/// What makes a workspace a checkout of the repository.
void MakeCheckout(const Workspace& workspace) {
  fs::create_directories(workspace.root() / "sdk/app");
  workspace.Write("CMakePresets.json", "{}");
}

/// The files of a folder, relative to it.
std::set<std::string> Files(const fs::path& folder) {
  std::set<std::string> files;
  for (const auto& entry : fs::recursive_directory_iterator(folder)) {
    if (entry.is_regular_file()) files.insert(fs::relative(entry.path(), folder).string());
  }
  return files;
}

const std::set<std::string> kEverywhere = {".env.example",
                                           ".port/examples/item/open.json",
                                           ".port/resources/blueprints.json",
                                           ".port/resources/port-app-config.yaml",
                                           ".port/spec.yaml",
                                           "CHANGELOG.md",
                                           "CMakeLists.txt",
                                           "Makefile",
                                           "README.md",
                                           "changelog/0.1.0-beta.md",
                                           "config.example.yaml",
                                           "main.cpp",
                                           "src/client.cpp",
                                           "src/client.hpp",
                                           "src/config.hpp",
                                           "src/integration.cpp",
                                           "src/integration.hpp",
                                           "src/sample.hpp",
                                           "tests/cases/item_page_fails/config.yaml",
                                           "tests/cases/item_page_fails/expected.json",
                                           "tests/cases/item_page_fails/upstream.yaml",
                                           "tests/cases/item_pages/config.yaml",
                                           "tests/cases/item_pages/expected.json",
                                           "tests/cases/item_pages/upstream.yaml",
                                           "tests/cases/item_refused/config.yaml",
                                           "tests/cases/item_refused/expected.json",
                                           "tests/cases/item_refused/upstream.yaml",
                                           "tests/cases_test.cpp",
                                           "tests/conformance_test.cpp",
                                           "tests/data/mapped.json",
                                           "tests/sample_test.cpp"};

std::set<std::string> With(std::set<std::string> files, const std::set<std::string>& more) {
  files.insert(more.begin(), more.end());
  return files;
}

}  // namespace

TEST_CASE("A public integration is made in the checkout's integrations") {
  const Workspace workspace;
  MakeCheckout(workspace);
  const Result made = RunOcean({"new", "--public", "--name", "Acme Tracker", "--yes"},
                               {.folder = workspace.sample()});
  CAPTURE(made.err);
  REQUIRE(made.code == 0);
  const fs::path folder = workspace.root() / "integrations" / "acme-tracker";
  CHECK(Files(folder) == With(kEverywhere, {"tests/data/port-app-config.schema.json"}));
  CHECK(ReadText(folder / "Makefile") ==
        "INTEGRATION := acme-tracker\ninclude ../_infra/integration.mk\n");
  CHECK(ReadText(folder / "CMakeLists.txt") == "ocean_integration()\n");
  CHECK_THAT(ReadText(folder / "src/client.cpp"), Contains("namespace acme_tracker {"));
  CHECK_THAT(ReadText(folder / ".port/spec.yaml"),
             Contains("version: 0.1.0-beta\n") && Contains("title: \"Acme Tracker\"\n"));
  for (const std::string& file : Files(folder)) {
    INFO(file);
    CHECK_THAT(ReadText(folder / file), !Contains("<%") && !Contains("{{="));
  }
  const Result checked = RunOcean({"spec", "check", folder.string()});
  CHECK(checked.code == 0);
  const Result mapped = RunOcean({"map", "--integration", folder.string(), "--kind", "item",
                                  "--input", (folder / ".port/examples/item/open.json").string()});
  CHECK_THAT(mapped.out, Contains("acmeTrackerItem"));
}

TEST_CASE("A private integration brings what the repository does for public ones") {
  const Workspace workspace;
  const Result made =
      RunOcean({"new", "--private", "--name", "Åcme 2", "--type", "acme2", "--description",
                "Says \"hello\": daily.", "--author", "Ann", "--yes"},
               {.folder = workspace.root()});
  CAPTURE(made.err);
  REQUIRE(made.code == 0);
  const fs::path folder = workspace.root() / "acme2";
  CHECK(Files(folder) == With(kEverywhere, {".clang-format", ".dockerignore", ".gitignore",
                                            "CMakePresets.json", "Dockerfile"}));
  CHECK_THAT(ReadText(folder / "CMakeLists.txt"), Contains("project(ocean-acme2 ") &&
                                                      Contains("find_package(ocean ") &&
                                                      Contains("\nocean_integration()\n"));
  CHECK_THAT(ReadText(folder / "README.md"),
             Contains("# Åcme 2\n") && Contains("Maintained by Ann."));
  CHECK(RunOcean({"spec", "readme", folder.string(), "--check"}).code == 0);
  const Json spec = ParseJson(RunOcean({"spec", "json", folder.string()}).out);
  CHECK(spec.at("description") == "Says \"hello\": daily.");
}

TEST_CASE("Everything that is wrong with the answers is told at once, and nothing is written") {
  const Workspace workspace;
  const Result wrong = RunOcean(
      {"new", "--public", "--name", "A\x01", "--type", "Not_Kebab", "--client-id", "x", "--yes"},
      {.folder = workspace.root()});
  CHECK(wrong.code == 1);
  CHECK_THAT(wrong.err, Contains("'Not_Kebab' is not in kebab-case") && Contains("lines of text") &&
                            Contains("needs its secret") && Contains("in no checkout"));
  for (const char* word : {"namespace", "new", "std"}) {
    const Result taken =
        RunOcean({"new", "--private", "--name", word, "--yes"}, {.folder = workspace.root()});
    CHECK(taken.code == 1);
    CHECK_THAT(taken.err, Contains("has a meaning already"));
  }
  CHECK(RunOcean({"new", "--yes"}, {.folder = workspace.root()}).code == 1);
  CHECK(RunOcean({"new", "--public", "--private", "--name", "a", "--yes"}).code == 1);
  CHECK_THAT(RunOcean({"new", "nowhere", "--private", "--name", "a", "--yes"},
                      {.folder = workspace.root()})
                 .err,
             Contains("there is no folder nowhere"));
  CHECK_FALSE(fs::exists(workspace.root() / "a"));
}

TEST_CASE("Answers come from a file where the command line has none") {
  const Workspace workspace;
  workspace.Write("answers.yaml",
                  "private: true\nname: Acme Tracker\ntype: acme-file\nauthor: Ann\n");
  const Result made = RunOcean({"new", "--answers", "answers.yaml", "--type", "acme", "--yes"},
                               {.folder = workspace.root()});
  CAPTURE(made.err);
  REQUIRE(made.code == 0);
  CHECK_THAT(ReadText(workspace.root() / "acme/README.md"),
             Contains("# Acme Tracker\n") && Contains("Maintained by Ann."));
  CHECK(fs::exists(workspace.root() / "acme/Dockerfile"));

  workspace.Write("answers.yaml", "nmae: Acme\ntype: [1]\n");
  const Result wrong = RunOcean({"new", "--answers", "answers.yaml", "--private", "--yes"},
                                {.folder = workspace.root()});
  CHECK(wrong.code == 1);
  CHECK_THAT(wrong.err, Contains("answers.yaml") && Contains("nmae") && Contains("type"));
}

TEST_CASE("What is there already stays as it is") {
  const Workspace workspace;
  MakeCheckout(workspace);
  const Result again =
      RunOcean({"new", "--public", "--name", "Sampler", "--type", "sampler", "--yes"},
               {.folder = workspace.root()});
  REQUIRE(again.code == 0);
  workspace.Write("integrations/sampler/README.md", "mine");
  const Result refused =
      RunOcean({"new", "--public", "--name", "Sampler", "--yes"}, {.folder = workspace.root()});
  CHECK(refused.code == 1);
  CHECK_THAT(refused.err, Contains("is there already"));
  CHECK(ReadText(workspace.root() / "integrations/sampler/README.md") == "mine");
}

TEST_CASE("Credentials go into a file that only its owner may read, and nowhere else") {
  const Workspace workspace;
  const Result made = RunOcean(
      {"new", "--private", "--name", "Acme", "--client-id", "my-client", "--yes"},
      {.folder = workspace.root(), .environment = {{"OCEAN__PORT__CLIENT_SECRET", "hush-hush"}}});
  REQUIRE(made.code == 0);
  const fs::path folder = workspace.root() / "acme";
  struct stat status{};
  REQUIRE(stat((folder / ".env").c_str(), &status) == 0);
  CHECK((status.st_mode & 0777) == 0600);
  CHECK_THAT(ReadText(folder / ".env"), Contains("OCEAN__PORT__CLIENT_ID=my-client\n") &&
                                            Contains("OCEAN__PORT__CLIENT_SECRET=hush-hush\n"));
  CHECK_THAT(made.out + made.err, !Contains("hush-hush"));
  for (const std::string& file : Files(folder)) {
    if (file != ".env") CHECK_THAT(ReadText(folder / file), !Contains("hush-hush"));
  }
}

TEST_CASE("On a terminal each answer is asked for, and the secret is not shown") {
  const Workspace workspace;
  Process ocean({OCEAN_PROGRAM, "new", "--private"},
                {.folder = workspace.root(), .terminal = true});
  const auto answer = [&](const std::string& question, const std::string& text) {
    REQUIRE(ocean.WaitFor(question));
    ocean.Type(text);
  };
  answer("Name of the third party", "Acme Tracker");
  answer("[acme-tracker]: ", "tracker");
  answer("What it syncs", "");
  answer("Who maintains it", "Ann");
  answer("client id", "my-client");
  answer("client secret: ", "hush-hush");
  answer("[https://api.getport.io]: ", "");
  CHECK(ocean.Wait() == 0);
  CHECK_THAT(ocean.out(), Contains("my-client") && !Contains("hush-hush"));
  CHECK_THAT(ReadText(workspace.root() / "tracker/.env"),
             Contains("OCEAN__PORT__CLIENT_SECRET=hush-hush\n"));
  CHECK_THAT(ReadText(workspace.root() / "tracker/README.md"), Contains("# Acme Tracker\n"));
}

TEST_CASE("W-46: An integration is pulled out of a checkout, whole, and stands alone") {
  const Workspace workspace;
  MakeCheckout(workspace);
  REQUIRE(
      RunOcean({"new", "--public", "--name", "Acme", "--yes"}, {.folder = workspace.root()}).code ==
      0);
  const fs::path source = workspace.root() / "integrations/acme";
  std::ofstream(source / "CMakeLists.txt") << "ocean_integration(DEPENDS date::date)\n";
  std::ofstream(source / ".env") << "OCEAN__PORT__CLIENT_SECRET=hush-hush\n";
  fs::create_directories(workspace.root() / "mine");
  const std::string from = workspace.root().string();

  const Result pulled =
      RunOcean({"pull", "acme", "--from", from, "--path", "mine"}, {.folder = workspace.root()});
  CAPTURE(pulled.err);
  REQUIRE(pulled.code == 0);
  const fs::path folder = workspace.root() / "mine/acme";
  CHECK(Files(folder) ==
        With(kEverywhere, {".clang-format", ".dockerignore", ".gitignore", "CMakePresets.json",
                           "Dockerfile", "tests/data/port-app-config.schema.json"}));
  CHECK_THAT(ReadText(folder / "CMakeLists.txt"),
             Contains("find_package(ocean ") && Contains("ocean_integration(DEPENDS date::date)"));

  const Result again =
      RunOcean({"pull", "acme", "--from", from, "--path", "mine"}, {.folder = workspace.root()});
  CHECK_THAT(again.err, Contains("is there already"));
  const Result unknown = RunOcean({"pull", "nobody", "--from", from}, {.folder = workspace.root()});
  CHECK_THAT(unknown.err, Contains("there is no integration nobody"));
}

TEST_CASE("An integration is pulled out of a git repository at a tag") {
  const Workspace workspace;
  MakeCheckout(workspace);
  REQUIRE(
      RunOcean({"new", "--public", "--name", "Acme", "--yes"}, {.folder = workspace.root()}).code ==
      0);
  const auto git = [&](std::vector<std::string> arguments) {
    arguments.insert(arguments.begin(), {"/usr/bin/env", "git", "-c", "user.name=a", "-c",
                                         "user.email=a@example.com"});
    REQUIRE(Run(arguments, {.folder = workspace.root()}).code == 0);
  };
  git({"init", "-q"});
  git({"add", "integrations"});
  git({"commit", "-q", "-m", "first"});
  git({"tag", "v1"});
  git({"rm", "-q", "-r", "integrations/acme"});
  git({"commit", "-q", "-m", "gone"});
  fs::create_directories(workspace.root() / "mine");
  const std::string url = "file://" + workspace.root().string();

  CHECK(RunOcean({"pull", "acme", "--from", url, "--path", "mine"}, {.folder = workspace.root()})
            .code == 1);
  const Result pulled = RunOcean({"pull", "acme", "--from", url, "--ref", "v1", "--path", "mine"},
                                 {.folder = workspace.root()});
  CAPTURE(pulled.err);
  REQUIRE(pulled.code == 0);
  CHECK(fs::exists(workspace.root() / "mine/acme/Dockerfile"));
}

}  // namespace ocean::cli
