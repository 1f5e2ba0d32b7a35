#include "simulation.hpp"

#include <cstdlib>
#include <iostream>

#include "ocean/base/text.hpp"
#include "ocean/catch.hpp"

namespace ocean::sync::simulation {
namespace {

#if defined(__SANITIZE_THREAD__) || defined(__SANITIZE_ADDRESS__)
#define OCEAN_SANITIZED
#elif defined(__has_feature)
#if __has_feature(thread_sanitizer) || __has_feature(address_sanitizer)
#define OCEAN_SANITIZED
#endif
#endif

#ifdef OCEAN_SANITIZED
/// Each takes many times longer here.
constexpr std::uint64_t kScenarios = 60;
#else
constexpr std::uint64_t kScenarios = 500;
#endif

std::uint64_t Setting(const char* name, std::uint64_t fallback) {
  const char* text = std::getenv(name);
  const auto number = text != nullptr ? ParseInt(text) : std::nullopt;
  return number ? static_cast<std::uint64_t>(*number) : fallback;
}

using Scenarios = std::vector<std::string> (*)(std::uint64_t seed, Tally& tally);

void PlayAll(Scenarios play) {
  const std::uint64_t first = Setting("SIM_SEED", 1);
  const std::uint64_t count = Setting("SIM_SCENARIOS", kScenarios);
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
