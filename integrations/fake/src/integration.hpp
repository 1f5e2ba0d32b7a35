#pragma once
/// @file The kinds of this integration.

#include "ocean/ocean.hpp"

namespace fake {

/// Registers everything that the program does.
void SetUp(ocean::Integration& app);

}  // namespace fake
