#pragma once
/// @file How Port asks for resyncs by calling us: the WEBHOOK listener.

#include <functional>
#include <string>

#include "ocean/config/settings.hpp"
#include "ocean/http/server.hpp"

namespace ocean::app {

/// What a caller of /resync must present. Port sends no credentials of its own, so the URL that it is given holds this; it follows
/// from the client secret, so that it stays the same over restarts.
std::string ResyncToken(const config::Settings& settings);

/// The URL that Port is given: app_host, the path and the token.
std::string ResyncUrl(const config::Settings& settings);

/// Adds POST /resync, without a prefix: 202 for a request that `ask` has noted, 401 without the right token.
void AddResyncRoute(http::Server& server, const std::string& token, std::function<void()> ask);

}  // namespace ocean::app
