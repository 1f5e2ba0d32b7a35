#pragma once
/// @file An integration set up for a test.

#include <functional>
#include <string>

#include "ocean/app/integration.hpp"
#include "ocean/testing/capture_log.hpp"

namespace ocean::testing {

/// Sets an integration up as Main would, for as long as `work` lasts; time stands still, and neither
/// the environment nor files beside the spec have a say.
void WithIntegration(const std::string& folder, const Json& config,
                     const std::function<void(Integration&)>& setup, const CaptureLog& log,
                     const std::function<void(Integration&)>& work);

}  // namespace ocean::testing
