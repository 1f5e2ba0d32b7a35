#pragma once
/// @file A strict Port, a source in a file, and the sample integration between them.

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "ocean/base/json.hpp"
#include "ocean/base/text.hpp"
#include "ocean/catch.hpp"
#include "ocean/http/transport.hpp"
#include "ocean/port/client.hpp"
#include "ocean/testing/process.hpp"
#include "ocean/testing/strict_port.hpp"
#include "ocean/testing/temp_dir.hpp"

namespace ocean::app {

inline constexpr auto kPatience = std::chrono::seconds(120);

/// A strict Port, a source in a file, and the sample integration between them.
struct Scene {
  testing::StrictPort port;
  testing::TempDir folder;

  Scene() {
    std::filesystem::copy(OCEAN_SAMPLE_DIR "/.port", folder.path() / ".port",
                          std::filesystem::copy_options::recursive);
    SetThings(2);
  }
  ~Scene() { CHECK_THAT(Join(port.Violations(), "\n"), Catch::Matchers::Equals("")); }

  void SetThings(int count) const {
    Json things = Json::array();
    for (int i = 0; i < count; ++i) {
      things.push_back({{"id", "t" + std::to_string(i)},
                        {"name", "Thing"},
                        {"color", "red"},
                        {"size", 1},
                        {"owner", "ann"}});
    }
    std::ofstream(folder.path() / "source.json") << DumpJson(
        {{"things", things}, {"owners", {{{"id", "ann"}, {"name", "Ann"}, {"email", "a@b.c"}}}}});
  }
  /// One block at a time, so that there is one order.
  testing::ProcessOptions Options(std::vector<std::string> arguments,
                                  std::map<std::string, std::string> environment = {}) const {
    environment.insert(
        {{"OCEAN__PORT__BASE_URL", port.url()},
         {"OCEAN__PORT__CLIENT_ID", "id"},
         {"OCEAN__PORT__CLIENT_SECRET", "secret"},
         {"OCEAN__INTEGRATION__IDENTIFIER", "me"},
         {"OCEAN__INTEGRATION__CONFIG__THINGS_FILE", (folder.path() / "source.json").string()},
         {"OCEAN__RESYNC__BLOCK_CONCURRENCY", "1"}});
    return {.program = OCEAN_SAMPLE_PROGRAM,
            .arguments = std::move(arguments),
            .environment = std::move(environment),
            .folder = folder.path()};
  }
  testing::ProcessResult SailOnce(std::map<std::string, std::string> environment = {}) const {
    return RunProcess(Options({"sail", "--once"}, std::move(environment)), kPatience);
  }

  std::string LastState() const {
    std::string state;
    for (const http::ServerRequest& request : port.Requests()) {
      if (request.path.ends_with("/resync-state")) state = GetString(request.ParseBody(), "status");
    }
    return state;
  }
  port::Client Client() const {
    return port::Client({.base_url = port.url(),
                         .client_id = "id",
                         .client_secret = Secret("secret"),
                         .identity = {"sample", "1.2.3", "me"}},
                        {.transport = http::MakeCurlTransport(),
                         .clock = Clock::System(),
                         .logger = Logger::Null()});
  }
  /// How many the integration owns.
  std::size_t Entities() const {
    std::size_t count = 0;
    const auto add = [&](std::vector<port::OwnedEntity>&& page) {
      return count += page.size(), true;
    };
    Client().ForEachOwned(std::nullopt, 100, add, {});
    return count;
  }

  /// Requests whose path ends so.
  std::size_t CountOf(std::string_view path_end) const {
    const auto requests = port.Requests();
    return static_cast<std::size_t>(std::count_if(
        requests.begin(), requests.end(),
        [&](const http::ServerRequest& request) { return request.path.ends_with(path_end); }));
  }
  /// Calls after the first `skip`, without those for logs and metrics, which go beside the work.
  std::vector<std::string> CallsAfter(std::size_t skip) const {
    std::vector<std::string> calls;
    const auto all = port.Calls();
    for (std::size_t i = skip; i < all.size(); ++i) {
      if (all[i].find(" /ingest/") == std::string::npos)
        calls.push_back(ReplaceAll(all[i], " /v1/", " "));
    }
    return calls;
  }
};

}  // namespace ocean::app
