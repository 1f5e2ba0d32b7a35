#pragma once
/// @file The company that is made up.

#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

#include "ocean/ocean.hpp"

namespace fake {

/// hr, marketing, finance, support, morpazia.
const std::vector<std::string>& Departments();

struct PersonOptions {
  std::int64_t seed = 1;
  std::size_t kilobytes = 1;
  /// So many of a hundred persons depend on the generation.
  int churn_percent = 0;
  std::string generation = {};
};

/// The person at `position` in a department: the same for the same options.
ocean::Json MakePerson(const std::string& department, std::size_t position,
                       const PersonOptions& options);
ocean::Json Offices();
ocean::Json Teams();
ocean::Json Projects();

}  // namespace fake
