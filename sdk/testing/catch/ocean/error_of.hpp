#pragma once
/// @file What a piece of work throws, as text that a test can compare.

#include <string>
#include <utility>

#include "ocean/base/error.hpp"

namespace ocean::testing {

/// "kind: message" of the Error that `work` throws, or "" when it throws none. Other exceptions pass:
/// they fail the test.
template <class Work>
std::string ErrorOf(Work&& work) {
  try {
    std::forward<Work>(work)();
  } catch (const Error& error) {
    return std::string(ToString(error.kind())) + ": " + error.what();
  }
  return {};
}

}  // namespace ocean::testing
