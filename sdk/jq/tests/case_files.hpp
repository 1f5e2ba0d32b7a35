#pragma once
/// @file The language, as data: each case in cases/*.test is a program, an input, and the outputs, one to a line, until a blank
/// line. A last line that starts with "! " is the error the run ends with. Lines that start with # before a program are comments.

#include <filesystem>
#include <fstream>
#include <string>
#include <utility>
#include <vector>

namespace ocean::jq {

struct Case {
  std::string file;
  std::string program;
  std::string input;
  std::string expected;
};

inline void ReadCases(const std::filesystem::path& path, std::vector<Case>& cases) {
  std::ifstream file(path);
  std::string line;
  while (std::getline(file, line)) {
    if (line.empty() || line.starts_with("#")) continue;
    Case current{path.filename().string(), line, "", ""};
    std::getline(file, current.input);
    while (std::getline(file, line) && !line.empty()) current.expected += line + "\n";
    cases.push_back(std::move(current));
  }
}

/// Those of all files in `folder`.
inline std::vector<Case> AllCases(const std::filesystem::path& folder) {
  std::vector<Case> cases;
  for (const auto& entry : std::filesystem::directory_iterator(folder)) {
    if (entry.path().extension() == ".test") ReadCases(entry.path(), cases);
  }
  return cases;
}

}  // namespace ocean::jq
