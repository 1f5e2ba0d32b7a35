#include "simulation.hpp"

#include <algorithm>
#include <memory>
#include <mutex>

#include "catalog_model.hpp"
#include "faults.hpp"
#include "ocean/base/error.hpp"
#include "ocean/base/text.hpp"
#include "ocean/sync/engine.hpp"
#include "ocean/sync/live.hpp"
#include "ocean/testing/capture_log.hpp"
#include "ocean/testing/manual_clock.hpp"
#include "ocean/testing/temp_dir.hpp"
#include "source_model.hpp"

namespace ocean::sync::simulation {

namespace {

using testing::ManualClock;

Phase PhaseOf(const http::Request& request) {
  const std::string& url = request.url;
  if (url.starts_with("http://source")) return Phase::kSource;
  if (url.ends_with("/auth/access_token")) return Phase::kToken;
  if (url.ends_with("/resync-state")) return Phase::kRunState;
  if (url.find("/v1/integration") != std::string::npos) return Phase::kMapping;
  if (url.ends_with("/datasource-entities")) return Phase::kListing;
  if (url.ends_with("/entities/search")) return Phase::kCompare;
  if (url.ends_with("/delete")) return Phase::kDelete;
  return url.ends_with("/entities/bulk") || url.ends_with("/entities") ? Phase::kUpsert
                                                                       : Phase::kBlueprint;
}

/// A link's query as clients' own.
http::WireRequest WithQueryRead(http::WireRequest wire) {
  const std::size_t mark = wire.request.url.find('?');
  if (mark == std::string::npos) return wire;
  for (auto& parameter : http::DecodeQuery(wire.request.url.substr(mark + 1)))
    wire.request.query.push_back(std::move(parameter));
  wire.request.url.resize(mark);
  return wire;
}

http::Response Plain(int status) {
  http::Response response = JsonResponse(status, {{"ok", false}, {"error", "fault"}});
  if (status == 429) response.headers.Set("Retry-After", "30");
  return response;
}

/// All that exists in a scenario, behind the one door through which the engine reaches it.
class World final : public http::Transport {
 public:
  World(Dice& dice, Tally& tally) : dice_(dice), tally_(tally), source(dice) {
    catalog.blueprints = source.Blueprints();
    catalog.on_delete = [this](const Key& key) { Judge(key); };
    skew_ = dice.OneIn(2) ? std::chrono::hours(static_cast<int>(dice.Roll(49)) - 24) : Duration(0);
    if (skew_ != Duration(0)) ++tally.faults[{Fault::kClockSkew, Phase::kListing}];
  }

  http::Response Send(const http::WireRequest& sent, const std::stop_token& stop) override {
    const std::lock_guard lock(mutex_);
    if (stop.stop_requested()) ThrowCancelled("sending");
    clock.Advance(std::chrono::milliseconds(20));
    const http::WireRequest wire = WithQueryRead(sent);
    const Phase phase = PhaseOf(wire.request);
    const std::optional<Fault> fault = plan_.Next(phase);
    if (!fault) return Answer(wire, phase);
    ++tally_.faults[{*fault, phase}];
    return Fail(wire, phase, *fault);
  }

  /// A run begins: what is at the source now must not go while it stays there.
  void Begin(FaultPlan plan, std::stop_source stop) {
    plan_ = std::move(plan);
    stop_ = std::move(stop);
    kept_at_start_ = source.Kept();
    touched_live_.clear();
    gone_by_event_.clear();
    deleted.clear();
    last_page_.clear();
    catalog.mapping = source.Mapping();
  }

  /// An event says that this one is gone: it goes, and where dependents are deleted with it what requires it goes along, whatever the
  /// source says. The next run has to bring back what the source has.
  void ExpectRemoval(const Key& key) {
    gone_by_event_ = {key};
    if (!source.delete_dependents) return;
    for (std::set<Key> more = catalog.Dependents(gone_by_event_); !more.empty();
         more = catalog.Dependents(gone_by_event_))
      gone_by_event_.merge(more);
  }

  TimePoint CatalogTime() const { return clock.Now() + skew_; }
  bool harmless() const { return plan_.harmless(); }

 private:
  http::Response Answer(const http::WireRequest& wire, Phase phase) {
    if (phase != Phase::kSource) return catalog.Answer(wire, CatalogTime());
    http::Response response = source.Answer(wire);
    last_page_[wire.request.url] = response;
    return response;
  }

