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
#include "ocean/sync/plan.hpp"
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

  /// A run begins: what is at the source now must not go while it stays there. One that `goes_on` began earlier.
  void Begin(FaultPlan plan, std::stop_source stop, bool goes_on = false) {
    plan_ = std::move(plan);
    stop_ = std::move(stop);
    std::map<Key, Json> kept = source.Kept();
    if (goes_on) {
      std::erase_if(kept, [&](const auto& one) { return !kept_at_start_.contains(one.first); });
    } else {
      touched_live_.clear();
    }
    kept_at_start_ = std::move(kept);
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
  /// By an event, in this run.
  bool written_live(const Key& key) const { return touched_live_.contains(key); }

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
    if (seed % 2 == 0) options_.seen_in_memory = 3;
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
    std::optional<RunReport> clean = Resync(FaultPlan());
    // Half of it may be from before the source was healed.
    if (clean && clean->resumed) clean = Resync(FaultPlan());
    if (clean) JudgeEnd(*clean);
    const std::int64_t writes = world_->catalog.writes;
    const std::optional<RunReport> again = Resync(FaultPlan());
    if (again) JudgeNothingToDo(*again, world_->catalog.writes - writes);
    return std::move(world_->violations);
  }

  std::vector<std::string> PlayPlan() {
    for (std::size_t runs = dice_.Roll(3); runs > 0; --runs) {
      Resync(dice_.OneIn(2) ? FaultPlan() : FaultPlan(dice_));
      Disturb();
    }
    const std::optional<Plan> plan = MakePlan();
    if (!plan) return std::move(world_->violations);
    const std::map<Key, Json> planned_for = world_->source.Expected();
    std::set<Key> moved;
    if (dice_.OneIn(2)) moved = MoveByHand(*plan);
    if (dice_.OneIn(2)) MoveSource(planned_for, moved);
    const Entities before = world_->catalog.entities;
    if (const auto report = CarryOut(*plan)) JudgeEffect(*plan, moved, before, *report);
    world_->source.Heal();
    if (edited_by_hand_) CallForFullComparison();
    const std::optional<RunReport> clean = Resync(FaultPlan());
    if (clean) JudgeEnd(*clean);
    return std::move(world_->violations);
  }

 private:
  using Entities = std::map<Key, StoredEntity>;

  std::optional<Plan> MakePlan() {
    const Entities before = world_->catalog.entities;
    world_->Begin(FaultPlan(), std::stop_source());
    Sides sides(*this);
    Progress progress;
    Plan plan = Engine(sides.Parts(*this), options_).MakePlan(progress, {});
    JudgeReport(plan.report);
    if (!Changed(before, {}).empty()) Blame("making a plan changed the catalog");
    if (plan.report.outcome == Outcome::kFailed) return std::nullopt;
    tally_.planned += static_cast<std::int64_t>(plan.changes.size());
    return ReadPlan(ParseJson(DumpJson(ToJson(plan))));
  }

  /// Somebody writes into the catalog what is planned to change. Returns what.
  std::set<Key> MoveByHand(const Plan& plan) {
    std::set<Key> moved;
    for (const PlannedChange& change : plan.changes) {
      if (!dice_.OneIn(4)) continue;
      const Key key{change.blueprint, change.identifier};
      const auto stored = world_->catalog.entities.find(key);
      if (stored != world_->catalog.entities.end()) {
        stored->second.body["title"] = "moved by hand";
      } else if (!change.mapped_hash.empty()) {
        world_->catalog.Put({{"identifier", key.second},
                             {"blueprint", key.first},
                             {"title", "moved by hand"},
                             {"properties", Json::object()},
                             {"relations", Json::object()}},
                            true, world_->CatalogTime());
      } else {
        continue;
      }
      moved.insert(key);
      edited_by_hand_ = true;
    }
    return moved;
  }

  /// The source changes; adds what is other than it was planned for.
  void MoveSource(const std::map<Key, Json>& planned_for, std::set<Key>& moved) {
    world_->source.Change(dice_);
    const std::map<Key, Json> now = world_->source.Expected();
    for (const auto& [key, body] : planned_for) {
      const auto found = now.find(key);
      if (found == now.end() || found->second != body) moved.insert(key);
    }
    for (const auto& [key, body] : now) {
      if (!planned_for.contains(key)) moved.insert(key);
    }
  }

  std::optional<RunReport> CarryOut(const Plan& plan) {
    world_->clock.Advance(std::chrono::minutes(1));
    std::stop_source stop;
    world_->Begin(dice_.OneIn(2) ? FaultPlan() : FaultPlan(dice_), stop);
    Sides sides(*this);
    Progress progress;
    try {
      RunReport report =
          Engine(sides.Parts(*this), options_).CarryOut(plan, progress, stop.get_token());
      tally_.refused += static_cast<std::int64_t>(report.refused.size());
      JudgeFigures(report);
      return report;
    } catch (const Error& error) {
      if (error.kind() == ErrorKind::kBug || world_->harmless())
        Blame(std::string("a plan was not carried out: ") + error.what());
      return std::nullopt;
    }
  }

  /// What is other than before, but for relations to what was deleted.
  std::set<Key> Changed(const Entities& before, const std::set<Key>& deleted) const {
    const Entities& after = world_->catalog.entities;
    std::set<Key> changed;
    for (const auto& [key, entity] : after) {
      const auto former = before.find(key);
      if (former == before.end()) {
        changed.insert(key);
        continue;
      }
      Json expected = former->second.body;
      for (const Key& target : TargetsOf(expected, world_->catalog.blueprints.at(key.first))) {
        for (const auto& [name, relation] : world_->catalog.blueprints.at(key.first)) {
          if (deleted.contains(target) && Get(expected["relations"], name) == Json(target.second))
            expected["relations"][name] = nullptr;
        }
      }
      if (expected != entity.body) changed.insert(key);
    }
    for (const auto& [key, entity] : before) {
      if (!after.contains(key)) changed.insert(key);
    }
    return changed;
  }

  void JudgeEffect(const Plan& plan, const std::set<Key>& moved, const Entities& before,
                   const RunReport& report) {
    std::map<Key, const PlannedChange*> planned;
    for (const PlannedChange& change : plan.changes)
      planned[{change.blueprint, change.identifier}] = &change;
    std::map<Key, std::string> refused;
    for (const RefusedChange& one : report.refused) {
      refused[{one.blueprint, one.identifier}] = one.action + ": " + one.why;
      if (one.why.empty()) Blame("refused without a reason: " + one.identifier);
    }
    std::set<Key> gone;
    for (const auto& [key, entity] : before) {
      if (!world_->catalog.entities.contains(key)) gone.insert(key);
    }
    // What a request did whose answer was lost for good is not known to have been done.
    const bool certain = world_->harmless();
    const std::set<Key> changed = Changed(before, gone);
    for (const Key& key : changed) {
      if (world_->written_live(key)) continue;
      if (!planned.contains(key)) BlameTouched(key, before);
      if (certain && refused.contains(key))
        Blame("refused and done: " + key.second + ", " + refused.at(key));
    }
    if (report.outcome == Outcome::kFailed || !certain) return;
    for (const auto& [key, change] : planned) JudgeEntry(key, *change, moved, refused, report);
    if (!refused.empty() && ExitCode(report) != 2) Blame("refused, and the exit code is not 2");
  }

  void BlameTouched(const Key& key, const Entities& before) {
    const auto text = [&](const Entities& entities) {
      const auto found = entities.find(key);
      return found == entities.end() ? "nothing" : DumpJson(found->second.body);
    };
    Blame("touched outside the plan: " + key.first + " " + key.second + ", from " + text(before) +
          " to " + text(world_->catalog.entities));
  }

  void JudgeEntry(const Key& key, const PlannedChange& change, const std::set<Key>& moved,
                  const std::map<Key, std::string>& refused, const RunReport& report) {
    if (refused.contains(key)) return;
    if (moved.contains(key)) return Blame("carried out although it moved: " + key.second);
    const auto stored = world_->catalog.entities.find(key);
    const bool there = stored != world_->catalog.entities.end();
    if (there != (change.action != PlannedAction::kDelete) && Rejected(report) == 0) {
      return Blame("planned and not done: " + std::string(ToString(change.action)) + " " +
                   key.second);
    }
    if (change.action == PlannedAction::kDelete || change.mapped_hash.empty()) return;
    const std::map<Key, Json> expected = world_->source.Expected();
    const auto wanted = expected.find(key);
    if (!there || Rejected(report) > 0 || wanted == expected.end()) return;
    if (!Agrees(WithoutGone(wanted->second, key.first), stored->second.body)) {
      Blame("done otherwise than planned: " + key.second + ", " + DumpJson(wanted->second) + " / " +
            DumpJson(stored->second.body));
    }
  }

  /// What was deleted is in no relation any more.
  Json WithoutGone(Json body, const std::string& blueprint) const {
    for (const auto& [name, relation] : world_->catalog.blueprints.at(blueprint)) {
      const Json& value = Get(Get(body, "relations"), name);
      if (value.is_string() &&
          !world_->catalog.entities.contains({relation.target, value.get<std::string>()}))
        body["relations"][name] = nullptr;
    }
    return body;
  }

  static std::int64_t Rejected(const RunReport& report) {
    std::int64_t rejected = 0;
    for (const BlockReport& block : report.blocks) rejected += block.rejected;
    return rejected;
  }

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
    world_->Begin(FaultPlan(), std::stop_source(), interrupted_);
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
      return {port,    scenario.store_,       kinds, scenario.world_->clock, scenario.log_.logger(),
              nullptr, &scenario.live_writes_};
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
    world_->Begin(std::move(plan), stop, interrupted_);
    Sides sides(*this);
    Progress progress;
    try {
      Engine engine(sides.Parts(*this), options_);
      RunReport report = engine.Resync(progress, stop.get_token());
      interrupted_ = false;
      if (report.resumed) ++tally_.resumed;
      JudgeReport(report);
      if (world_->harmless() && !report.resumed) JudgeHarmless(report);
      return report;
    } catch (const Error& error) {
      interrupted_ = true;
      if (error.kind() == ErrorKind::kBug || world_->harmless())
        Blame(std::string("a run ended that could have gone on: ") + error.what());
      return std::nullopt;
    }
  }

  void Blame(const std::string& what) { world_->violations.push_back(what); }

  void JudgeReport(const RunReport& report) {
    JudgeFigures(report);
    for (const BlueprintReport& blueprint : report.blueprints) JudgeShare(blueprint);
  }

  /// Of a plan that is carried out too, which confirms its deletions whatever their share has become.
  void JudgeFigures(const RunReport& report) {
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
    if (writes > 0 && Rejected(report) == 0 && !removed_by_hand_)
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
  LiveWrites live_writes_;
  EngineOptions options_;
  /// The last run did not come to its end: the next may go on with it.
  bool interrupted_ = false;
  bool spoiled_ = false;
  bool edited_by_hand_ = false;
  bool removed_by_hand_ = false;
};

}  // namespace

std::vector<std::string> Play(std::uint64_t seed, Tally& tally) {
  ++tally.scenarios;
  return Scenario(seed, tally).Play();
}

std::vector<std::string> PlayPlan(std::uint64_t seed, Tally& tally) {
  ++tally.scenarios;
  return Scenario(seed, tally).PlayPlan();
}

}  // namespace ocean::sync::simulation
