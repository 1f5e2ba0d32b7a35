#include <sys/resource.h>

#include <future>
#include <latch>
#include <mutex>
#include <vector>

#include "http_fixture.hpp"
#include "ocean/catch.hpp"
#include "ocean/http/server.hpp"

namespace ocean::http {

using namespace std::chrono_literals;
using test::Ask;
using test::BodyOf;
using test::RawConnection;
using test::StatusLine;

namespace {

constexpr std::string_view kHealth = "GET /health HTTP/1.1\r\nConnection: close\r\n\r\n";

/// Nothing ends for lack of time.
ServerOptions PatientOptions() {
  ServerOptions options = test::LoopbackOptions();
  options.workers = 1;
  options.request_timeout = 1h;
  options.idle_timeout = 1h;
  return options;
}

void AddRoutes(Server& server) {
  server.Route(Method::kGet, "/health",
               [](const ServerRequest&) { return ServerResponse::OfText(200, "alive"); });
  server.Route(Method::kPost, "/echo", [](const ServerRequest& request) {
    return ServerResponse::OfText(200, request.body);
  });
}

using Connections = std::vector<std::unique_ptr<RawConnection>>;

/// Connections that have sent a part of their request.
Connections Stall(std::uint16_t port, int count, std::string_view part) {
  Connections stalled;
  for (int i = 0; i < count; ++i) {
    stalled.push_back(std::make_unique<RawConnection>(port));
    stalled.back()->Write(part);
  }
  return stalled;
}

/// For both ends of many connections in one process.
void AllowFiles() {
  rlimit limit{};
  REQUIRE(getrlimit(RLIMIT_NOFILE, &limit) == 0);
  limit.rlim_cur = limit.rlim_max;
  REQUIRE(setrlimit(RLIMIT_NOFILE, &limit) == 0);
}

}  // namespace

TEST_CASE("a thousand stalled clients leave the server answering, and are answered", "[server]") {
  AllowFiles();
  test::TestServer server(PatientOptions());
  AddRoutes(server);
  server.Start();
  const auto bodies =
      Stall(server.port(), 500, "POST /echo HTTP/1.1\r\nContent-Length: 5\r\n\r\nslow");
  const auto heads = Stall(server.port(), 500, "GET /health HTTP/1.1\r\nX-Slow");
  CHECK(BodyOf(Ask(server.port(), kHealth)) == "alive");
  for (const auto& stalled : bodies) stalled->Write("!");
  for (const auto& stalled : heads) stalled->Write(": y\r\n\r\n");
  for (const auto& stalled : bodies) CHECK(stalled->ReadUntilText("slow!").ends_with("slow!"));
  for (const auto& stalled : heads) CHECK(stalled->ReadUntilText("alive").ends_with("alive"));
}

TEST_CASE("more stalled clients than there may be connections do not keep others out", "[server]") {
  std::mutex mutex;
  std::vector<std::string> warnings;
  ServerOptions options = PatientOptions();
  options.max_connections = 20;
  test::TestServer server(options, Logger::ToSink(LogLevel::kInfo, [&](const LogRecord& record) {
                            const std::lock_guard lock(mutex);
                            warnings.push_back(record.message);
                          }));
  AddRoutes(server);
  server.Start();
  const auto stalled = Stall(server.port(), 60, "GET /heal");
  CHECK(BodyOf(Ask(server.port(), kHealth)) == "alive");
  // Those that have waited longest are gone, the youngest is still there.
  CHECK(stalled.front()->ReadAll().empty());
  stalled.back()->Write("th HTTP/1.1\r\n\r\n");
  CHECK(stalled.back()->ReadUntilText("alive").ends_with("alive"));
  server.Stop();
  REQUIRE(warnings.size() == 1);
  CHECK(warnings[0] ==
        "there are 20 connections, which is all there may be: those that wait longest are closed");
}

TEST_CASE("a connection that is being answered gives its place to nobody", "[server]") {
  constexpr int kBusy = 2;
  ServerOptions options = PatientOptions();
  options.max_connections = kBusy;
  std::vector<Server::Answer> answers;
  std::mutex mutex;
  std::latch all_busy(kBusy);
  test::TestServer server(options);
  AddRoutes(server);
  server.RouteLate(Method::kGet, "/late", [&](const ServerRequest&, Server::Answer answer) {
    const std::lock_guard lock(mutex);
    answers.push_back(std::move(answer));
    all_busy.count_down();
  });
  server.Start();
  const auto busy = Stall(server.port(), kBusy, "GET /late HTTP/1.1\r\nConnection: close\r\n\r\n");
  all_busy.wait();
  const std::string refusal = Ask(server.port(), kHealth);
  CHECK(StatusLine(refusal) == "HTTP/1.1 503 Service Unavailable");
  CHECK(ParseJson(BodyOf(refusal)).at("error") == "too_many_connections");
  for (const Server::Answer& answer : answers) answer(ServerResponse::OfText(200, "at last"));
  for (const auto& one : busy) CHECK(BodyOf(one->ReadAll()) == "at last");
}

TEST_CASE("a client that asks too often is told when to come again", "[server]") {
  ServerOptions options = PatientOptions();
  options.max_requests_per_second = 3;
  test::TestServer server(options);
  AddRoutes(server);
  server.Start();
  std::string requests;
  for (int i = 0; i < 100; ++i) requests += "GET /health HTTP/1.1\r\n\r\n";
  const RawConnection connection(server.port());
  connection.Write(requests + std::string(kHealth));
  const std::string answers = connection.ReadAll();
  const auto count = [&](std::string_view text) {
    int found = 0;
    for (auto at = answers.find(text); at != std::string::npos; at = answers.find(text, at + 1)) {
      ++found;
    }
    return found;
  };
  const int taken = count("HTTP/1.1 200 OK");
  CHECK(taken >= 3);
  CHECK(taken + count("HTTP/1.1 429 Too Many Requests") == 101);
  CHECK(count("Retry-After: 1") == 101 - taken);
  CHECK(count("\"error\":\"too_many_requests\"") == 101 - taken);
}

TEST_CASE("each request is logged for those who look closer", "[server]") {
  std::mutex mutex;
  std::vector<LogRecord> records;
  test::TestServer server(test::LoopbackOptions(),
                          Logger::ToSink(LogLevel::kDebug, [&](const LogRecord& record) {
                            const std::lock_guard lock(mutex);
                            records.push_back(record);
                          }));
  AddRoutes(server);
  server.Start();
  Ask(server.port(),
      "GET /health?token=x HTTP/1.1\r\nX-Request-ID: r1\r\nConnection: close\r\n\r\n");
  Ask(server.port(), "nonsense\r\n\r\n");
  server.Stop();
  REQUIRE(records.size() == 2);
  CHECK(records[0].message == "GET /health is answered 200");
  CHECK(records[0].fields == LogFields{{"request_id", "r1"}, {"client", "127.0.0.1"}});
  CHECK(records[1].message == "a request is answered 400");
}

}  // namespace ocean::http
