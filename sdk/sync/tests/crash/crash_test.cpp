// Resyncs are killed at random points, and gone on with by the next process. In the end the catalog has what the source has, and no
// page of a kind was read again for a kill but one.
//
// CRASH_POINTS and CRASH_SEED say how often and where; a failure prints the command that repeats it.
#include <csignal>
#include <iterator>
#include <map>
#include <mutex>
#include <optional>
#include <random>
#include <string>
#include <utility>
#include <vector>

#include "ocean/base/json.hpp"
#include "ocean/base/text.hpp"
#include "ocean/catalog/catalog.hpp"
#include "ocean/catch.hpp"
#include "ocean/http/server.hpp"
#include "ocean/http/transport.hpp"
#include "ocean/testing/process.hpp"
#include "ocean/testing/temp_dir.hpp"
#include "ocean/testing/test_run.hpp"
#include "source_plan.hpp"

namespace ocean::sync::crash {
namespace {

constexpr int kItems = testing::kIsSanitized ? 1'000 : 10'000;
constexpr int kPageSize = 100;
constexpr auto kPatience = std::chrono::minutes(4);

using Items = std::map<std::string, int>;

/// Serves items of every kind by pages, behind whose last item the next begins, and counts.
class Source {
 public:
  Source() : server_({.address = "127.0.0.1", .port = 0}, Logger::Null()) {
    for (const char* const kind : kKinds) {
      for (int i = 0; i < kItems; ++i) items_[kind]["i" + std::to_string(1'000'000 + i)] = 0;
      server_.Route(http::Method::kGet, std::string("/") + kind,
                    [this, kind](const http::ServerRequest& request) {
                      return Answer(kind, request.QueryValue("nextPageToken"));
                    });
    }
    server_.Start();
  }

  std::string url() const { return server_.url(); }
  const Items& items(const std::string& kind) { return items_[kind]; }

  /// While nobody reads: some items go, some change, some are new.
  void Change(std::mt19937& dice) {
    for (auto& [kind, items] : items_) {
      for (int i = 0; i < 50; ++i) {
        const auto victim =
            std::next(items.begin(), static_cast<std::ptrdiff_t>(dice() % items.size()));
        if (i % 2 == 0) {
          items.erase(victim);
        } else {
          ++victim->second;
        }
        if (i % 2 == 0) items["i" + std::to_string(2'000'000 + dice() % 1'000'000)] = 0;
      }
    }
  }

  /// How often pages of the kind were read beyond the first time, since the last call.
  int TakeRereads(const std::string& kind) {
    const std::lock_guard lock(mutex_);
    int rereads = 0;
    for (const auto& [token, reads] : std::exchange(reads_[kind], {})) rereads += reads - 1;
    return rereads;
  }

 private:
  http::ServerResponse Answer(const std::string& kind, const std::string& token) {
    {
      const std::lock_guard lock(mutex_);
      ++reads_[kind][token];
    }
    const Items& items = items_.at(kind);
    Json page = {{"items", Json::array()}};
    auto item = items.upper_bound(token);
    for (; item != items.end() && page["items"].size() < kPageSize; ++item)
      page["items"].push_back({{"id", item->first}, {"n", item->second}});
    if (item != items.end()) page["nextPageToken"] = page["items"].back()["id"];
    return http::ServerResponse::OfJson(200, page);
  }

  std::map<std::string, Items> items_;
  std::mutex mutex_;
  std::map<std::string, std::map<std::string, int>> reads_;
  http::Server server_;
};

Json MappingOf(const std::string& kind) {
  return {{"kind", kind},
          {"selector", {{"query", "true"}}},
          {"port",
           {{"entity",
             {{"mappings",
               {{"identifier", ".id"},
                {"blueprint", "\"" + kind + "\""},
                {"properties", {{"n", ".n"}}}}}}}}}};
}

class Sweep {
 public:
  Sweep() : catalog_(InMemory(), Clock::System(), Logger::Null()) {
    catalog_.Start();
    Json resources = Json::array();
    port::Client port = Port();
    for (const char* const kind : kKinds) {
      port.CreateBlueprint(
          {{"identifier", kind},
           {"schema",
            {{"properties", {{"n", {{"type", "number"}}}}}, {"required", Json::array()}}}});
      resources.push_back(MappingOf(kind));
    }
    port.CreateIntegration(
        {{"config", {{"resources", resources}}}, {"changelogDestination", Json::object()}});
  }

