// Measures the intake of live events on loopback: signed webhooks from a separate process, answered once they are on disk.
//
//   live_bench [SECONDS] [CONNECTIONS] [BODY_BYTES]
//
// The last line is one JSON object; fsync_off is the same without waiting for the disk.
#include <arpa/inet.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <poll.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <chrono>
#include <csignal>
#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <string>
#include <vector>

#include "ocean/base/error.hpp"
#include "ocean/base/hash.hpp"
#include "ocean/base/json.hpp"
#include "ocean/state/journal.hpp"
#include "webhook_intake.hpp"

namespace ocean::app {
namespace {

using SteadyClock = std::chrono::steady_clock;

constexpr auto kSecret = "a secret of the benchmark";

struct Plan {
  int seconds = 5;
  /// Enough for full commits; more only wait longer.
  int connections = 32;
  std::size_t body_bytes = 2048;
};

class BenchWebhook : public WebhookProcessor {
 public:
  http::Verifier Verify() const override {
    return http::Hmac(Secret(kSecret), {.header = "X-Signature"});
  }
  bool Matches(const WebhookEvent& event) const override { return event.body.contains("key"); }
  std::vector<std::string> Kinds(const WebhookEvent&) const override { return {"thing"}; }
  std::string Key(const WebhookEvent& event) const override { return GetString(event.body, "key"); }
  std::string DeliveryId(const WebhookEvent& event) const override {
    return event.Header("X-Delivery");
  }
  EventResult HandleResource(const WebhookEvent&, const Json&, EventContext&) const override {
    return {};
  }
};

[[noreturn]] void Serve(const std::filesystem::path& folder, state::Database::Durability durability,
                        int port_pipe) {
  const Logger logger = Logger::Null();
  http::ServerOptions options;
  options.address = "127.0.0.1";
  options.port = 0;
  options.workers = 2;
  http::Server server(options, logger);
  state::Journal journal({.file = folder / state::kJournalFile,
                          .durability = durability,
                          .max_events = 10'000'000,
                          .max_bytes = std::int64_t{1} << 40},
                         Clock::System(), logger);
  const BenchWebhook webhook;
  const app::WebhookGate gate({{"/webhook", "BenchWebhook", &webhook}}, logger);
  app::WebhookIntake intake(gate, journal, Clock::System(), logger, {});
  intake.AddRoutes(server, "");
  server.Start();
  const std::uint16_t port = server.port();
  if (write(port_pipe, &port, sizeof port) != sizeof port) std::exit(1);
  for (;;) pause();
}

/// One connection that sends a request, waits for its answer, and sends the next.
class Caller {
 public:
  Caller(std::uint16_t port, std::string body, int number)
      : body_(std::move(body)),
        signature_(http::SignHmac(Secret(kSecret), {.header = "X-Signature"}, {}, body_)),
        number_(number),
        socket_(::socket(AF_INET, SOCK_STREAM, 0)) {
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_port = htons(port);
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    const int on = 1;
    setsockopt(socket_, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
    if (connect(socket_, reinterpret_cast<const sockaddr*>(&address), sizeof address) != 0) {
      throw Error(ErrorKind::kTransient, "the server cannot be reached");
    }
    Ask();
  }
  Caller(const Caller&) = delete;
  Caller& operator=(const Caller&) = delete;
  ~Caller() { close(socket_); }

  int socket() const { return socket_; }

  /// Reads what is there; the latency when that completes an answer, else a negative duration.
  SteadyClock::duration Read() {
    char buffer[4096];
    const ssize_t size = read(socket_, buffer, sizeof buffer);
    if (size <= 0) throw Error(ErrorKind::kTransient, "the server hung up");
    answer_.append(buffer, static_cast<std::size_t>(size));
    if (!answer_.ends_with("{\"status\":\"ok\"}")) return SteadyClock::duration(-1);
    const auto latency = SteadyClock::now() - asked_;
    answer_.clear();
    Ask();
    return latency;
  }

 private:
  void Ask() {
    const std::string request =
        "POST /integration/webhook HTTP/1.1\r\nHost: bench\r\nX-Delivery: " +
        std::to_string(number_) + "-" + std::to_string(++requests_) +
        "\r\nX-Signature: " + signature_ +
        "\r\nContent-Type: application/json\r\nContent-Length: " + std::to_string(body_.size()) +
        "\r\n\r\n" + body_;
    asked_ = SteadyClock::now();
    if (write(socket_, request.data(), request.size()) != static_cast<ssize_t>(request.size())) {
      throw Error(ErrorKind::kTransient, "the request could not be written");
    }
  }

  std::string body_;
  std::string signature_;
  int number_;
  int socket_;
  int requests_ = 0;
  std::string answer_;
  SteadyClock::time_point asked_;
};

struct Figures {
  double events_per_s = 0;
  double p50_ms = 0;
  double p99_ms = 0;
};

Figures Load(const Plan& plan, std::uint16_t port) {
  std::vector<std::unique_ptr<Caller>> callers;
  std::vector<pollfd> polled;
  for (int i = 0; i < plan.connections; ++i) {
    const Json body = {{"key", "k" + std::to_string(i)},
                       {"text", std::string(plan.body_bytes, 'x')}};
    callers.push_back(std::make_unique<Caller>(port, DumpJson(body), i));
    polled.push_back({callers.back()->socket(), POLLIN, 0});
  }
  std::vector<double> latencies;
  const auto start = SteadyClock::now();
  const auto end = start + std::chrono::seconds(plan.seconds);
  while (SteadyClock::now() < end) {
    poll(polled.data(), polled.size(), 1000);
    for (std::size_t i = 0; i < polled.size(); ++i) {
      if ((polled[i].revents & POLLIN) == 0) continue;
      const auto latency = callers[i]->Read();
      if (latency >= SteadyClock::duration::zero()) {
        latencies.push_back(std::chrono::duration<double, std::milli>(latency).count());
      }
    }
  }
  const double seconds = std::chrono::duration<double>(SteadyClock::now() - start).count();
  std::sort(latencies.begin(), latencies.end());
  const auto at = [&](double share) {
    return latencies.empty() ? 0.0
                             : latencies[static_cast<std::size_t>(
                                   share * static_cast<double>(latencies.size() - 1))];
  };
  return {static_cast<double>(latencies.size()) / seconds, at(0.5), at(0.99)};
}

/// The server runs in a process of its own, with an empty journal.
Figures Measure(const Plan& plan, state::Database::Durability durability) {
  const auto folder = std::filesystem::temp_directory_path() / ("ocean-live-bench-" + RandomUuid());
  int ends[2];
  if (pipe(ends) != 0) throw Error(ErrorKind::kTransient, "no pipe");
  const pid_t child = fork();
  if (child == 0) Serve(folder, durability, ends[1]);
  std::uint16_t port = 0;
  if (read(ends[0], &port, sizeof port) != sizeof port) {
    throw Error(ErrorKind::kTransient, "the server did not start");
  }
  const Figures figures = Load(plan, port);
  kill(child, SIGKILL);
  waitpid(child, nullptr, 0);
  close(ends[0]);
  close(ends[1]);
  std::filesystem::remove_all(folder);
  return figures;
}

int Number(int argc, char** argv, int index, int fallback) {
  return argc > index ? std::atoi(argv[index]) : fallback;
}

void Print(const char* name, const Figures& figures) {
  std::printf("%-10s %10.0f events/s   p50 %7.2f ms   p99 %7.2f ms\n", name, figures.events_per_s,
              figures.p50_ms, figures.p99_ms);
}

int Run(int argc, char** argv) {
  Plan plan;
  plan.seconds = Number(argc, argv, 1, plan.seconds);
  plan.connections = Number(argc, argv, 2, plan.connections);
  plan.body_bytes =
      static_cast<std::size_t>(Number(argc, argv, 3, static_cast<int>(plan.body_bytes)));
  try {
    const Figures durable = Measure(plan, state::Database::Durability::kFull);
    Print("durable", durable);
    const Figures fast = Measure(plan, state::Database::Durability::kNormal);
    Print("fsync off", fast);
    std::printf("%s\n", DumpJson({{"events_per_s", durable.events_per_s},
                                  {"p50_ms", durable.p50_ms},
                                  {"p99_ms", durable.p99_ms},
                                  {"fsync_off_events_per_s", fast.events_per_s},
                                  {"connections", plan.connections},
                                  {"body_bytes", plan.body_bytes}})
                            .c_str());
  } catch (const Error& error) {
    std::fprintf(stderr, "error: %s\n", error.what());
    return 1;
  }
  return 0;
}

}  // namespace
}  // namespace ocean::app

int main(int argc, char** argv) {
  return ocean::app::Run(argc, argv);
}
