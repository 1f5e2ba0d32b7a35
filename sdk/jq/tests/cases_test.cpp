/// @file Runs the cases of cases/*.test; case_files.hpp says how they are written.

#include <string>
#include <vector>

#include "case_files.hpp"
#include "ocean/base/error.hpp"
#include "ocean/catch.hpp"
#include "ocean/jq/program.hpp"

namespace {

using ocean::Json;
using ocean::jq::AllCases;
using ocean::jq::Budget;
using ocean::jq::Case;
using ocean::jq::Program;

std::string Run(const Case& test) {
  std::string got;
  try {
    Budget budget;
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
