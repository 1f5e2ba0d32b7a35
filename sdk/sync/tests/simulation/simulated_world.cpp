#include "simulated_world.hpp"

#include <utility>

#include "ocean/base/error.hpp"
#include "ocean/base/json.hpp"
#include "ocean/http/client.hpp"

namespace ocean::sync::simulation {

namespace {

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

}  // namespace

SimulatedWorld::SimulatedWorld(Dice& dice, Tally& tally)
    : source(dice), dice_(dice), tally_(tally) {
  catalog.blueprints = source.Blueprints();
  catalog.on_delete = [this](const Key& key) { CheckDelete(key); };
  skew_ = dice.OneIn(2) ? std::chrono::hours(static_cast<int>(dice.Roll(49)) - 24) : Duration(0);
  if (skew_ != Duration(0)) ++tally.faults[{Fault::kClockSkew, Phase::kListing}];
}

http::Response SimulatedWorld::Send(const http::WireRequest& sent, const std::stop_token& stop) {
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

void SimulatedWorld::Begin(FaultPlan plan, std::stop_source stop, bool goes_on) {
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

void SimulatedWorld::ExpectRemoval(const Key& key) {
  gone_by_event_ = {key};
  if (!source.delete_dependents) return;
  for (std::set<Key> more = catalog.Dependents(gone_by_event_); !more.empty();
       more = catalog.Dependents(gone_by_event_))
    gone_by_event_.merge(more);
}

http::Response SimulatedWorld::Answer(const http::WireRequest& wire, Phase phase) {
  if (phase != Phase::kSource) return catalog.Answer(wire, CatalogTime());
  http::Response response = source.Answer(wire);
  last_page_[wire.request.url] = response;
  return response;
}

http::Response SimulatedWorld::Fail(const http::WireRequest& wire, Phase phase, Fault fault) {
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

void SimulatedWorld::WriteLive() {
  for (const auto& [key, body] : source.Kept()) {
    if (kept_at_start_.contains(key)) continue;
    touched_live_.insert(key);
    catalog.Put(body, true, CatalogTime());
  }
}

http::Response SimulatedWorld::Reject(http::WireRequest wire) {
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

void SimulatedWorld::CheckDelete(const Key& key) {
  ++deleted[key.first];
  ++tally_.deletes;
  const std::string name = key.first + " " + key.second;
  if (!catalog.entities.at(key).ours) Blame("wrong delete of a foreign " + name);
  if (gone_by_event_.contains(key) || !source.Kept().contains(key)) return;
  if (kept_at_start_.contains(key))
    Blame("wrong delete: " + name + " was at the source all the time");
  if (touched_live_.contains(key)) Blame("wrong delete: " + name + " was written live in this run");
}

}  // namespace ocean::sync::simulation
