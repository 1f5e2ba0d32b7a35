#pragma once
/// @file A Port that a test scripts, and a client of it.

#include <memory>

#include "ocean/base/json.hpp"
#include "ocean/port/client.hpp"
#include "ocean/testing/capture_log.hpp"
#include "ocean/testing/fake_upstream.hpp"
#include "ocean/testing/manual_clock.hpp"

namespace ocean::port {

/// Answers tokens by itself; everything else is up to the test.
struct PortFixture {
  PortFixture() {
    fake.On(
        http::Method::kPost, "/v1/auth/access_token", [this](const http::ServerRequest& request) {
          const int number = ++tokens;
          if (GetString(request.ParseBody(), "clientSecret") != "secret") {
            return http::ServerResponse::OfJson(401, {{"ok", false}, {"error", "unauthorized"}});
          }
          return http::ServerResponse::OfJson(200,
                                              {{"accessToken", "token" + std::to_string(number)},
                                               {"expiresIn", 3600},
                                               {"tokenType", "Bearer"}});
        });
  }

  /// After the routes are set.
  Client& Start(ClientOptions options = {}) {
    fake.Start();
    options.base_url = fake.url() + "/";
    options.client_id = "id";
    if (options.client_secret.empty()) options.client_secret = Secret("secret");
    options.identity = {"jira", "1.2.3", "my-jira"};
    client = std::make_unique<Client>(
        std::move(options),
        http::ClientFactory{
            .transport = http::MakeCurlTransport(), .clock = clock, .logger = log.logger()});
    return *client;
  }

  /// The requests besides those for tokens.
  std::vector<http::ServerRequest> Requests() const {
    std::vector<http::ServerRequest> requests;
    for (auto& request : fake.Requests()) {
      if (request.path != "/v1/auth/access_token") requests.push_back(std::move(request));
    }
    return requests;
  }

  std::atomic<int> tokens{0};
  testing::ManualClock clock;
  testing::CaptureLog log;
  testing::FakeUpstream fake;
  std::unique_ptr<Client> client;
};

}  // namespace ocean::port
