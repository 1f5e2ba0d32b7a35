#pragma once
/// @file Octopus's REST API over a site.

#include <functional>
#include <string>
#include <string_view>

#include "ocean/http/server.hpp"
#include "upstream/site.hpp"

namespace octopus::upstream {

/// Adds one route to a server: http::Server::Route and testing::FakeUpstream::On fit.
using AddRoute = std::function<void(ocean::http::Method, std::string_view pattern,
                                    ocean::http::Server::Handler handler)>;

/// Adds the routes of the REST API, which ask for `api_key`.
///
/// Lifetime  the routes borrow `site`
void AddOctopusRoutes(OctopusSite& site, const std::string& api_key, const AddRoute& add);

}  // namespace octopus::upstream
