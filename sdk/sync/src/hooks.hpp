#pragma once
/// @file The integration's own steps of a run.

#include "run.hpp"

namespace ocean::sync {

/// Before anything is read. After an error that passes (kTransient, kRateLimited) the run goes on and deletes nothing; throws every other.
void RunStartHooks(Run& run);

/// When everything was read and what is gone was looked for; not after a start hook that failed. An error makes the run incomplete;
/// throws Error{kCancelled} only.
void RunCompleteHooks(Run& run);

}  // namespace ocean::sync
