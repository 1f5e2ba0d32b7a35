#include "ocean/testing/serve.hpp"

#include <pthread.h>

#include <CLI/CLI.hpp>
#include <chrono>
#include <csignal>
#include <iostream>
#include <utility>

#include "ocean/base/clock.hpp"
#include "ocean/base/error.hpp"

namespace ocean::testing {

namespace {

/// More than any integration asks at a time: answers that take their time must not wait for each other.
constexpr int kWorkers = 96;

/// Blocks SIGINT and SIGTERM in this thread and in those it starts, so that one sigwait gets them.
sigset_t BlockStopSignals() {
  sigset_t signals;
  sigemptyset(&signals);
  sigaddset(&signals, SIGINT);
  sigaddset(&signals, SIGTERM);
  pthread_sigmask(SIG_BLOCK, &signals, nullptr);
  return signals;
}

/// A handler whose answers take that long, at least.
http::Server::Handler Delayed(http::Server::Handler handler, std::chrono::milliseconds latency) {
  if (latency == std::chrono::milliseconds::zero()) return handler;
  return [handler = std::move(handler), latency](const http::ServerRequest& request) {
    Clock::System().SleepFor(latency, {});
    return handler(request);
  };
}

void Serve(const UpstreamProgram& program, std::uint16_t port, std::chrono::milliseconds latency) {
  const sigset_t stop_signals = BlockStopSignals();
  http::Server server({.address = "127.0.0.1", .port = port, .workers = kWorkers},
                      Logger::ToStderr(LogLevel::kWarning, LogFormat::kText));
  const std::string what = program.start(
      [&](http::Method method, std::string_view pattern, http::Server::Handler handler) {
        server.Route(method, pattern, Delayed(std::move(handler), latency));
      });
  server.Start();
  std::cout << what << " on " << server.url() << " (Ctrl-C stops it)\n" << std::flush;
  int signal = 0;
  sigwait(&stop_signals, &signal);
  server.Stop();
}

}  // namespace

int RunUpstream(int argc, char** argv, const UpstreamProgram& program) {
  CLI::App app(program.description);
  std::uint16_t port = program.port;
  int latency_ms = 0;
  app.option_defaults()->always_capture_default();
  app.add_option("--port", port, "Port to listen on; 0 takes a free one");
  app.add_option("--latency-ms", latency_ms, "What each answer takes, at least")
      ->check(CLI::NonNegativeNumber);
  program.add_options(app);
  CLI11_PARSE(app, argc, argv);
  try {
    Serve(program, port, std::chrono::milliseconds(latency_ms));
  } catch (const Error& error) {
    std::cerr << "error: " << error.what() << "\n";
    return 1;
  }
  return 0;
}

}  // namespace ocean::testing
