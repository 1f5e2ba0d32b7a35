// Measures the client against the server on loopback: requests per second, the client's CPU time per request, and how long a
// request takes beside a thousand stalled ones.
//
//   http_bench [REQUESTS] [CALLERS] [REQUEST_BYTES] [ANSWER_BYTES]
//
// The server runs in a child process, so that the CPU time is the client's alone.
#include <netinet/in.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <csignal>
#include <cstdio>
#include <cstdlib>
#include <thread>
#include <vector>

#include "ocean/base/error.hpp"
#include "ocean/http/client.hpp"
#include "ocean/http/server.hpp"

namespace ocean::http {
namespace {

constexpr int kStalled = 1000;
constexpr int kAsked = 500;

struct Plan {
  int requests = 10'000;
  int callers = 4;
  std::size_t request_bytes = 12 * 1024;
  std::size_t answer_bytes = 100;
};

[[noreturn]] void Serve(const Plan& plan, int port_pipe) {
  ServerOptions options;
  options.address = "127.0.0.1";
  options.port = 0;
  Server server(options, Logger::Null());
  const std::string answer(plan.answer_bytes, 'a');
  server.Route(Method::kPost, "/bulk",
               [&](const ServerRequest&) { return ServerResponse::OfText(200, answer); });
  server.Route(Method::kGet, "/health",
               [](const ServerRequest&) { return ServerResponse::OfText(200, "alive"); });
  server.Start();
  const std::uint16_t port = server.port();
  if (write(port_pipe, &port, sizeof port) != sizeof port) std::exit(1);
  for (;;) pause();
}

double CpuSeconds() {
  rusage usage{};
  getrusage(RUSAGE_SELF, &usage);
  const auto seconds = [](const timeval& time) {
    return static_cast<double>(time.tv_sec) + static_cast<double>(time.tv_usec) * 1e-6;
  };
  return seconds(usage.ru_utime) + seconds(usage.ru_stime);
}

/// A connection whose request never comes whole.
int Stall(std::uint16_t port) {
  const int stalled = socket(AF_INET, SOCK_STREAM, 0);
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_port = htons(port);
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  constexpr std::string_view kPart = "POST /bulk HTTP/1.1\r\nContent-Length: 9\r\n\r\npart";
  const bool is_there =
      connect(stalled, reinterpret_cast<const sockaddr*>(&address), sizeof address) == 0 &&
      write(stalled, kPart.data(), kPart.size()) == static_cast<ssize_t>(kPart.size());
  if (!is_there) throw Error(ErrorKind::kTransient, "the server takes no connection");
  return stalled;
}

/// The longest time in milliseconds. Each request has a connection of its own, behind all stalled ones.
double MeasureBesideStalled(std::uint16_t port) {
  std::vector<int> stalled;
  for (int i = 0; i < kStalled; ++i) stalled.push_back(Stall(port));
  std::vector<double> milliseconds;
  Request request = Request::Get("http://127.0.0.1:" + std::to_string(port) + "/health");
  request.headers.Add("Connection", "close");
  const Client client({}, MakeCurlTransport(), Clock::System(), Logger::Null(), {});
  for (int i = 0; i < kAsked; ++i) {
    const Duration start = Clock::System().Elapsed();
    client.Send(request);
    milliseconds.push_back(static_cast<double>((Clock::System().Elapsed() - start).count()) / 1000);
  }
  for (const int connection : stalled) close(connection);
  std::sort(milliseconds.begin(), milliseconds.end());
  std::printf("%d requests beside %d stalled ones: p50 %.2f ms, p99 %.2f ms, longest %.2f ms\n",
              kAsked, kStalled, milliseconds[kAsked / 2], milliseconds[kAsked * 99 / 100],
              milliseconds.back());
  return milliseconds.back();
}

void Measure(const Plan& plan, std::uint16_t port, double beside_stalled_ms) {
  ClientOptions options;
  options.base_url = "http://127.0.0.1:" + std::to_string(port);
  const Client client(options, MakeCurlTransport(), Clock::System(), Logger::Null(), {});
  Request request;
  request.method = Method::kPost;
  request.url = "/bulk";
  request.body = std::string(plan.request_bytes, 'b');
  client.Send(request);
  const double cpu_before = CpuSeconds();
  const Duration start = Clock::System().Elapsed();
  {
    std::vector<std::jthread> callers;
    for (int i = 0; i < plan.callers; ++i) {
      callers.emplace_back([&] {
        for (int k = 0; k < plan.requests / plan.callers; ++k) client.Send(request);
      });
    }
  }
  const double wall = std::chrono::duration<double>(Clock::System().Elapsed() - start).count();
  const double cpu = CpuSeconds() - cpu_before;
  rusage usage{};
  getrusage(RUSAGE_SELF, &usage);
  std::printf(
      "%d requests of %zu B, answers of %zu B, %d callers: %.0f/s, client %.1f us CPU each, peak "
      "RSS %.1f MB\n",
      plan.requests, plan.request_bytes, plan.answer_bytes, plan.callers, plan.requests / wall,
      cpu / plan.requests * 1e6, static_cast<double>(usage.ru_maxrss) / 1024);
  std::printf(
      "{\"requests_per_s\":%.0f,\"client_cpu_us_per_request\":%.1f,\"peak_rss_mb\":%.1f,"
      "\"longest_beside_stalled_ms\":%.2f}\n",
      plan.requests / wall, cpu / plan.requests * 1e6, static_cast<double>(usage.ru_maxrss) / 1024,
      beside_stalled_ms);
}

}  // namespace
}  // namespace ocean::http

int main(int argc, char** argv) {
  ocean::http::Plan plan;
  if (argc > 1) plan.requests = std::atoi(argv[1]);
  if (argc > 2) plan.callers = std::atoi(argv[2]);
  if (argc > 3) plan.request_bytes = static_cast<std::size_t>(std::atoll(argv[3]));
  if (argc > 4) plan.answer_bytes = static_cast<std::size_t>(std::atoll(argv[4]));
  std::array<int, 2> port_pipe{};
  if (pipe(port_pipe.data()) != 0) return 1;
  const pid_t child = fork();
  if (child == 0) ocean::http::Serve(plan, port_pipe[1]);
  std::uint16_t port = 0;
  if (read(port_pipe[0], &port, sizeof port) != sizeof port) return 1;
  ocean::http::Measure(plan, port, ocean::http::MeasureBesideStalled(port));
  kill(child, SIGTERM);
  waitpid(child, nullptr, 0);
  return 0;
}
