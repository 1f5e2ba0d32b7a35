#include <sstream>

#include "simulation.hpp"

namespace ocean::sync::simulation {

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
