/// @file A Jira-shaped server with a site that a seed makes up, for demos and for trying things out.

#include <pthread.h>

#include <CLI/CLI.hpp>
#include <csignal>
#include <iostream>

#include "ocean/base/error.hpp"
#include "upstream/routes.hpp"

namespace {

using jira::upstream::Credentials;
using jira::upstream::JiraSite;
using jira::upstream::SiteOptions;

struct Options {
  SiteOptions site;
  Credentials credentials;
  std::uint16_t port = 8090;
};

void Declare(CLI::App& app, Options& options) {
  app.option_defaults()->always_capture_default();
  app.add_option("--port", options.port, "Port to listen on; 0 takes a free one");
  app.add_option("--seed", options.site.seed, "The same seed makes the same site");
  app.add_option("--projects", options.site.projects, "Number of projects");
  app.add_option("--users", options.site.users, "Number of users");
  app.add_option("--issues", options.site.issues, "Number of issues");
  app.add_option("--email", options.credentials.email, "Account that may use the site");
  app.add_option("--token", options.credentials.token, "Its API token");
}

/// Blocks SIGINT and SIGTERM in this thread and in those it starts, so that one sigwait gets them.
sigset_t BlockStopSignals() {
  sigset_t signals;
  sigemptyset(&signals);
  sigaddset(&signals, SIGINT);
  sigaddset(&signals, SIGTERM);
  pthread_sigmask(SIG_BLOCK, &signals, nullptr);
  return signals;
}

void Serve(const Options& options) {
  const sigset_t stop_signals = BlockStopSignals();
  JiraSite site(options.site);
  ocean::http::Server server(
      {.address = "127.0.0.1", .port = options.port},
      ocean::Logger::ToStderr(ocean::LogLevel::kWarning, ocean::LogFormat::kText));
  jira::upstream::AddJiraRoutes(site, options.credentials,
                                [&server](ocean::http::Method method, std::string_view pattern,
                                          ocean::http::Server::Handler handler) {
                                  server.Route(method, pattern, std::move(handler));
                                });
  server.Start();
  std::cout << "Jira-shaped server on " << server.url() << " (" << site.project_count()
            << " projects, " << site.user_count() << " users, " << site.issue_count() << " issues)"
            << "\n"
            << std::flush;
  int signal = 0;
  sigwait(&stop_signals, &signal);
  server.Stop();
}

}  // namespace

int main(int argc, char** argv) {
  CLI::App app("Serves a made-up Jira site, shaped like Jira Cloud's REST API.");
  Options options;
  Declare(app, options);
  CLI11_PARSE(app, argc, argv);
  try {
    Serve(options);
  } catch (const ocean::Error& error) {
    std::cerr << "error: " << error.what() << "\n";
    return 1;
  }
  return 0;
}