  http::Response Fail(const http::WireRequest& wire, Phase phase, Fault fault) {
    const std::size_t collection =
        phase == Phase::kSource ? SourceModel::CollectionOf(wire.request.url) : 0;
    switch (fault) {
      case Fault::kForbidden:
        return Plain(403);
      case Fault::kNotFound:
        return Plain(404);
      case Fault::kRateLimited:
        return Plain(429);
      case Fault::kServerError:
        return Plain(500);
      case Fault::kUnavailable:
        return Plain(503);
      case Fault::kRefused:
        return Plain(401);
      case Fault::kTooLarge:
        return Plain(413);
      case Fault::kTimeout:
        throw Error(ErrorKind::kTransient, "timed out");
      case Fault::kAnswerLost:
        Answer(wire, phase);
        throw Error(ErrorKind::kTransient, "timed out after the request was carried out");
      case Fault::kTruncated: {
        http::Response response = Answer(wire, phase);
        response.body.resize(response.body.size() / 2);
        return response;
      }
      case Fault::kRepeated: {
        const auto last = last_page_.find(wire.request.url);
        return last == last_page_.end() ? Answer(wire, phase) : last->second;
      }
      case Fault::kShrink:
        source.Shrink(dice_, collection);
        return Answer(wire, phase);
      case Fault::kGrow:
        source.Grow(dice_, collection);
        if (dice_.OneIn(2)) WriteLive();
        return Answer(wire, phase);
      case Fault::kTokenExpired:
        catalog.ExpireTokens();
        return Answer(wire, phase);
      case Fault::kCancel:
        if (dice_.OneIn(2)) Answer(wire, phase);
        stop_.request_stop();
        ThrowCancelled("sending");
      case Fault::kRejected:
        return Reject(wire);
      default:
        return Answer(wire, phase);
    }
  }

  /// What is new at the source is told by an event, and in the catalog before its page is read.
  void WriteLive() {
    for (const auto& [key, body] : source.Kept()) {
      if (kept_at_start_.contains(key)) continue;
      touched_live_.insert(key);
      catalog.Put(body, true, CatalogTime());
    }
  }

  /// Every other entity of a request is refused, in one of the ways there are.
  http::Response Reject(http::WireRequest wire) {
    Json body = ParseJson(wire.request.body);
    if (!Get(body, "entities").is_array()) return Plain(422);
    Json done = Json::array();
    Json errors = Json::array();
    for (std::size_t i = 0; i < body["entities"].size(); ++i) {
      const Json& entity = body["entities"][i];
      if (i % 2 == 0) {
        errors.push_back({{"identifier", entity["identifier"]},
                          {"index", i},
                          {"statusCode", dice_.Pick(std::vector<int>{422, 404, 500})},
                          {"error", "fault"},
                          {"message", "refused"}});
        continue;
      }
      wire.request.body = DumpJson({{"entities", Json::array({entity})}});
      const http::Response one = Answer(wire, Phase::kUpsert);
      if (one.status >= 400) return one;
      Json answer = ParseJson(one.body);
      for (const auto* list : {"entities", "errors"}) {
        for (Json& line : answer[list]) {
          line["index"] = i;
          (list == std::string_view("errors") ? errors : done).push_back(line);
        }
      }
    }
    return JsonResponse(207, {{"ok", true}, {"entities", done}, {"errors", errors}});
  }

  void Judge(const Key& key) {
    ++deleted[key.first];
    ++tally_.deletes;
    const std::string name = key.first + " " + key.second;
    if (!catalog.entities.at(key).ours) violations.push_back("wrong delete of a foreign " + name);
    if (gone_by_event_.contains(key) || !source.Kept().contains(key)) return;
    if (kept_at_start_.contains(key))
      violations.push_back("wrong delete: " + name + " was at the source all the time");
    if (touched_live_.contains(key))
      violations.push_back("wrong delete: " + name + " was written live in this run");
  }

  std::mutex mutex_;
  Dice& dice_;
  Tally& tally_;
  Duration skew_{0};
  FaultPlan plan_;
  std::stop_source stop_;
  std::map<Key, Json> kept_at_start_;
  std::set<Key> touched_live_;
  std::set<Key> gone_by_event_;
  /// By address, without what changes from page to page.
  std::map<std::string, http::Response> last_page_;

