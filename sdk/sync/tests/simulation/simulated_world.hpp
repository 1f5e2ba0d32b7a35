#pragma once
/// @file All that exists in a scenario: clock, catalog, source, and what goes wrong on the way to them.

#include <cstdint>
#include <map>
#include <mutex>
#include <set>
#include <stop_token>
#include <string>
#include <vector>

#include "catalog_model.hpp"
#include "faults.hpp"
#include "ocean/base/clock.hpp"
#include "ocean/http/transport.hpp"
#include "ocean/testing/manual_clock.hpp"
#include "simulation.hpp"
#include "source_model.hpp"

namespace ocean::sync::simulation {

/// Source and catalog behind the one door through which the engine reaches them.
class SimulatedWorld final : public http::Transport {
 public:
  SimulatedWorld(Dice& dice, Tally& tally);

  testing::ManualClock clock;
  CatalogModel catalog;
  SourceModel source;
  /// By blueprint, in this run.
  std::map<std::string, std::int64_t> deleted;
  /// What the engine did wrong.
  std::vector<std::string> violations;
  /// An object of the source cannot be mapped.
  bool spoiled = false;
  bool edited_by_hand = false;
  bool removed_by_hand = false;

  http::Response Send(const http::WireRequest& sent, const std::stop_token& stop) override;

  /// A run begins: what is at the source now must not go while it stays there. One that `goes_on` began earlier.
  void Begin(FaultPlan plan, std::stop_source stop, bool goes_on = false);

  /// An event says that this one is gone: it goes, and where dependents are deleted with it what requires it goes along, whatever the
  /// source says. The next run has to bring back what the source has.
  void ExpectRemoval(const Key& key);

  void Blame(std::string what) { violations.push_back(std::move(what)); }
  TimePoint CatalogTime() const { return clock.Now() + skew_; }
  /// Whether the faults of this run were such that it gets over them.
  bool harmless() const { return plan_.harmless(); }
  /// By an event, in this run.
  bool written_live(const Key& key) const { return touched_live_.contains(key); }

 private:
  http::Response Answer(const http::WireRequest& wire, Phase phase);
  http::Response Fail(const http::WireRequest& wire, Phase phase, Fault fault);
  /// What is new at the source is told by an event, and in the catalog before its page is read.
  void WriteLive();
  /// Every other entity of a request is refused, in one of the ways there are.
  http::Response Reject(http::WireRequest wire);
  /// An entity is about to be deleted.
  void CheckDelete(const Key& key);

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
};

}  // namespace ocean::sync::simulation
