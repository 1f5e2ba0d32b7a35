#pragma once
/// @file The .env file.

#include <string>
#include <string_view>
#include <vector>

#include "ocean/config/problems.hpp"

namespace ocean::config {

struct DotenvEntry {
  std::string name;
  std::string value;
  int line = 0;
};

/// Reads lines of KEY=value: an optional "export", # comments, single quotes (verbatim), double quotes (with \n, \t, \", \\),
/// both over several lines. A $ has no meaning. What cannot be read is a problem at "<file>:<line>".
std::vector<DotenvEntry> ParseDotenv(std::string_view text, const std::string& file_name,
                                     Problems& problems);

}  // namespace ocean::config