  /// Kills so many processes, and says what is wrong with the first run that comes to an end otherwise than it must.
  std::string Run(int kills, std::mt19937& dice) {
    for (int of_run = 0;;) {
      // A first resync sends more than a thousand requests, the others few besides those to the source.
      const unsigned most = dice() % 2 == 0 ? 250 : 1200;
      const auto result = Resync(kills > 0 ? 1 + static_cast<int>(dice() % most) : 0);
      if (result.signal == SIGKILL) {
        --kills;
        ++of_run;
        continue;
      }
      if (result.exit_code != 0) return "the resync failed: " + result.error_output;
      if (std::string problem = Judge(of_run, ParseJson(result.output)); !problem.empty())
        return problem;
      if (kills == 0) return {};
      of_run = 0;
      source_.Change(dice);
    }
  }

 private:
  static catalog::CatalogOptions InMemory() {
    catalog::CatalogOptions options;
    options.file = ":memory:";
    return options;
  }

  port::Client Port() const {
    return port::Client({.base_url = catalog_.url(),
                         .client_id = "id",
                         .client_secret = Secret("secret"),
                         .identity = kIdentity},
                        {.transport = http::MakeCurlTransport(),
                         .clock = Clock::System(),
                         .logger = Logger::Null()});
  }

  testing::ProcessResult Resync(int point) const {
    return testing::RunProcess({.program = OCEAN_CRASH_CHILD,
                                .arguments = {folder_.path().string(), catalog_.url(),
                                              source_.url(), std::to_string(point)}},
                               kPatience);
  }

  std::string Judge(int kills, const Json& report) {
    if (report["outcome"] != "complete") return "the run is not complete: " + DumpJson(report);
    for (const Json& block : report["blocks"]) {
      const std::string kind = block["kind"];
      const int rereads = source_.TakeRereads(kind);
      if (rereads > kills) {
        return std::to_string(rereads) + " pages of " + kind + " were read again for " +
               std::to_string(kills) + " kills";
      }
      if (block["extracted"] != source_.items(kind).size())
        return "the figures are not those of the whole run: " + DumpJson(block);
      if (Stored(kind) != source_.items(kind)) return "the catalog has " + kind + " otherwise";
    }
    return {};
  }

  Items Stored(const std::string& kind) const {
    port::Client port = Port();
    Items stored;
    port.ForEachOwned(std::nullopt, 100,
                      [&](std::vector<port::OwnedEntity>&& page) {
                        std::vector<std::string> identifiers;
                        for (const port::OwnedEntity& entity : page) {
                          if (entity.blueprint == kind) identifiers.push_back(entity.identifier);
                        }
                        if (identifiers.empty()) return true;
                        for (const Json& entity :
                             port.FindOwned(kind, identifiers, {"identifier", "properties"}, {}))
                          stored[entity["identifier"]] = entity["properties"]["n"].get<int>();
                        return true;
                      },
                      {});
    return stored;
  }

  testing::TempDir folder_;
  catalog::CatalogServer catalog_;
  Source source_;
};

TEST_CASE("a killed resync is gone on with, and ends as if it had not been", "[crash]") {
  const int kills = testing::FromEnvironment("CRASH_POINTS", 5);
  const int seed = testing::FromEnvironment("CRASH_SEED", 1);
  std::mt19937 dice(static_cast<unsigned>(seed));
  INFO("replay: make test-long SIM_SCENARIOS=1 CRASH_POINTS=" << kills << " CRASH_SEED=" << seed);
  Sweep sweep;
  CHECK_THAT(sweep.Run(kills, dice), Catch::Matchers::Equals(""));
}

}  // namespace
}  // namespace ocean::sync::crash
