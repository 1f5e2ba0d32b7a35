/// @file A Jira-shaped server with a site that a seed makes up, for demos and for trying things out.

#include <CLI/CLI.hpp>

#include "ocean/testing/serve.hpp"
#include "upstream/routes.hpp"

int main(int argc, char** argv) {
  CLI::App app("Serves a made-up Jira site, shaped like Jira Cloud's REST API.");
  jira::upstream::SiteOptions options;
  jira::upstream::Credentials credentials;
  std::uint16_t port = 8090;
  app.option_defaults()->always_capture_default();
  app.add_option("--port", port, "Port to listen on; 0 takes a free one");
  app.add_option("--seed", options.seed, "The same seed makes the same site");
  app.add_option("--projects", options.projects, "Number of projects");
  app.add_option("--users", options.users, "Number of users");
  app.add_option("--issues", options.issues, "Number of issues");
  app.add_option("--email", credentials.email, "Account that may use the site");
  app.add_option("--token", credentials.token, "Its API token");
  CLI11_PARSE(app, argc, argv);

  jira::upstream::JiraSite site(options);
  jira::upstream::Planning planning(jira::upstream::Generate(options));
  return ocean::testing::ServeUntilStopped(
      port, "Jira-shaped server", [&](ocean::http::Server& server) {
        jira::upstream::AddJiraRoutes(
            site, planning, credentials,
            [&server](ocean::http::Method method, std::string_view pattern,
                      ocean::http::Server::Handler handler) {
              server.Route(method, pattern, std::move(handler));
            });
      });
}
