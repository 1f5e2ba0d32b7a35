#include "faults.hpp"

#include <sstream>

namespace ocean::sync::simulation {

namespace {

/// So often that no client goes on trying.
constexpr int kForGood = 1000;

bool IsLasting(Fault fault) {
  return fault == Fault::kForbidden || fault == Fault::kNotFound || fault == Fault::kRefused;
}

bool IsPassing(const PlannedFault& planned) {
  switch (planned.fault) {
    case Fault::kTokenExpired:
      return true;
    case Fault::kRateLimited:
    case Fault::kUnavailable:
    case Fault::kTimeout:
    case Fault::kAnswerLost:
      return planned.times == 1;
    default:
      return false;
  }
}

const std::vector<Fault>& FaultsOf(Phase phase) {
  static const std::vector<Fault> kOfSource = {
      Fault::kForbidden, Fault::kNotFound,   Fault::kRateLimited, Fault::kServerError,
      Fault::kTimeout,   Fault::kTruncated,  Fault::kRepeated,    Fault::kShrink,
      Fault::kShrink,    Fault::kShrink,     Fault::kGrow,        Fault::kRefused,
      Fault::kCancel,    Fault::kUnavailable};
  static const std::vector<Fault> kOfUpserts = {
      Fault::kRateLimited, Fault::kServerError,  Fault::kUnavailable, Fault::kTimeout,
      Fault::kRejected,    Fault::kTooLarge,     Fault::kAnswerLost,  Fault::kTokenExpired,
      Fault::kCancel,      Fault::kTokenExpired, Fault::kTruncated};
  static const std::vector<Fault> kOfCatalog = {
      Fault::kRateLimited, Fault::kServerError,  Fault::kUnavailable,
      Fault::kTimeout,     Fault::kTokenExpired, Fault::kAnswerLost,
      Fault::kTruncated,   Fault::kForbidden,    Fault::kCancel};
  if (phase == Phase::kSource) return kOfSource;
  return phase == Phase::kUpsert ? kOfUpserts : kOfCatalog;
}

}  // namespace

FaultPlan::FaultPlan(Dice& dice) {
  const std::size_t count = dice.Roll(4);
  for (std::size_t i = 0; i < count; ++i) {
    PlannedFault planned;
    planned.phase = dice.OneIn(2) ? Phase::kSource : static_cast<Phase>(1 + dice.Roll(kPhases - 1));
    planned.fault = dice.Pick(FaultsOf(planned.phase));
    planned.first = static_cast<int>(dice.Roll(planned.phase == Phase::kSource ? 12 : 4));
    planned.times = IsLasting(planned.fault) || dice.OneIn(3) ? kForGood : 1;
    faults_.push_back(planned);
  }
}

std::optional<Fault> FaultPlan::Next(Phase phase) {
  const int request = requests_[static_cast<std::size_t>(phase)]++;
  for (PlannedFault& planned : faults_) {
    if (planned.phase != phase || request < planned.first || planned.times == 0) continue;
    harmless_ = harmless_ && IsPassing(planned);
    if (planned.fault == Fault::kTokenExpired) {
      // A new token that is refused as well is no token that expired.
      std::optional<int>& last = expired_[static_cast<std::size_t>(phase)];
      if (last == request - 1) harmless_ = false;
      last = request;
    }
    // What changes the world happens once.
    const bool once = planned.fault == Fault::kShrink || planned.fault == Fault::kGrow ||
                      planned.fault == Fault::kTokenExpired || planned.fault == Fault::kCancel;
    planned.times = once ? 0 : planned.times - 1;
    return planned.fault;
  }
  return std::nullopt;
}

std::string_view NameOf(Phase phase) {
  static constexpr std::array<std::string_view, kPhases> kNames = {
      "source",  "token",  "mapping", "run state", "blueprint",
      "compare", "upsert", "listing", "delete"};
  return kNames[static_cast<std::size_t>(phase)];
}

std::string_view NameOf(Fault fault) {
  static constexpr std::array<std::string_view, kFaults> kNames = {
      "403",       "404",       "429",         "500",    "503",        "time-out",
      "truncated", "repeated",  "shrink",      "grow",   "401",        "token expired",
      "rejected",  "413",       "answer lost", "cancel", "clock skew", "mapping changed",
      "bad item",  "hand edit", "live event"};
  return kNames[static_cast<std::size_t>(fault)];
}

std::string TableOf(const Tally& tally) {
  std::ostringstream text;
  text << tally.scenarios << " scenarios, " << tally.runs << " resyncs, " << tally.resumed
       << " of these gone on with, " << tally.deletes << " deletes, " << tally.held_back
       << " held back, " << tally.planned << " planned, " << tally.refused << " of these refused\n";
  const auto cell = [&](std::string_view value) {
    text << value << std::string(value.size() < 11 ? 11 - value.size() : 1, ' ');
  };
  text << std::string(16, ' ');
  for (std::size_t phase = 0; phase < kPhases; ++phase) cell(NameOf(static_cast<Phase>(phase)));
  for (std::size_t fault = 0; fault < kFaults; ++fault) {
    const std::string_view name = NameOf(static_cast<Fault>(fault));
    text << '\n' << name << std::string(16 - name.size(), ' ');
    for (std::size_t phase = 0; phase < kPhases; ++phase) {
      const auto count = tally.faults.find({static_cast<Fault>(fault), static_cast<Phase>(phase)});
      cell(count == tally.faults.end() ? "." : std::to_string(count->second));
    }
  }
  return text.str() + "\n";
}

}  // namespace ocean::sync::simulation
