/// @file Runs the cases of cases/*.test; case_files.hpp says how they are written.

#include <string>
#include <vector>

#include "case_files.hpp"
#include "ocean/base/error.hpp"
#include "ocean/base/text.hpp"
#include "ocean/catch.hpp"
#include "ocean/jq/program.hpp"

namespace {

using ocean::Json;
using ocean::jq::AllCases;
using ocean::jq::Budget;
using ocean::jq::Case;
using ocean::jq::Limits;
using ocean::jq::Program;

std::string Run(const Case& test, const Limits& limits = {}) {
  std::string got;
  try {
    Budget budget(limits);
    Program::Compile(test.program).ForEach(Json::parse(test.input), budget, [&](Json&& output) {
      got += ocean::DumpJson(output) + "\n";
      return true;
    });
  } catch (const ocean::Error& error) {
    got += std::string("! ") + error.what() + "\n";
  }
  return got;
}

}  // namespace

TEST_CASE("programs give the outputs that the cases say") {
  const std::vector<Case> cases = AllCases(OCEAN_TEST_DIR "/cases");
  for (const Case& test : cases) {
    INFO(test.file << ": " << test.program);
    CHECK(Run(test) == test.expected);
  }
  CHECK(cases.size() > 1250);
}

TEST_CASE("what wants more than there is ends in an error that names it") {
  // With fewer steps, which take long, so that some exceed these first; all other limits are the defaults.
  Limits limits;
  limits.steps = 200'000;
  const std::string out_of_steps = "! the expression exceeds its budget: steps (200000)\n";
  for (const Case& test : ocean::jq::AllCases(OCEAN_TEST_DIR "/cases/hostile")) {
    INFO(test.program);
    const std::string got = Run(test, limits);
    const bool is_over = test.expected.find("exceeds its budget") != std::string::npos;
    CHECK((got == test.expected || (is_over && got.ends_with(out_of_steps))));
  }
}
