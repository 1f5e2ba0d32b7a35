#pragma once
/// @file An Octopus server for tests: served on a free port, edited by the test, and made to fail.

#include <string>
#include <utility>

#include "ocean/base/json.hpp"
#include "ocean/testing/fake_upstream.hpp"
#include "upstream/routes.hpp"
#include "upstream/site.hpp"

namespace octopus::upstream {

class FakeOctopus {
 public:
  explicit FakeOctopus(const SiteOptions& options = {}) : site_(options) {
    AddOctopusRoutes(site_, api_key_,
                     [this](ocean::http::Method method, std::string_view pattern,
                            ocean::http::Server::Handler handler) {
                       upstream_.On(method, pattern, std::move(handler));
                     });
    upstream_.Start();
  }

  OctopusSite& site() { return site_; }
  ocean::testing::FakeUpstream& upstream() { return upstream_; }
  std::string url() const { return upstream_.url(); }
  /// The integration's configuration that fits this server.
  ocean::Json Config() const { return {{"serverUrl", url()}, {"octopusApiKey", api_key_}}; }

 private:
  const std::string api_key_ = "API-OF-NO-VALUE-AT-ALL";
  OctopusSite site_;
  /// Last: its threads end before what they use.
  ocean::testing::FakeUpstream upstream_;
};

}  // namespace octopus::upstream
