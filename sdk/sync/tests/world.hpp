#pragma once
/// @file An engine between a source that a test plays and the embedded catalog.

#include <algorithm>
#include <functional>
#include <memory>
#include <optional>
#include <stop_token>
#include <string>
#include <utility>
#include <vector>

#include "ocean/base/error.hpp"
#include "ocean/catalog/catalog.hpp"
#include "ocean/catch.hpp"
#include "ocean/config/yaml.hpp"
#include "ocean/sync/engine.hpp"
#include "ocean/sync/live.hpp"
#include "ocean/testing/capture_log.hpp"
#include "ocean/testing/temp_dir.hpp"

namespace ocean::sync {

inline const char* const kBlueprint = R"({
  "identifier": "thing", "title": "Thing",
  "schema": {"properties": {"name": {"type": "string"}, "n": {"type": "number"}}, "required": []},
  "relations": {"parent": {"target": "thing", "many": false, "required": false},
                "children": {"target": "thing", "many": true, "required": false}}})";

inline const char* const kMapping = R"(
resources:
  - kind: thing
    selector: {query: "true"}
    port:
      entity:
        mappings:
          identifier: .id
          blueprint: '"thing"'
          title: .name
          properties: {name: .name, n: .n}
          relations: {parent: .parent}
)";

inline Json Thing(int n) {
  return {{"id", "t" + std::to_string(n)},
          {"name", "Thing " + std::to_string(n)},
          {"n", n},
          {"parent", nullptr}};
}

inline std::vector<Json> Things(int count) {
  std::vector<Json> things;
  for (int i = 0; i < count; ++i) things.push_back(Thing(i));
  return things;
}

inline catalog::CatalogOptions InMemory() {
  catalog::CatalogOptions options;
  options.file = ":memory:";
  return options;
}

/// What an overloaded catalog answers to a bulk request: none of it was taken, for the moment.
inline http::Response Overloaded(const http::WireRequest& request) {
  Json errors = Json::array();
  const Json body = ParseJson(request.request.body);
  for (std::size_t i = 0; i < body.at("entities").size(); ++i) {
    errors.push_back({{"identifier", body["entities"][i]["identifier"]},
                      {"index", i},
                      {"statusCode", 500},
                      {"error", "internal_error"},
                      {"message", "try again"}});
  }
  return {.status = 207,
          .body = DumpJson({{"ok", true}, {"entities", Json::array()}, {"errors", errors}})};
}

/// Stops the run when a request to such an address was carried out, before it hears of it.
class StopsBehind final : public http::Transport {
 public:
  StopsBehind(std::shared_ptr<http::Transport> inner, std::string address, std::stop_source source)
      : inner_(std::move(inner)), address_(std::move(address)), source_(std::move(source)) {}
  http::Response Send(const http::WireRequest& request, const std::stop_token& stop) override {
    http::Response response = inner_->Send(request, stop);
    if (request.request.url.ends_with(address_) && source_.request_stop())
      ThrowCancelled("sending");
    return response;
  }

 private:
  std::shared_ptr<http::Transport> inner_;
  const std::string address_;
  std::stop_source source_;
};

/// An engine over the embedded catalog and a source that a test sets.
class World {
 public:
  explicit World(const char* mapping = kMapping,
                 std::shared_ptr<http::Transport> transport = http::MakeCurlTransport())
      : catalog_(InMemory(), clock_, log_.logger()), transport_(std::move(transport)) {
    catalog_.Start();
    AddKind("thing", [this](ResyncContext& ctx) { read_(ctx); });
    Port().CreateBlueprint(ParseJson(kBlueprint));
    Port().CreateIntegration({{"config", config::ParseYaml(mapping, "mapping")},
                              {"changelogDestination", Json::object()}});
    SetItems(Things(25));
  }

