/// @file A Jira-shaped server with a site that a seed makes up, for demos and for trying things out.

#include <CLI/CLI.hpp>
#include <optional>

#include "ocean/testing/serve.hpp"
#include "upstream/routes.hpp"

int main(int argc, char** argv) {
  jira::upstream::SiteOptions options;
  jira::upstream::Credentials credentials;
  std::optional<jira::upstream::JiraSite> site;
  std::optional<jira::upstream::Planning> planning;
  return ocean::testing::RunUpstream(
      argc, argv,
      {.description = "Serves a made-up Jira site, shaped like Jira Cloud's REST API.",
       .port = 8090,
       .add_options =
           [&](CLI::App& app) {
             app.add_option("--seed", options.seed, "The same seed makes the same site");
             app.add_option("--projects", options.projects, "Number of projects");
             app.add_option("--users", options.users, "Number of users");
             app.add_option("--issues", options.issues, "Number of issues");
             app.add_option("--email", credentials.email, "Account that may use the site");
             app.add_option("--token", credentials.token, "Its API token");
           },
       .start =
           [&](const ocean::testing::AddRoute& add) {
             site.emplace(options);
             planning.emplace(jira::upstream::Generate(options));
             jira::upstream::AddJiraRoutes(*site, *planning, credentials, add);
             return std::string("Jira-shaped server");
           }});
}
