#pragma once
/// @file A real redis-server on loopback that syncs each write, for tests that kill it.

#include <arpa/inet.h>
#include <fcntl.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include <csignal>
#include <filesystem>
#include <stdexcept>
#include <string>
#include <string_view>
#include <thread>

#include "ocean/base/hash.hpp"

namespace ocean::testing {

class RedisServer {
 public:
  RedisServer() {
    std::filesystem::create_directories(folder_);
    // Nobody is told of a connection that broke by a signal.
    std::signal(SIGPIPE, SIG_IGN);
    Start();
  }
  RedisServer(const RedisServer&) = delete;
  RedisServer& operator=(const RedisServer&) = delete;
  ~RedisServer() {
    Kill();
    std::filesystem::remove_all(folder_);
  }

  int port() const { return port_; }
  std::string url() const { return "redis://127.0.0.1:" + std::to_string(port_); }

  /// SIGKILL, as when the machine's memory is out.
  void Kill() {
    if (pid_ <= 0) return;
    kill(pid_, SIGKILL);
    waitpid(pid_, nullptr, 0);
    pid_ = 0;
  }
  /// Returns once it answers; what was there before is there again.
  void Start() {
    pid_ = fork();
    if (pid_ == 0) Execute();
    while (!Answers()) {
      if (waitpid(pid_, nullptr, WNOHANG) != 0) {
        throw std::runtime_error("redis-server does not start; `make setup` installs it");
      }
      std::this_thread::yield();
    }
  }

 private:
  static sockaddr_in Loopback(int port) {
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    address.sin_port = htons(static_cast<std::uint16_t>(port));
    return address;
  }
  static int FreePort() {
    const int socket = ::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    sockaddr_in address = Loopback(0);
    socklen_t size = sizeof(address);
    const bool bound = socket >= 0 &&
                       bind(socket, reinterpret_cast<sockaddr*>(&address), size) == 0 &&
                       getsockname(socket, reinterpret_cast<sockaddr*>(&address), &size) == 0;
    close(socket);
    if (!bound) throw std::runtime_error("no free port");
    return ntohs(address.sin_port);
  }
  [[noreturn]] void Execute() const {
    const std::string port = std::to_string(port_);
    const std::string folder = folder_.string();
    const int nothing = open("/dev/null", O_RDWR);
    if (nothing < 0) _exit(127);
    dup2(nothing, 1);
    dup2(nothing, 2);
    execlp("redis-server", "redis-server", "--port", port.c_str(), "--bind", "127.0.0.1", "--dir",
           folder.c_str(), "--appendonly", "yes", "--appendfsync", "always", "--save", "",
           static_cast<char*>(nullptr));
    _exit(127);
  }
  bool Answers() const {
    const int socket = ::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    if (socket < 0) return false;
    const sockaddr_in address = Loopback(port_);
    std::string answer(5, '\0');
    const bool asked =
        connect(socket, reinterpret_cast<const sockaddr*>(&address), sizeof(address)) == 0 &&
        send(socket, "PING\r\n", 6, MSG_NOSIGNAL) == 6;
    const bool answered = asked && recv(socket, answer.data(), answer.size(), MSG_WAITALL) == 5;
    close(socket);
    return answered && answer == "+PONG";
  }

  const std::filesystem::path folder_ =
      std::filesystem::temp_directory_path() / ("ocean-redis-" + RandomUuid());
  const int port_ = FreePort();
  pid_t pid_ = 0;
};

}  // namespace ocean::testing
