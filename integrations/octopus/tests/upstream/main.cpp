/// @file An Octopus-shaped server with made-up content, for demos and for trying things out.

#include <CLI/CLI.hpp>
#include <optional>

#include "ocean/testing/serve.hpp"
#include "upstream/routes.hpp"

int main(int argc, char** argv) {
  octopus::upstream::SiteOptions options;
  std::string api_key = "API-OF-NO-VALUE-AT-ALL";
  std::optional<octopus::upstream::OctopusSite> site;
  return ocean::testing::RunUpstream(
      argc, argv,
      {.description = "Serves a made-up Octopus server, shaped like Octopus Deploy's REST API.",
       .port = 8091,
       .add_options =
           [&](CLI::App& app) {
             app.add_option("--api-key", api_key, "Who has it may use the server");
             app.add_option("--seed", options.seed, "The same seed makes the same server");
             app.add_option("--spaces", options.spaces, "Number of spaces");
             app.add_option("--projects", options.projects, "Projects of each space");
             app.add_option("--releases", options.releases, "Releases of each space");
             app.add_option("--deployments", options.deployments, "Deployments of each space");
             app.add_option("--machines", options.machines, "Deployment targets of each space");
           },
       .start =
           [&](const ocean::testing::AddRoute& add) {
             site.emplace(options);
             octopus::upstream::AddOctopusRoutes(*site, api_key, add);
             return "Octopus-shaped server with " + std::to_string(site->object_count()) +
                    " objects";
           }});
}
