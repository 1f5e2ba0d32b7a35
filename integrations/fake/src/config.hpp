#pragma once
/// @file How much is made up.

#include <cstdint>
#include <string>

#include "ocean/ocean.hpp"

namespace fake {

struct FakeConfig {
  /// Below 1 the API's own number.
  int entity_amount = -1;
  int entity_kb_size = -1;
  int third_party_batch_size = -1;
  int third_party_latency_ms = -1;
  bool single_department_run = false;
  int churn_percent = 0;
  std::int64_t seed = 1;

  static auto Describe() {
    return ocean::Fields<FakeConfig>()
        .Add("entity_amount", &FakeConfig::entity_amount,
             "Persons of each department; 400 if below 1.")
        .Add("entity_kb_size", &FakeConfig::entity_kb_size,
             "Size of each person in KiB; 1 if below 1.")
        .Add("third_party_batch_size", &FakeConfig::third_party_batch_size,
             "Persons in one answer; 1000 if below 1.")
        .Add("third_party_latency_ms", &FakeConfig::third_party_latency_ms,
             "Milliseconds that each answer takes; none if below 1.")
        .Add("single_department_run", &FakeConfig::single_department_run,
             "Whether there is only the first department.")
        .Add("churn_percent", &FakeConfig::churn_percent,
             "So many of a hundred persons are others at each resync.", ocean::Range(0, 100))
        .Add("seed", &FakeConfig::seed, "The same seed makes the same persons.");
  }
};

}  // namespace fake
