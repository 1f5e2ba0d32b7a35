/// @file Runs suites in jq's own format, and tells how many of their cases hold.
///
///     jq_conformance [--verbose] [--excluded FILE] SUITE.test…
///     jq_conformance --compile-only EXPRESSIONS.tsv
///
/// A case is a program, an input, and the outputs that follow until a blank line; after `%%FAIL` it is a program that must not
/// compile. Excluded cases are listed, one to a line: the suite's file name, a tab, the program, a tab, the reason; they are
/// counted apart, printed one by one, and may be at most 8 % of a suite.

#include <fstream>
#include <iostream>
#include <map>
#include <set>
#include <sstream>
#include <string>
#include <vector>

#include "ocean/base/error.hpp"
#include "ocean/base/json.hpp"
#include "ocean/base/text.hpp"
#include "ocean/jq/program.hpp"

namespace {

using ocean::Json;
using ocean::jq::Budget;
using ocean::jq::Program;

struct Case {
  std::string program;
  std::string input;
  std::vector<std::string> outputs;
  std::size_t line = 0;
  bool must_not_compile = false;
};

struct Options {
  bool verbose = false;
  std::string excluded;
  std::vector<std::string> files;
  std::string expressions;
};

/// Reads a value as the suites write it, by the engine itself: `nan` is one.
Json ReadValue(const std::string& text) {
  static const Program from_json = Program::Compile("fromjson");
  std::string value = text;
  if (value.starts_with("\xEF\xBB\xBF")) value.erase(0, 3);
  Budget budget;
  const auto result = from_json.First(Json(value), budget);
  if (!result.value) throw ocean::Error(ocean::ErrorKind::kPermanent, result.error);
  return *result.value;
}

bool IsSkipped(const std::string& line) {
  const std::size_t first = line.find_first_not_of(" \t");
  return first == std::string::npos || line[first] == '#';
}

std::vector<Case> ReadCases(const std::string& path) {
  std::ifstream file(path);
  if (!file) throw ocean::Error(ocean::ErrorKind::kConfig, "cannot read " + path);
  std::vector<Case> cases;
  std::string line;
  std::size_t number = 0;
  const auto next = [&] {
    ++number;
    return static_cast<bool>(std::getline(file, line));
  };
  while (next()) {
    if (IsSkipped(line)) continue;
    Case current;
    current.must_not_compile = line.starts_with("%%FAIL");
    if (current.must_not_compile && !next()) break;
    current.program = line;
    current.line = number;
    if (!current.must_not_compile && next()) current.input = line;
    while (next() && !line.empty()) {
      if (!IsSkipped(line)) current.outputs.push_back(line);
    }
    cases.push_back(std::move(current));
  }
  return cases;
}

/// Numbers that are the same to a double are the same; so suites of arithmetic can be compared.
bool IsSame(const Json& a, const Json& b) {
  static const Program same =
      Program::Compile("(.[0] | tojson) == (.[1] | tojson) or .[0] == .[1]");
  Budget budget;
  return same.First(Json::array({a, b}), budget).value == Json(true);
}

/// What is wrong with a case; empty when it holds.
std::string Check(const Case& test) {
  ocean::jq::CompileOptions options;
  options.rewrite_single_quotes = false;
  options.allow_environment = true;
  options.environment = {{"PAGER", "less"}};
  try {
    const Program program = Program::Compile(test.program, options);
    if (test.must_not_compile) return "compiles, but must not";
    std::vector<Json> outputs;
    std::string error;
    Budget budget;
    try {
      program.ForEach(ReadValue(test.input), budget, [&](Json&& output) {
        outputs.push_back(std::move(output));
        return true;
      });
    } catch (const ocean::Error& problem) {
      error = problem.what();
    }
    for (std::size_t i = 0; i < std::max(outputs.size(), test.outputs.size()); ++i) {
      if (i >= outputs.size())
        return "missing " + test.outputs[i] + (error.empty() ? "" : ", error: " + error);
      if (i >= test.outputs.size()) return "too much: " + ocean::DumpJson(outputs[i]);
      if (!IsSame(outputs[i], ReadValue(test.outputs[i]))) {
        return "got " + ocean::DumpJson(outputs[i]) + ", expected " + test.outputs[i];
      }
    }
    return "";
  } catch (const ocean::Error& problem) {
    return test.must_not_compile ? "" : problem.what();
  }
}

using Exclusions = std::map<std::pair<std::string, std::string>, std::string>;

Exclusions ReadExclusions(const std::string& path) {
  Exclusions exclusions;
  std::ifstream file(path);
  std::string line;
  while (std::getline(file, line)) {
    const auto fields = ocean::Split(line, '\t');
    if (fields.size() == 3 && !line.starts_with("#"))
      exclusions[{fields[0], fields[1]}] = fields[2];
  }
  return exclusions;
}

/// "jq-1.8.1/jq.test" of "…/jq-1.8.1/tests/jq.test".
std::string ShortName(const std::string& path) {
  auto parts = ocean::Split(path, '/');
  std::erase(parts, "tests");
  return parts.size() < 2 ? path : parts[parts.size() - 2] + "/" + parts.back();
}

/// A suite of which more is excluded says little.
constexpr std::size_t kMaxExcludedPercent = 8;

/// Returns how many cases failed; too many exclusions are a failure too.
int RunSuite(const std::string& path, const Exclusions& exclusions, bool verbose) {
  const std::string name = ShortName(path);
  int passed = 0;
  int excluded = 0;
  std::ostringstream details;
  const std::vector<Case> cases = ReadCases(path);
  for (const Case& test : cases) {
    const auto reason = exclusions.find({name, test.program});
    if (reason != exclusions.end()) {
      ++excluded;
      details << "  excluded, line " << test.line << ": " << test.program << ": " << reason->second
              << "\n";
      continue;
    }
    const std::string problem = Check(test);
    if (problem.empty()) {
      ++passed;
    } else if (verbose) {
      details << "  failed, line " << test.line << ": " << test.program << "\n    " << problem
              << "\n";
    }
  }
  const int total = static_cast<int>(cases.size()) - excluded;
  std::cout << "conformance " << name << ": " << passed << "/" << total;
  if (excluded > 0) std::cout << " (" << excluded << " of " << cases.size() << " excluded)";
  std::cout << "\n" << details.str();
  if (static_cast<std::size_t>(excluded) * 100 <= kMaxExcludedPercent * cases.size())
    return total - passed;
  std::cout << "  too many are excluded: at most " << kMaxExcludedPercent << " % may be\n";
  return total - passed + 1;
}

/// Compiles the last column, a JSON string, of each row. Returns how many do not compile.
int CompileAll(const std::string& path) {
  std::ifstream file(path);
  std::string line;
  std::getline(file, line);
  int total = 0;
  int failed = 0;
  while (std::getline(file, line)) {
    const std::string expression =
        ocean::ParseJson(line.substr(line.rfind('\t') + 1)).get<std::string>();
    ++total;
    try {
      Program::Compile(expression);
    } catch (const ocean::Error& problem) {
      ++failed;
      std::cout << "  " << expression << "\n    " << problem.what() << "\n";
    }
  }
  std::cout << "compiled " << ShortName(path) << ": " << total - failed << "/" << total << "\n";
  return failed;
}

Options ReadOptions(int count, char** words) {
  Options options;
  for (int i = 1; i < count; ++i) {
    const std::string word = words[i];
    if (word == "--verbose") {
      options.verbose = true;
    } else if (word == "--excluded" && i + 1 < count) {
      options.excluded = words[++i];
    } else if (word == "--compile-only" && i + 1 < count) {
      options.expressions = words[++i];
    } else {
      options.files.push_back(word);
    }
  }
  return options;
}

}  // namespace

int main(int count, char** words) {
  const Options options = ReadOptions(count, words);
  try {
    const Exclusions exclusions =
        ReadExclusions(options.excluded.empty() ? OCEAN_JQ_EXCLUDED : options.excluded);
    int failed = options.expressions.empty() ? 0 : CompileAll(options.expressions);
    for (const std::string& file : options.files)
      failed += RunSuite(file, exclusions, options.verbose);
    return failed == 0 ? 0 : 1;
  } catch (const ocean::Error& error) {
    std::cerr << error.what() << "\n";
    return 2;
  }
}
