#include "faults.hpp"

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

}  // namespace ocean::sync::simulation
