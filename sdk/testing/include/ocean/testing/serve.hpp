#pragma once
/// @file The program around a scripted upstream.

#include <cstdint>
#include <functional>
#include <string>
#include <string_view>

#include "ocean/http/server.hpp"

namespace CLI {
class App;
}

namespace ocean::testing {

/// Adds one route to a server; FakeUpstream::On fits, too.
using AddRoute =
    std::function<void(http::Method, std::string_view pattern, http::Server::Handler handler)>;

struct UpstreamProgram {
  /// What --help begins with.
  std::string description;
  /// Where it listens unless told otherwise.
  std::uint16_t port = 0;
  /// Adds the options that are its own.
  std::function<void(CLI::App&)> add_options;
  /// Makes what is served, once the options are known, and adds its routes; returns what to call it.
  std::function<std::string(const AddRoute& add)> start;
};

/// The whole main: reads the command line (--port, --latency-ms and the program's own options), serves on loopback, says where on
/// standard output ("<what> on http://… (Ctrl-C stops it)"), and returns the exit code when SIGINT or SIGTERM comes.
int RunUpstream(int argc, char** argv, const UpstreamProgram& program);

}  // namespace ocean::testing
