#include "ocean/testing/serve.hpp"

#include <pthread.h>

#include <csignal>
#include <iostream>

#include "ocean/base/error.hpp"

namespace ocean::testing {

namespace {

/// Blocks SIGINT and SIGTERM in this thread and in those it starts, so that one sigwait gets them.
sigset_t BlockStopSignals() {
  sigset_t signals;
  sigemptyset(&signals);
  sigaddset(&signals, SIGINT);
  sigaddset(&signals, SIGTERM);
  pthread_sigmask(SIG_BLOCK, &signals, nullptr);
  return signals;
}

}  // namespace

int ServeUntilStopped(std::uint16_t port, const std::string& what,
                      const std::function<void(http::Server&)>& add_routes) {
  const sigset_t stop_signals = BlockStopSignals();
  try {
    http::Server server({.address = "127.0.0.1", .port = port},
                        Logger::ToStderr(LogLevel::kWarning, LogFormat::kText));
    add_routes(server);
    server.Start();
    std::cout << what << " on " << server.url() << " (Ctrl-C stops it)\n" << std::flush;
    int signal = 0;
    sigwait(&stop_signals, &signal);
    server.Stop();
  } catch (const Error& error) {
    std::cerr << "error: " << error.what() << "\n";
    return 1;
  }
  return 0;
}

}  // namespace ocean::testing