 public:
  ManualClock clock;
  CatalogModel catalog;
  SourceModel source;
  /// By blueprint, in this run.
  std::map<std::string, std::int64_t> deleted;
  std::vector<std::string> violations;
};

class Scenario {
 public:
  Scenario(std::uint64_t seed, Tally& tally)
      : dice_(seed), tally_(tally), world_(std::make_shared<World>(dice_, tally)) {
    options_.send_examples = false;
    options_.transform_workers = 1 + static_cast<int>(dice_.Roll(2));
    options_.upserts_in_flight = 1 + static_cast<int>(dice_.Roll(3));
    options_.block_concurrency = 1 + static_cast<int>(dice_.Roll(3));
    ChooseDetection();
    options_.deletion_free_count = static_cast<std::int64_t>(dice_.Roll(11));
    AddForeign();
  }

  std::vector<std::string> Play() {
    const std::size_t runs = 2 + dice_.Roll(4);
    for (std::size_t run = 0; run < runs; ++run) {
      if (run > 0) Disturb();
      Resync(dice_.OneIn(4) ? FaultPlan() : FaultPlan(dice_));
    }
    world_->source.Heal();
    spoiled_ = false;
    if (edited_by_hand_) CallForFullComparison();
    const std::optional<RunReport> clean = Resync(FaultPlan());
    if (clean) JudgeEnd(*clean);
    const std::int64_t writes = world_->catalog.writes;
    const std::optional<RunReport> again = Resync(FaultPlan());
    if (again) JudgeNothingToDo(*again, world_->catalog.writes - writes);
    return std::move(world_->violations);
  }

 private:
  /// What hands did is found by the next one: when a day is over, and with another mapping.
  void CallForFullComparison() {
    if (dice_.OneIn(2)) {
      world_->clock.Advance(std::chrono::hours(25));
      return;
    }
    // Not every change makes it another.
    SourceModel& source = world_->source;
    for (const Json before = source.Mapping(); source.Mapping() == before;)
      source.ChangeMapping(dice_);
  }

  /// Somebody else's entities, in the same blueprints.
  void AddForeign() {
    for (std::size_t i = 0; i < dice_.Roll(3); ++i) {
      world_->catalog.Put({{"identifier", "foreign-" + std::to_string(i)},
                           {"blueprint", "b0"},
                           {"properties", Json::object()},
                           {"relations", Json::object()}},
                          false, world_->CatalogTime());
    }
  }

  void ChooseDetection() {
    options_.change_detection = dice_.OneIn(4) ? config::ChangeDetectionMode::kCatalog
                                               : config::ChangeDetectionMode::kIndex;
  }

  void Disturb() {
    world_->clock.Advance(std::chrono::hours(static_cast<int>(dice_.Roll(15))));
    if (dice_.OneIn(3)) {
      world_->source.Revert();
    } else {
      world_->source.Change(dice_);
    }
    if (dice_.OneIn(4)) {
      world_->source.ChangeMapping(dice_);
      ++tally_.faults[{Fault::kMappingChange, Phase::kMapping}];
    }
    if (dice_.OneIn(4)) {
      world_->source.Spoil(dice_);
      spoiled_ = true;
      ++tally_.faults[{Fault::kBadItem, Phase::kSource}];
    }
    if (dice_.OneIn(5)) RemoveByHand();
    if (dice_.OneIn(8)) ChangeByHand();
    if (dice_.OneIn(4)) ApplyLive();
    if (dice_.OneIn(4)) ChooseDetection();
  }

  /// An event of an object that changed and changed back, of which the second event was lost.
  void ApplyLive() {
    Dice& dice = dice_;
    const SourceModel& source = world_->source;
    const Collection& collection = dice.Pick(source.collections);
    const Json mapping = source.Mapping();
    const Json& resources = mapping["resources"];
    const auto resource = std::find_if(resources.begin(), resources.end(), [&](const Json& one) {
      return one["kind"] == Json(collection.kind());
    });
    if (resource == resources.end() || collection.items.empty()) return;
    Json object = dice.Pick(collection.items).json;
    object["name"] = "for a moment";
    const bool removes = collection.selects && object["keep"] == Json(true) && dice.OneIn(2);
    if (removes) object["keep"] = false;
    ++tally_.faults[{Fault::kLiveEvent, removes ? Phase::kDelete : Phase::kUpsert}];
    world_->Begin(FaultPlan(), std::stop_source());
    if (collection.selects && object["keep"] == Json(false) && object["id"].is_string()) {
      const Json blueprint =
          collection.dynamic_blueprint ? object["bp"] : Json(collection.blueprint());
      world_->ExpectRemoval({blueprint.get<std::string>(), object["id"].get<std::string>()});
    }
    const auto index = static_cast<std::size_t>(resource - resources.begin());
    Sides sides(*this);
    LiveSync live(sides.Parts(*this), {});
    live.Apply(live.CurrentMapping(), {{.resource = index, .updated = {std::move(object)}}}, {});
  }

