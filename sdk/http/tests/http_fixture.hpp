#pragma once
/// @file What this room's tests share: a server on loopback, a scripted transport, a raw connection.

#include <arpa/inet.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <unistd.h>

#include <array>
#include <bit>
#include <functional>
#include <mutex>
#include <stdexcept>
#include <string>
#include <string_view>
#include <vector>

#include "ocean/base/error.hpp"
#include "ocean/base/json.hpp"
#include "ocean/http/client.hpp"
#include "ocean/http/server.hpp"
#include "ocean/testing/manual_clock.hpp"

namespace ocean::http::test {

inline ServerOptions LoopbackOptions() {
  ServerOptions options;
  options.address = "127.0.0.1";
  options.port = 0;
  return options;
}

class TestServer : public Server {
 public:
  explicit TestServer(ServerOptions options = LoopbackOptions(), Logger logger = Logger::Null())
      : Server(std::move(options), std::move(logger)) {}
};

inline Response Answer(int status, Headers headers = {}, std::string body = "{}") {
  return Response{status, std::move(headers), std::move(body), "GET http://test"};
}

/// A transport whose answers come from a function of the request and its number, from 0.
class ScriptedTransport : public Transport {
 public:
  using Script = std::function<Response(const WireRequest&, std::size_t number)>;
  explicit ScriptedTransport(Script script) : script_(std::move(script)) {}

  Response Send(const WireRequest& wire, const std::stop_token& stop) override {
    if (stop.stop_requested()) ThrowCancelled("sending");
    std::size_t number = 0;
    {
      std::lock_guard lock(mutex_);
      number = sent_.size();
      sent_.push_back(wire);
    }
    return script_(wire, number);
  }

  std::vector<WireRequest> Sent() const {
    std::lock_guard lock(mutex_);
    return sent_;
  }

 private:
  const Script script_;
  mutable std::mutex mutex_;
  std::vector<WireRequest> sent_;
};

/// Runs `work` and returns the error it must end with.
template <class Work>
Error ErrorOf(Work&& work) {
  try {
    work();
  } catch (const Error& error) {
    return error;
  }
  throw std::logic_error("no error was thrown");
}

/// A client's connection, byte by byte.
class RawConnection {
 public:
  explicit RawConnection(std::uint16_t port) : socket_(::socket(AF_INET, SOCK_STREAM, 0)) {
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_port = htons(port);
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    const auto* generic = std::bit_cast<const sockaddr*>(&address);
    if (::connect(socket_, generic, sizeof address) != 0) throw std::runtime_error("connect");
  }
  ~RawConnection() { ::close(socket_); }
  RawConnection(const RawConnection&) = delete;
  RawConnection& operator=(const RawConnection&) = delete;

  void Write(std::string_view bytes) const {
    while (!bytes.empty()) {
      const ssize_t sent = ::send(socket_, bytes.data(), bytes.size(), MSG_NOSIGNAL);
      if (sent <= 0) return;
      bytes.remove_prefix(static_cast<std::size_t>(sent));
    }
  }

  /// Everything until the server closes.
  std::string ReadAll() const {
    return ReadUntil([](const std::string&) { return false; });
  }

  /// Everything until `text` came, or the end.
  std::string ReadUntilText(std::string_view text) const {
    return ReadUntil([&](const std::string& all) { return all.find(text) != std::string::npos; });
  }

 private:
  std::string ReadUntil(const std::function<bool(const std::string&)>& enough) const {
    std::string all;
    std::array<char, 4096> part{};
    while (!enough(all)) {
      const ssize_t size = ::recv(socket_, part.data(), part.size(), 0);
      if (size <= 0) break;
      all.append(part.data(), static_cast<std::size_t>(size));
    }
    return all;
  }

  int socket_;
};

/// All that comes back until the server closes.
inline std::string Ask(std::uint16_t port, std::string_view request) {
  const RawConnection connection(port);
  connection.Write(request);
  return connection.ReadAll();
}

inline std::string StatusLine(const std::string& answer) {
  return answer.substr(0, answer.find("\r\n"));
}

inline std::string BodyOf(const std::string& answer) {
  return answer.substr(answer.find("\r\n\r\n") + 4);
}

}  // namespace ocean::http::test
