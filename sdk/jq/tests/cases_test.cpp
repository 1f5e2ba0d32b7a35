/// @file The language, as data: each case in cases/*.test is a program, an input, and the outputs, one to a line, until a blank
/// line. A last line that starts with "! " is the error the run ends with. Lines that start with # before a program are comments.

#include <filesystem>
#include <fstream>
#include <string>
#include <vector>

#include "ocean/base/error.hpp"
#include "ocean/catch.hpp"
#include "ocean/jq/program.hpp"

namespace {

using ocean::Json;
using ocean::jq::Budget;
using ocean::jq::Program;

struct Case {
  std::string program;
  std::string input;
  std::string expected;
};

std::vector<Case> ReadCases(const std::filesystem::path& path) {
  std::ifstream file(path);
  std::vector<Case> cases;
  std::string line;
  while (std::getline(file, line)) {
    if (line.empty() || line.starts_with("#")) continue;
    Case current{line, "", ""};
    std::getline(file, current.input);
    while (std::getline(file, line) && !line.empty()) current.expected += line + "\n";
    cases.push_back(std::move(current));
  }
  return cases;
}

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
  std::size_t count = 0;
  for (const auto& entry : std::filesystem::directory_iterator(OCEAN_TEST_DIR "/cases")) {
    if (entry.path().extension() != ".test") continue;
    for (const Case& test : ReadCases(entry.path())) {
      INFO(entry.path().filename().string() << ": " << test.program);
      CHECK(Run(test) == test.expected);
      ++count;
    }
  }
  CHECK(count > 1250);
}