  /// Somebody writes over one of our entities in the catalog: a full comparison finds it.
  void ChangeByHand() {
    auto& entities = world_->catalog.entities;
    if (entities.empty()) return;
    const auto victim =
        std::next(entities.begin(), static_cast<std::ptrdiff_t>(dice_.Roll(entities.size())));
    if (!victim->second.ours) return;
    victim->second.body["title"] = "changed by hand";
    victim->second.updated_at = world_->CatalogTime();
    ++tally_.faults[{Fault::kHandEdit, Phase::kCompare}];
    edited_by_hand_ = true;
  }

  /// Somebody deletes one of our entities in the catalog.
  void RemoveByHand() {
    auto& entities = world_->catalog.entities;
    if (entities.empty()) return;
    const auto victim =
        std::next(entities.begin(), static_cast<std::ptrdiff_t>(dice_.Roll(entities.size())));
    if (!victim->second.ours) return;
    entities.erase(victim);
    removed_by_hand_ = true;
    ++tally_.faults[{Fault::kHandEdit, Phase::kListing}];
  }

  /// The clients of both sides, as a process has them.
  struct Sides {
    explicit Sides(Scenario& scenario)
        : http{.transport = scenario.world_,
               .clock = scenario.world_->clock,
               .logger = scenario.log_.logger(),
               .stop = {}},
          port({.base_url = "http://port",
                .client_id = "id",
                .client_secret = Secret("secret"),
                .identity = {"sim", "1.0.0", "sim"}},
               http),
          kinds(scenario.world_->source.MakeKinds(http.Make({.base_url = "http://source"}))) {}
    Engine::Parts Parts(Scenario& scenario) {
      return {port,   scenario.store_, kinds, scenario.world_->clock, scenario.log_.logger(),
              nullptr};
    }

    http::ClientFactory http;
    port::Client port;
    Kinds kinds;
  };

  /// Nothing when the run was cancelled or could not begin.
  std::optional<RunReport> Resync(FaultPlan plan) {
    ++tally_.runs;
    world_->clock.Advance(std::chrono::minutes(1));
    std::stop_source stop;
    world_->Begin(std::move(plan), stop);
    Sides sides(*this);
    Progress progress;
    try {
      Engine engine(sides.Parts(*this), options_);
      RunReport report = engine.Resync(progress, stop.get_token());
      JudgeReport(report);
      if (world_->harmless()) JudgeHarmless(report);
      return report;
    } catch (const Error& error) {
      if (error.kind() == ErrorKind::kBug || world_->harmless())
        Blame(std::string("a run ended that could have gone on: ") + error.what());
      return std::nullopt;
    }
  }

  void Blame(const std::string& what) { world_->violations.push_back(what); }

  void JudgeReport(const RunReport& report) {
    for (const BlockReport& block : report.blocks) {
      if (block.extracted != block.mapped + block.filtered + block.failed ||
          block.mapped != block.created + block.updated + block.unchanged + block.rejected)
        Blame("the figures of block " + block.kind + " do not add up");
    }
    for (const BlueprintReport& blueprint : report.blueprints) {
      tally_.held_back += blueprint.held_back;
      if (blueprint.stale != blueprint.deleted + blueprint.held_back)
        Blame("the figures of blueprint " + blueprint.blueprint + " do not add up");
      if (blueprint.held_back > 0 && blueprint.reason.empty())
        Blame("held back without a reason: " + blueprint.blueprint);
      JudgeShare(blueprint);
    }
    if (report.outcome == Outcome::kFailed && !world_->deleted.empty())
      Blame("a failed run deleted something");
  }

  /// What passes when it is tried again must not keep anything from being read.
  void JudgeHarmless(const RunReport& report) {
    if (report.outcome == Outcome::kFailed && !spoiled_)
      Blame("a run failed that could have gone on: " + report.error);
    for (const BlockReport& block : report.blocks) {
      if (block.outcome != Outcome::kComplete && block.rejected == 0 && !spoiled_)
        Blame("incomplete without need: " + block.kind + ", " + block.reason);
    }
  }

  /// No more of a blueprint goes than the threshold allows.
  void JudgeShare(const BlueprintReport& report) {
    const auto all = static_cast<double>(report.deleted + report.seen);
    const bool few = report.deleted <= options_.deletion_free_count;
    if (report.deleted == 0 || (few && world_->source.threshold > 0)) return;
    if (static_cast<double>(report.deleted) > world_->source.threshold * all)
      Blame("beyond the threshold: " + std::to_string(report.deleted) + " of " + report.blueprint);
  }

