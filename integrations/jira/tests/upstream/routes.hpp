#pragma once
/// @file Jira's REST API over a site.

#include <functional>
#include <string>
#include <string_view>

#include "ocean/http/server.hpp"
#include "upstream/planning.hpp"
#include "upstream/site.hpp"

namespace jira::upstream {

/// Who may use the site.
struct Credentials {
  std::string email = "demo@acme.example";
  std::string token = "demo-token-of-no-value";
};

/// Adds one route to a server: http::Server::Route and testing::FakeUpstream::On fit.
using AddRoute = std::function<void(ocean::http::Method, std::string_view pattern,
                                    ocean::http::Server::Handler handler)>;

/// Adds the routes of the REST APIs, which ask for `credentials` (as Basic, or the token alone as
/// Bearer) and tell their rate limit.
///
/// Lifetime  the routes borrow `site` and `planning`
void AddJiraRoutes(JiraSite& site, Planning& planning, const Credentials& credentials,
                   const AddRoute& add);

}  // namespace jira::upstream
