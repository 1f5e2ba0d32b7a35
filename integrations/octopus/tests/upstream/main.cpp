/// @file An Octopus-shaped server with made-up content, for demos and for trying things out.

#include <CLI/CLI.hpp>

#include "ocean/testing/serve.hpp"
#include "upstream/routes.hpp"

int main(int argc, char** argv) {
  CLI::App app("Serves a made-up Octopus server, shaped like Octopus Deploy's REST API.");
  octopus::upstream::SiteOptions options;
  std::uint16_t port = 8091;
  std::string api_key = "API-OF-NO-VALUE-AT-ALL";
  app.option_defaults()->always_capture_default();
  app.add_option("--port", port, "Port to listen on; 0 takes a free one");
  app.add_option("--api-key", api_key, "Who has it may use the server");
  app.add_option("--seed", options.seed, "The same seed makes the same server");
  app.add_option("--spaces", options.spaces, "Number of spaces");
  app.add_option("--projects", options.projects, "Projects of each space");
  app.add_option("--releases", options.releases, "Releases of each space");
  app.add_option("--deployments", options.deployments, "Deployments of each space");
  app.add_option("--machines", options.machines, "Deployment targets of each space");
  CLI11_PARSE(app, argc, argv);

  octopus::upstream::OctopusSite site(options);
  return ocean::testing::ServeUntilStopped(
      port, "Octopus-shaped server with " + std::to_string(site.object_count()) + " objects",
      [&](ocean::http::Server& server) {
        octopus::upstream::AddOctopusRoutes(
            site, api_key,
            [&server](ocean::http::Method method, std::string_view pattern,
                      ocean::http::Server::Handler handler) {
              server.Route(method, pattern, std::move(handler));
            });
      });
}