  /// What stays although the source no longer has it, because others still name it.
  std::set<Key> Named(const std::map<Key, Json>& expected) const {
    std::set<Key> named;
    for (const auto& [key, body] : expected) {
      named.merge(TargetsOf(body, world_->catalog.blueprints.at(key.first)));
    }
    return named;
  }

  /// What the catalog can take of `expected`: what it requires is there, or can be taken too.
  std::set<Key> Storable(const std::map<Key, Json>& expected) const {
    std::set<Key> storable;
    for (const auto& [key, body] : expected) storable.insert(key);
    const auto blocked = [&](const Key& key) {
      const auto& relations = world_->catalog.blueprints.at(key.first);
      const Json& body = expected.at(key);
      for (const auto& [name, relation] : relations) {
        if (relation.required && !Get(Get(body, "relations"), name).is_string()) return true;
      }
      const std::set<Key> targets = TargetsOf(body, relations);
      return !world_->source.create_missing &&
             std::any_of(targets.begin(), targets.end(), [&](const Key& target) {
               return !world_->catalog.entities.contains(target) && !storable.contains(target);
             });
    };
    while (std::erase_if(storable, blocked) > 0) {
    }
    return storable;
  }

  void JudgeEnd(const RunReport& report) {
    if (report.outcome == Outcome::kFailed) return Blame("the clean run failed: " + report.error);
    const std::map<Key, Json> expected = world_->source.Expected();
    const std::set<Key> storable = Storable(expected);
    for (const auto& [key, body] : expected) {
      const std::string name = key.first + " " + key.second;
      const auto stored = world_->catalog.entities.find(key);
      if (!storable.contains(key) || IsMadeAnew(key)) continue;
      if (stored == world_->catalog.entities.end()) {
        Blame("missing after a clean run: " + name);
      } else if (!Agrees(body, stored->second.body)) {
        Blame("other than the source after a clean run: " + name + ", " + DumpJson(body) + " / " +
              DumpJson(stored->second.body));
      }
    }
    JudgeLeftovers(report, expected);
  }

  /// What hands removed may come back empty, because another entity names it; the next run fills it.
  bool IsMadeAnew(const Key& key) const {
    const auto stored = world_->catalog.entities.find(key);
    return removed_by_hand_ && world_->source.create_missing &&
           stored != world_->catalog.entities.end() && stored->second.body["properties"].empty() &&
           stored->second.body["title"] == Json(key.second);
  }

  void JudgeLeftovers(const RunReport& report, const std::map<Key, Json>& expected) {
    const std::set<Key> named = Named(expected);
    std::map<std::string, std::int64_t> left;
    for (const auto& [key, entity] : world_->catalog.entities) {
      if (entity.ours && !expected.contains(key) && !named.contains(key)) ++left[key.first];
    }
    for (const BlueprintReport& blueprint : report.blueprints)
      left[blueprint.blueprint] -= blueprint.held_back;
    for (const auto& [blueprint, count] : left) {
      if (count > 0)
        Blame("stale after a clean run and not held back: " + std::to_string(count) + " of " +
              blueprint);
    }
  }

  void JudgeNothingToDo(const RunReport& report, std::int64_t writes) {
    std::int64_t rejected = 0;
    for (const BlockReport& block : report.blocks) rejected += block.rejected;
    if (writes > 0 && rejected == 0 && !removed_by_hand_)
      Blame(std::to_string(writes) + " writes although nothing changed");
  }

  static bool Agrees(const Json& mapped, const Json& stored) {
    for (const auto& [name, value] : mapped.items()) {
      const Json& other = Get(stored, name);
      if (value.is_object() ? !Agrees(value, other) : value != other) return false;
    }
    return true;
  }

  Dice dice_;
  Tally& tally_;
  std::shared_ptr<World> world_;
  testing::TempDir folder_;
  testing::CaptureLog log_{LogLevel::kCritical};
  state::Store store_{folder_.path()};
  EngineOptions options_;
  bool spoiled_ = false;
  bool edited_by_hand_ = false;
  bool removed_by_hand_ = false;
};

}  // namespace

std::vector<std::string> Play(std::uint64_t seed, Tally& tally) {
  ++tally.scenarios;
  return Scenario(seed, tally).Play();
}

}  // namespace ocean::sync::simulation