  /// The source's items, in pages of ten.
  void SetItems(std::vector<Json> items) {
    read_ = [items = std::move(items)](ResyncContext& ctx) {
      for (std::size_t first = 0; first < items.size(); first += 10) {
        const auto end =
            items.begin() + static_cast<std::ptrdiff_t>(std::min(first + 10, items.size()));
        ctx.Emit(Batch(std::vector<Json>(items.begin() + static_cast<std::ptrdiff_t>(first), end)));
      }
    };
  }
  void SetMapping(const char* mapping) {
    Port().PatchIntegrationConfig(config::ParseYaml(mapping, "mapping"));
  }
  void SetReader(std::function<void(ResyncContext&)> read) { read_ = std::move(read); }
  void AddKind(const std::string& kind, std::function<void(ResyncContext&)> read) {
    kinds_.Add(kind, {[](const Json&, const std::string&, config::Problems&) {},
                      [read = std::move(read)](const Json&, ResyncContext& ctx) { read(ctx); }});
  }

  RunReport Sync(const std::stop_token& stop = {}) {
    return Engine(Parts(), options).Resync(progress, stop);
  }
  /// A run that is stopped behind its first upsert, or another request.
  void SyncUntilUpsert() { SyncUntil("/entities/bulk"); }
  void SyncUntil(const std::string& address) {
    const std::stop_source stop;
    const auto transport =
        std::exchange(transport_, std::make_shared<StopsBehind>(transport_, address, stop));
    port_.reset();
    CHECK_THROWS_AS(Sync(stop.get_token()), Error);
    transport_ = transport;
    port_.reset();
  }
  void EditByHand(const std::string& identifier) {
    const Json body = {{"identifier", identifier}, {"blueprint", "thing"}, {"title", "by hand"}};
    Port().Upsert(std::vector<port::Entity>{{"thing", identifier, body}}, {}, {});
  }
  /// What a live event about objects of the first resource does.
  LiveResult ApplyLive(std::vector<Json> updated, std::vector<Json> deleted = {}) {
    LiveSync live(Parts(), {});
    return live.Apply(live.CurrentMapping(), {{0, std::move(updated), std::move(deleted)}}, {});
  }

  /// Identifiers of our entities in the catalog, sorted.
  std::vector<std::string> Identifiers(const std::string& blueprint = "thing") {
    std::vector<std::string> identifiers;
    Port().ForEachOwned(std::nullopt, 5000,
                        [&](std::vector<port::OwnedEntity>&& page) {
                          for (const auto& entity : page) {
                            if (entity.blueprint == blueprint)
                              identifiers.push_back(entity.identifier);
                          }
                          return true;
                        },
                        {});
    std::sort(identifiers.begin(), identifiers.end());
    return identifiers;
  }
  Json Entity(const std::string& identifier) {
    auto found = Port().FindOwned("thing", {identifier}, {}, {});
    REQUIRE(found.size() == 1);
    return found.front();
  }

  port::Client& Port() {
    if (!port_) {
      port::ClientOptions port_options;
      port_options.base_url = catalog_.url();
      port_options.client_id = "id";
      port_options.client_secret = Secret("secret");
      port_options.identity = {"test", "1.0.0", "my-test"};
      port_ = std::make_unique<port::Client>(
          std::move(port_options),
          http::ClientFactory{.transport = transport_, .clock = clock_, .logger = log_.logger()});
    }
    return *port_;
  }

  EngineOptions options;
  Progress progress;
  LiveWrites live_writes;
  ResyncHooks hooks;
  testing::CaptureLog& log() { return log_; }
  state::Store& store() { return store_; }
  Engine::Parts Parts() {
    return {Port(), store_, kinds_, clock_, log_.logger(), nullptr, &live_writes, &hooks};
  }

 private:
  testing::TempDir folder_;
  testing::CaptureLog log_;
  Clock& clock_ = Clock::System();
  catalog::CatalogServer catalog_;
  std::shared_ptr<http::Transport> transport_;
  std::unique_ptr<port::Client> port_;
  state::Store store_{folder_.path()};
  Kinds kinds_;
  std::function<void(ResyncContext&)> read_;
};

/// The figures of a block add up.
inline void CheckIdentities(const RunReport& report) {
  for (const BlockReport& block : report.blocks) {
    CHECK(block.extracted == block.mapped + block.filtered + block.failed);
    CHECK(block.mapped == block.created + block.updated + block.unchanged + block.rejected);
  }
}

}  // namespace ocean::sync
