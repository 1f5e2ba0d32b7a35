// Measures the client against the server on loopback: requests per second, the client's CPU time per request, how long a
// request takes beside a thousand stalled ones, and how fast and in how much memory a list of a gibibyte is read item by item.
//
//   http_bench [REQUESTS] [CALLERS] [REQUEST_BYTES] [ANSWER_BYTES] [LIST_MIB]
//
// Servers run in child processes, so that CPU time and memory are the client's alone.
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
#include "ocean/http/stream.hpp"

namespace ocean::http {
namespace {

constexpr int kStalled = 1000;
constexpr int kAsked = 500;

struct Plan {
  int requests = 10'000;
  int callers = 4;
  std::size_t request_bytes = 12 * 1024;
  std::size_t answer_bytes = 100;
  std::size_t list_mib = 1024;
};

struct ListFigures {
  double mib_per_s = 0;
  double rss_growth_mib = 0;
};

constexpr double kMiB = 1024.0 * 1024;

void TellPort(int pipe, std::uint16_t port) {
  if (write(pipe, &port, sizeof port) != sizeof port) std::exit(1);
}

std::uint16_t ToldPort(int pipe) {
  std::uint16_t port = 0;
  if (read(pipe, &port, sizeof port) != sizeof port) std::exit(1);
  return port;
}

/// A process of its own.
class Child {
 public:
  template <class Run>
  explicit Child(const Run& run) {
    std::array<int, 2> ends{};
    if (pipe(ends.data()) != 0) std::exit(1);
    process_ = fork();
    if (process_ == 0) run(ends[1]);
    port_ = ToldPort(ends[0]);
  }
  ~Child() {
    kill(process_, SIGTERM);
    waitpid(process_, nullptr, 0);
  }
  Child(const Child&) = delete;
  Child& operator=(const Child&) = delete;
  std::uint16_t port() const { return port_; }

 private:
  pid_t process_ = 0;
  std::uint16_t port_ = 0;
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
  TellPort(port_pipe, server.port());
  for (;;) pause();
}

bool SendAll(int socket, std::string_view bytes) {
  while (!bytes.empty()) {
    const ssize_t sent = send(socket, bytes.data(), bytes.size(), MSG_NOSIGNAL);
    if (sent <= 0) return false;
    bytes.remove_prefix(static_cast<std::size_t>(sent));
  }
  return true;
}

/// Items of a kibibyte each, made while they are sent.
void SendList(int socket, std::size_t mib) {
  SendAll(socket, "HTTP/1.1 200 OK\r\nContent-Type: application/json\r\n\r\n{\"items\":[");
  const std::string filler(980, 'x');
  std::string part;
  for (std::size_t i = 0; i < mib * 1024; ++i) {
    if (i > 0) part += ',';
    part += R"({"id":)" + std::to_string(i) + R"(,"labels":["a","b"],"text":")" + filler + "\"}";
    if (part.size() < 64 * 1024) continue;
    if (!SendAll(socket, part)) return;
    part.clear();
  }
  SendAll(socket, part + "]}");
}

[[noreturn]] void ServeList(const Plan& plan, int port_pipe) {
  const int listener = socket(AF_INET, SOCK_STREAM, 0);
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  socklen_t size = sizeof address;
  auto* generic = reinterpret_cast<sockaddr*>(&address);
  if (bind(listener, generic, size) != 0 || listen(listener, 1) != 0 ||
      getsockname(listener, generic, &size) != 0) {
    std::exit(1);
  }
  TellPort(port_pipe, ntohs(address.sin_port));
  for (;;) {
    const int connection = accept(listener, nullptr, nullptr);
    std::array<char, 4096> head{};
    if (recv(connection, head.data(), head.size(), 0) > 0) SendList(connection, plan.list_mib);
    close(connection);
  }
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

double PeakRssMiB() {
  rusage usage{};
  getrusage(RUSAGE_SELF, &usage);
  return static_cast<double>(usage.ru_maxrss) / 1024;
}

ListFigures MeasureList(const Plan& plan) {
  const Child server([&](int port_pipe) { ServeList(plan, port_pipe); });
  const Client client({}, MakeCurlTransport(), Clock::System(), Logger::Null(), {});
  StreamOptions options;
  options.items_path = "items";
  options.stats = std::make_shared<StreamStats>();
  const double rss_before = PeakRssMiB();
  const double cpu_before = CpuSeconds();
  const Duration start = Clock::System().Elapsed();
  std::size_t bytes = 0;
  const std::string url = "http://127.0.0.1:" + std::to_string(server.port()) + "/";
  for (const Batch& batch : StreamItems(client, Request::Get(url), options)) bytes += batch.bytes();
  const double wall = std::chrono::duration<double>(Clock::System().Elapsed() - start).count();
  const ListFigures figures{static_cast<double>(bytes) / kMiB / wall, PeakRssMiB() - rss_before};
  std::printf(
      "%zu items, %.0f MiB in one list: %.0f MiB/s, client %.1f s CPU, at most %.2f MiB of it "
      "held, "
      "peak RSS grows by %.1f MiB\n",
      options.stats->items.load(), static_cast<double>(bytes) / kMiB, figures.mib_per_s,
      CpuSeconds() - cpu_before, static_cast<double>(options.stats->peak_bytes) / kMiB,
      figures.rss_growth_mib);
  return figures;
}

void Measure(const Plan& plan, std::uint16_t port, double beside_stalled_ms,
             const ListFigures& list) {
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
  std::printf(
      "%d requests of %zu B, answers of %zu B, %d callers: %.0f/s, client %.1f us CPU each, peak "
      "RSS %.1f MB\n",
      plan.requests, plan.request_bytes, plan.answer_bytes, plan.callers, plan.requests / wall,
      cpu / plan.requests * 1e6, PeakRssMiB());
  std::printf(
      "{\"requests_per_s\":%.0f,\"client_cpu_us_per_request\":%.1f,\"peak_rss_mb\":%.1f,"
      "\"longest_beside_stalled_ms\":%.2f,\"list_mib_per_s\":%.0f,\"list_rss_growth_mib\":%.1f}\n",
      plan.requests / wall, cpu / plan.requests * 1e6, PeakRssMiB(), beside_stalled_ms,
      list.mib_per_s, list.rss_growth_mib);
}

}  // namespace
}  // namespace ocean::http

int main(int argc, char** argv) {
  ocean::http::Plan plan;
  if (argc > 1) plan.requests = std::atoi(argv[1]);
  if (argc > 2) plan.callers = std::atoi(argv[2]);
  if (argc > 3) plan.request_bytes = static_cast<std::size_t>(std::atoll(argv[3]));
  if (argc > 4) plan.answer_bytes = static_cast<std::size_t>(std::atoll(argv[4]));
  if (argc > 5) plan.list_mib = static_cast<std::size_t>(std::atoll(argv[5]));
  const ocean::http::Child server([&](int port_pipe) { ocean::http::Serve(plan, port_pipe); });
  // First, while the peak is low.
  const auto list = ocean::http::MeasureList(plan);
  ocean::http::Measure(plan, server.port(), ocean::http::MeasureBesideStalled(server.port()), list);
  return 0;
}
