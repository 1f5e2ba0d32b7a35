// Measures the client against the server on loopback: requests per second, and the client's CPU time per request.
//
//   http_bench [REQUESTS] [CALLERS] [REQUEST_BYTES] [ANSWER_BYTES]
//
// The server runs in a child process, so that the CPU time is the client's alone.
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <csignal>
#include <cstdio>
#include <cstdlib>
#include <thread>
#include <vector>

#include "ocean/http/client.hpp"
#include "ocean/http/server.hpp"

using namespace ocean;
using namespace ocean::http;

namespace {

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

void Measure(const Plan& plan, std::uint16_t port) {
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
  std::printf("{\"requests_per_s\":%.0f,\"client_cpu_us_per_request\":%.1f,\"peak_rss_mb\":%.1f}\n",
              plan.requests / wall, cpu / plan.requests * 1e6,
              static_cast<double>(usage.ru_maxrss) / 1024);
}

}  // namespace

int main(int argc, char** argv) {
  Plan plan;
  if (argc > 1) plan.requests = std::atoi(argv[1]);
  if (argc > 2) plan.callers = std::atoi(argv[2]);
  if (argc > 3) plan.request_bytes = static_cast<std::size_t>(std::atoll(argv[3]));
  if (argc > 4) plan.answer_bytes = static_cast<std::size_t>(std::atoll(argv[4]));
  std::array<int, 2> port_pipe{};
  if (pipe(port_pipe.data()) != 0) return 1;
  const pid_t child = fork();
  if (child == 0) Serve(plan, port_pipe[1]);
  std::uint16_t port = 0;
  if (read(port_pipe[0], &port, sizeof port) != sizeof port) return 1;
  Measure(plan, port);
  kill(child, SIGTERM);
  waitpid(child, nullptr, 0);
  return 0;
}
