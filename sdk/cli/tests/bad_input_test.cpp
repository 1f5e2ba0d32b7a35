#include "ocean/catch.hpp"
#include "ocean/http/server.hpp"
#include "process.hpp"
#include "workspace.hpp"

namespace ocean::cli {

using Catch::Matchers::Contains;

namespace {

const std::map<std::string, std::string> kCredentials = {
    {"OCEAN__PORT__CLIENT_ID", "some-client"}, {"OCEAN__PORT__CLIENT_SECRET", "some-secret"}};

/// One message on standard error, exit code 1, and no catalog data.
void CheckRefused(const Workspace& workspace, const Result& result,
                  const std::vector<std::string>& words) {
  INFO(result.err);
  CHECK(result.code == 1);
  CHECK_THAT(result.err, Contains("error: "));
  CHECK(result.err.find("error: ") == result.err.rfind("error: "));
  for (const std::string& word : words) CHECK_THAT(result.err, Contains(word));
  CHECK_FALSE(std::filesystem::exists(workspace.sample() / ".ocean/catalog.db"));
}

}  // namespace

TEST_CASE("An unknown integration is told with what may have been meant") {
  const Workspace workspace;
  const Process::Options here{.folder = workspace.root()};
  CheckRefused(workspace, RunOcean({"sail", "integrations/sampel"}, here),
               {"there is no folder integrations/sampel", "did you mean integrations/sample?"});
  CheckRefused(workspace, RunOcean({"sail", "zzz"}, here), {"there is integrations/sample"});
  CheckRefused(workspace, RunOcean({"sail"}, here), {". is no integration", ".port/spec.yaml"});
}

TEST_CASE("Missing settings are told all at once, and --local is named") {
  const Workspace workspace;
  std::filesystem::remove(workspace.sample() / "config.yaml");
  const Result result =
      RunOcean({"sail", "integrations/sample", "--once"}, {.folder = workspace.root()});
  CheckRefused(workspace, result,
               {"port.client_id", "port.client_secret", "things_file", "--local"});
}

TEST_CASE("Unreadable YAML is told with file and line") {
  const Workspace workspace;
  workspace.Write(workspace.sample() / "config.yaml", "integration:\n  config: [\n");
  CheckRefused(workspace,
               RunOcean({"sail", "integrations/sample", "--once"},
                        {.folder = workspace.root(), .environment = kCredentials}),
               {"config.yaml:"});
}

TEST_CASE("An unreachable Port is told by its address") {
  const Workspace workspace;
  auto environment = kCredentials;
  environment["OCEAN__PORT__BASE_URL"] = "http://127.0.0.1:1";
  CheckRefused(workspace,
               RunOcean({"sail", "integrations/sample", "--once"},
                        {.folder = workspace.root(), .environment = environment}),
               {"Port cannot be reached at http://127.0.0.1:1", "OCEAN__PORT__BASE_URL"});
}

TEST_CASE("Wrong credentials name the variables that set them") {
  const Workspace workspace;
  http::Server port({.address = "127.0.0.1", .port = 0}, Logger::Null());
  port.Route(http::Method::kPost, "/v1/auth/access_token", [](const http::ServerRequest&) {
    return http::ServerResponse::OfJson(401, {{"ok", false}, {"error", "unauthorized"}});
  });
  port.Start();
  auto environment = kCredentials;
  environment["OCEAN__PORT__BASE_URL"] = port.url();
  CheckRefused(workspace,
               RunOcean({"sail", "integrations/sample", "--once"},
                        {.folder = workspace.root(), .environment = environment}),
               {"OCEAN__PORT__CLIENT_ID", "OCEAN__PORT__CLIENT_SECRET", port.url()});
}

TEST_CASE("A port in use is told before Port is touched") {
  const Workspace workspace;
  http::Server other({.address = "0.0.0.0", .port = 0}, Logger::Null());
  other.Start();
  const std::string number = std::to_string(other.port());
  CheckRefused(workspace,
               RunOcean({"sail", "integrations/sample", "--once", "--port", number},
                        {.folder = workspace.root(), .environment = kCredentials}),
               {number});
}

TEST_CASE("A report that cannot be written is found out before the run") {
  const Workspace workspace;
  CheckRefused(workspace,
               RunOcean({"sail", "integrations/sample", "--once", "--report", "no/such/r.json"},
                        {.folder = workspace.root(), .environment = kCredentials}),
               {"no/such/r.json", "No such file or directory"});
}

TEST_CASE("A listener that there is not is told with the ones that there are") {
  const Workspace workspace;
  auto environment = kCredentials;
  environment["OCEAN__EVENT_LISTENER__TYPE"] = "PIGEON";
  CheckRefused(workspace,
               RunOcean({"sail", "integrations/sample"},
                        {.folder = workspace.root(), .environment = environment}),
               {"PIGEON", "POLLING", "WEBHOOKS_ONLY"});
}

TEST_CASE("The integration's program sends --local to ocean, and knows its own folder") {
  const Workspace workspace;
  CheckRefused(workspace, Run({OCEAN_SAMPLE_PROGRAM, "sail", "--local"}),
               {"ocean sail PATH --local"});
  CheckRefused(workspace, Run({OCEAN_SAMPLE_PROGRAM, "sail", "--once", "--path", "/nowhere"}),
               {"/nowhere"});
}

TEST_CASE("A flag takes one value, so that the PATH may follow it") {
  const Workspace workspace;
  const Process::Options here{.folder = workspace.root()};
  for (const std::vector<std::string>& flag :
       {std::vector<std::string>{"--allow-delete", "a", "--allow-delete", "b"},
        std::vector<std::string>{"--report", "r.json"}, std::vector<std::string>{"-p", "0"}}) {
    std::vector<std::string> arguments = {"sail", "--once"};
    arguments.insert(arguments.end(), flag.begin(), flag.end());
    arguments.emplace_back("integrations/unknown-one");
    CheckRefused(workspace, RunOcean(arguments, here), {"integrations/unknown-one"});
    arguments.insert(arguments.begin(), OCEAN_SAMPLE_PROGRAM);
    CheckRefused(workspace, Run(arguments, here), {"integrations/unknown-one"});
  }
}

TEST_CASE("A command line that is wrong is told as any other error") {
  const Workspace workspace;
  CheckRefused(workspace, RunOcean({"sail", "--nonsense"}), {"--nonsense", "--help"});
  CheckRefused(workspace, RunOcean({"sial"}), {"sial"});
  CheckRefused(workspace, Run({OCEAN_SAMPLE_PROGRAM, "sail", "--report"}), {"--report"});
}

TEST_CASE("Help and versions need no configuration") {
  CHECK_THAT(Run({OCEAN_SAMPLE_PROGRAM}).out, Contains("sail"));
  CHECK_THAT(Run({OCEAN_SAMPLE_PROGRAM, "--version"}).out, Contains("ocean-sample 1.2.3 (SDK "));
  CHECK(Run({OCEAN_SAMPLE_PROGRAM, "version"}).code == 0);
  const Result spec = Run({OCEAN_SAMPLE_PROGRAM, "spec", "json", OCEAN_SAMPLE_DIR});
  CHECK(ParseJson(spec.out).at("title") == "Sample");
  CHECK(Run({OCEAN_SAMPLE_PROGRAM, "sail", "--nonsense"}).code == 1);
  const std::string own = Run({OCEAN_SAMPLE_PROGRAM, "sail", "--help"}).out;
  const std::string oceans = RunOcean({"sail", "--help"}).out;
  for (const auto* flag : {"--once", "--port", "--log-level", "--log-format", "--report",
                           "--initialize-port-resources", "--allow-delete"}) {
    CHECK_THAT(own, Contains(flag));
    CHECK_THAT(oceans, Contains(flag));
  }
}

}  // namespace ocean::cli
