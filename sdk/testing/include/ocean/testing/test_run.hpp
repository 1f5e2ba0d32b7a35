#pragma once
/// @file How this run of the tests is made: with which sanitizers, and what it was told from outside.

// OCEAN_UNDER_TSAN and OCEAN_UNDER_ASAN are defined where these sanitizers are built in, for code that cannot even be compiled then.
#if defined(__SANITIZE_THREAD__)
#define OCEAN_UNDER_TSAN
#elif defined(__SANITIZE_ADDRESS__)
#define OCEAN_UNDER_ASAN
#elif defined(__has_feature)
#if __has_feature(thread_sanitizer)
#define OCEAN_UNDER_TSAN
#elif __has_feature(address_sanitizer)
#define OCEAN_UNDER_ASAN
#endif
#endif

#include <cstdlib>

#include "ocean/base/text.hpp"

namespace ocean::testing {

/// Everything takes many times longer then.
#if defined(OCEAN_UNDER_TSAN) || defined(OCEAN_UNDER_ASAN)
inline constexpr bool kIsSanitized = true;
#else
inline constexpr bool kIsSanitized = false;
#endif

/// The whole number in an environment variable; `fallback` where there is none.
template <class Number>
Number FromEnvironment(const char* variable, Number fallback) {
  const char* text = std::getenv(variable);
  const auto number = text != nullptr ? ParseInt(text) : std::nullopt;
  return number ? static_cast<Number>(*number) : fallback;
}

}  // namespace ocean::testing
