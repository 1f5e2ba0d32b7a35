#pragma once
/// @file The end of a scripted upstream's main.

#include <cstdint>
#include <functional>
#include <string>

#include "ocean/http/server.hpp"

namespace ocean::testing {

/// Serves on loopback what `add_routes` adds, says where on standard output ("<what> on http://… (Ctrl-C stops it)"), and
/// returns the exit code when SIGINT or SIGTERM comes.
///
/// Port      0 takes a free one
int ServeUntilStopped(std::uint16_t port, const std::string& what,
                      const std::function<void(http::Server&)>& add_routes);

}  // namespace ocean::testing
