#include "resync_route.hpp"

#include <utility>

#include "ocean/base/hash.hpp"
#include "ocean/base/json.hpp"

namespace ocean::app {

namespace {

constexpr auto kPath = "/resync";

}  // namespace

std::string ResyncToken(const config::Settings& settings) {
  return Sha256Hex("resync " + Sha256Hex(settings.port.client_secret.Reveal()) + " " +
                   settings.integration.identifier);
}

std::string ResyncUrl(const config::Settings& settings) {
  return settings.event_listener.app_host.Reveal() + kPath + "?token=" + ResyncToken(settings);
}

void AddResyncRoute(http::Server& server, const std::string& token, std::function<void()> ask) {
  // Hashes are compared, so that the time it takes tells nothing of the token.
  server.Route(
      http::Method::kPost, kPath,
      [ask = std::move(ask), expected = Sha256Hex(token)](const http::ServerRequest& request) {
        if (Sha256Hex(request.QueryValue("token")) != expected) {
          return http::ServerResponse::OfJson(401, {{"ok", false},
                                                    {"error", "unauthorized"},
                                                    {"message", "the token is missing or wrong"}});
        }
        ask();
        return http::ServerResponse::OfJson(202, {{"ok", true}});
      });
}

}  // namespace ocean::app
