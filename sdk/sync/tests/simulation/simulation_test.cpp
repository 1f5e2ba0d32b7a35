#include "simulation.hpp"

#include <iostream>

#include "ocean/base/text.hpp"
#include "ocean/catch.hpp"
#include "ocean/testing/test_run.hpp"

namespace ocean::sync::simulation {
namespace {

constexpr std::uint64_t kScenarios = testing::kIsSanitized ? 60 : 500;

using Scenarios = std::vector<std::string> (*)(std::uint64_t seed, Tally& tally);

void PlayAll(Scenarios play) {
  const auto first = testing::FromEnvironment<std::uint64_t>("SIM_SEED", 1);
  const std::uint64_t count = testing::FromEnvironment("SIM_SCENARIOS", kScenarios);
  Tally tally;
  for (std::uint64_t seed = first; seed < first + count; ++seed) {
    const std::vector<std::string> violations = play(seed, tally);
    INFO("seed " << seed << ": " << Join(violations, "\n")
                 << "\nreplay: make test-long SIM_SCENARIOS=1 SIM_SEED=" << seed);
    CHECK(violations.empty());
  }
  std::cout << TableOf(tally);
}

TEST_CASE("whatever goes wrong, nothing is deleted that the source has", "[simulation]") {
  PlayAll(Play);
}

TEST_CASE("what a plan says is done, and nothing else is touched", "[simulation]") {
  PlayAll(PlayPlan);
}

}  // namespace
}  // namespace ocean::sync::simulation
