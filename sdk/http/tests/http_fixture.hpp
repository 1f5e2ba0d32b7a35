#pragma once
/// @file A server on a free port of loopback, for this room's tests.

#include "ocean/http/server.hpp"
#include "ocean/http/transport.hpp"

namespace ocean::http::test {

inline ServerOptions LoopbackOptions() {
  ServerOptions options;
  options.address = "127.0.0.1";
  options.port = 0;
  return options;
}

class TestServer : public Server {
 public:
  explicit TestServer(ServerOptions options = LoopbackOptions()) : Server(options, Logger::Null()) {}
};

}  // namespace ocean::http::test
