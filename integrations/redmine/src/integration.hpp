#pragma once
/// @file The kinds of this integration.

#include "ocean/ocean.hpp"

namespace redmine {

/// Registers everything that the program does.
void SetUp(ocean::Integration& app);

}  // namespace redmine
