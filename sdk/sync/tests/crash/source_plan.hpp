#pragma once
/// @file What the process that crash tests kill and the one that kills it agree on.

#include "ocean/port/client.hpp"

namespace ocean::sync::crash {

/// Kinds, and blueprints of the same names.
inline constexpr const char* kKinds[] = {"red", "blue"};

inline const port::Identity kIdentity{"crash", "1.0.0", "crash"};

}  // namespace ocean::sync::crash
