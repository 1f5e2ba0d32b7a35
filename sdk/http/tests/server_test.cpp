#include "ocean/http/server.hpp"

#include <future>
#include <latch>
#include <mutex>
#include <vector>

#include "http_fixture.hpp"
#include "ocean/base/clock.hpp"
#include "ocean/catch.hpp"
#include "ocean/http/transport.hpp"

namespace ocean::http {

using namespace std::chrono_literals;
using test::Ask;
using test::BodyOf;
using test::RawConnection;
using test::StatusLine;

namespace {

void AddRoutes(Server& server) {
  server.Route(Method::kGet, "/ok",
               [](const ServerRequest&) { return ServerResponse::OfText(200, "fine"); });
  server.Route(Method::kPost, "/json", [](const ServerRequest& request) {
    return ServerResponse::OfJson(201, request.ParseBody());
  });
  server.Route(Method::kGet, "/throw", [](const ServerRequest&) -> ServerResponse {
    throw Error(ErrorKind::kBug, "the password is hunter2");
  });
  server.Route(Method::kGet, "/no-content", [](const ServerRequest&) {
    ServerResponse response;
    response.status = 204;
    return response;
  });
}

constexpr std::string_view kClose = "Host: x\r\nConnection: close\r\n";

}  // namespace

TEST_CASE("the server's own answers", "[server]") {
  struct Case {
    std::string request;
    const char* status_line;
    const char* error;
  };
  const std::string close(kClose);
  ServerOptions options = test::LoopbackOptions();
  options.max_body_bytes = 100;
  options.max_header_bytes = 1000;
  test::TestServer server(options);
  AddRoutes(server);
  server.Start();
  const std::vector<Case> cases = {
      {"GET /nothing HTTP/1.1\r\n" + close + "\r\n", "HTTP/1.1 404 Not Found", "not_found"},
      {"DELETE /ok HTTP/1.1\r\n" + close + "\r\n", "HTTP/1.1 405 Method Not Allowed",
       "method_not_allowed"},
      {"BREW /ok HTTP/1.1\r\n" + close + "\r\n", "HTTP/1.1 405 Method Not Allowed",
       "method_not_allowed"},
      {"GET /throw HTTP/1.1\r\n" + close + "\r\n", "HTTP/1.1 500 Internal Server Error",
       "internal_error"},
      {"POST /json HTTP/1.1\r\nContent-Length: 3\r\n" + close + "\r\n{a}",
       "HTTP/1.1 400 Bad Request", "bad_request"},
      {"nonsense\r\n\r\n", "HTTP/1.1 400 Bad Request", "bad_request"},
      {"POST /json HTTP/1.1\r\nContent-Length: 101\r\n\r\n", "HTTP/1.1 413 Payload Too Large",
       "payload_too_large"},
      {"POST /json HTTP/1.1\r\nTransfer-Encoding: chunked\r\n\r\n80\r\n" + std::string(128, ' ') +
           "\r\n0\r\n\r\n",
       "HTTP/1.1 413 Payload Too Large", "payload_too_large"},
      {"GET /ok HTTP/1.1\r\nX-Long: " + std::string(2000, 'x') + "\r\n\r\n",
       "HTTP/1.1 431 Request Header Fields Too Large", "headers_too_large"},
  };
  for (const Case& one : cases) {
    INFO(one.request.substr(0, 60));
    const std::string answer = Ask(server.port(), one.request);
    CHECK(StatusLine(answer) == one.status_line);
    const Json body = ParseJson(BodyOf(answer));
    CHECK(body.at("ok") == false);
    CHECK(body.at("error") == one.error);
    CHECK(answer.find("hunter2") == std::string::npos);
  }
  CHECK(Ask(server.port(), cases[1].request).find("Allow: GET\r\n") != std::string::npos);
}

TEST_CASE("what a handler throws goes to the log with the request's id", "[server]") {
  std::mutex mutex;
  std::vector<LogRecord> records;
  test::TestServer server(test::LoopbackOptions(),
                          Logger::ToSink(LogLevel::kInfo, [&](const LogRecord& record) {
                            std::lock_guard lock(mutex);
                            records.push_back(record);
                          }));
  AddRoutes(server);
  server.Start();
  Ask(server.port(),
      "GET /throw HTTP/1.1\r\nX-Request-ID: abc-1\r\n" + std::string(kClose) + "\r\n");
  server.Stop();
  REQUIRE(records.size() == 1);
  CHECK(records[0].message == "GET /throw failed: the password is hunter2");
  CHECK(records[0].fields == LogFields{{"request_id", "abc-1"}});
}

TEST_CASE("answers carry length, date and the request's id", "[server]") {
  test::TestServer server;
  AddRoutes(server);
  server.Start();
  const auto transport = MakeCurlTransport();
  WireRequest wire;
  wire.request = Request::Get(server.url() + "/ok");
  const Response first = transport->Send(wire, {});
  CHECK(first.headers.Get("Content-Length") == "4");
  CHECK(first.headers.Get("Content-Type") == "text/plain; charset=utf-8");
  const std::optional<TimePoint> date = ParseHttpDate(first.headers.Get("Date").value_or(""));
  REQUIRE(date);
  CHECK(*date > Clock::System().Now() - 1min);
  const std::string id = first.headers.Get("X-Request-ID").value_or("");
  CHECK(id.size() > 8);
  CHECK(transport->Send(wire, {}).headers.Get("X-Request-ID") != id);
  wire.request.headers.Add("X-Request-ID", "mine");
  CHECK(transport->Send(wire, {}).headers.Get("X-Request-ID") == "mine");

  wire.request = Request::Get(server.url() + "/no-content");
  const Response empty = transport->Send(wire, {});
  CHECK(empty.status == 204);
  CHECK_FALSE(empty.headers.Has("Content-Length"));
  wire.request = Request::Get(server.url() + "/ok");
  wire.request.method = Method::kHead;
  const Response head = transport->Send(wire, {});
  CHECK(head.headers.Get("Content-Length") == "4");
  CHECK(head.body.empty());
}

TEST_CASE("a connection serves many requests, also when they come at once", "[server]") {
  test::TestServer server;
  AddRoutes(server);
  server.Start();
  RawConnection connection(server.port());
  connection.Write(
      "GET /ok HTTP/1.1\r\nHost: x\r\n\r\nPOST /json HTTP/1.1\r\nContent-Length: 7\r\n\r\n{\"a\":1}"
      "GET /nothing HTTP/1.1\r\n\r\n");
  connection.Write("GET /ok HTTP/1.1\r\nConnection: close\r\n\r\n");
  const std::string all = connection.ReadAll();
  const std::size_t first = all.find("fine");
  const std::size_t second = all.find("{\"a\":1}");
  const std::size_t third = all.find("404 Not Found");
  CHECK(first < second);
  CHECK(second < third);
  CHECK(all.find("fine", third) != std::string::npos);
}

TEST_CASE("a client may ask before it sends a body", "[server]") {
  test::TestServer server;
  AddRoutes(server);
  server.Start();
  RawConnection connection(server.port());
  connection.Write(
      "POST /json HTTP/1.1\r\nContent-Length: 2\r\nExpect: 100-continue\r\nConnection: "
      "close\r\n\r\n");
  CHECK(connection.ReadUntilText("\r\n\r\n") == "HTTP/1.1 100 Continue\r\n\r\n");
  connection.Write("{}");
  CHECK(StatusLine(connection.ReadAll()) == "HTTP/1.1 201 Created");
}

TEST_CASE("HTTP/1.0 is answered and closed", "[server]") {
  test::TestServer server;
  AddRoutes(server);
  server.Start();
  CHECK(BodyOf(Ask(server.port(), "GET /ok HTTP/1.0\r\n\r\n")) == "fine");
  CHECK(BodyOf(Ask(server.port(), "GET http://x:1/ok HTTP/1.0\r\n\r\n")) == "fine");
}

TEST_CASE("a request that does not come whole in time is answered 408", "[server]") {
  ServerOptions options = test::LoopbackOptions();
  options.request_timeout = 30ms;
  test::TestServer server(options);
  AddRoutes(server);
  server.Start();
  const char* part = GENERATE("GET /ok HT", "POST /json HTTP/1.1\r\nContent-Length: 5\r\n\r\n12");
  const std::string answer = Ask(server.port(), part);
  CHECK(StatusLine(answer) == "HTTP/1.1 408 Request Timeout");
  CHECK(ParseJson(BodyOf(answer)).at("error") == "request_timeout");
}

TEST_CASE("an idle connection is closed without a word", "[server]") {
  ServerOptions options = test::LoopbackOptions();
  options.request_timeout = 30ms;
  options.idle_timeout = 30ms;
  test::TestServer server(options);
  AddRoutes(server);
  server.Start();
  CHECK(Ask(server.port(), "").empty());
  CHECK(BodyOf(Ask(server.port(), "GET /ok HTTP/1.1\r\n\r\n")) == "fine");
}

TEST_CASE("the filter runs before every handler", "[server]") {
  test::TestServer server;
  AddRoutes(server);
  server.Before([](const ServerRequest& request) -> std::unique_ptr<ServerResponse> {
    if (request.headers.Get("Authorization") == "good") return nullptr;
    return std::make_unique<ServerResponse>(ServerResponse::OfText(401, "who?"));
  });
  server.Start();
  const std::string close(kClose);
  CHECK(BodyOf(Ask(server.port(), "GET /ok HTTP/1.1\r\n" + close + "\r\n")) == "who?");
  CHECK(BodyOf(Ask(server.port(),
                   "GET /ok HTTP/1.1\r\nAuthorization: good\r\n" + close + "\r\n")) == "fine");
}

TEST_CASE("a port in use is a configuration error that says what to do", "[server]") {
  test::TestServer server;
  server.Start();
  ServerOptions options = test::LoopbackOptions();
  options.port = server.port();
  test::TestServer second(options);
  const Error error = test::ErrorOf([&] { second.Start(); });
  CHECK(error.kind() == ErrorKind::kConfig);
  CHECK(error.what() == "cannot listen on 127.0.0.1:" + std::to_string(options.port) +
                            ": address already in use; choose another port with --port");
  options.address = "here";
  test::TestServer third(options);
  CHECK(test::ErrorOf([&] { third.Start(); }).kind() == ErrorKind::kConfig);
}

TEST_CASE("a stop answers what is being handled, and takes nothing more", "[server]") {
  test::TestServer server;
  std::latch entered(1);
  std::latch release(1);
  server.Route(Method::kGet, "/slow", [&](const ServerRequest&) {
    entered.count_down();
    release.wait();
    return ServerResponse::OfText(200, "done");
  });
  AddRoutes(server);
  server.Start();
  RawConnection idle(server.port());
  RawConnection busy(server.port());
  busy.Write("GET /slow HTTP/1.1\r\n\r\n");
  entered.wait();
  auto stopped = std::async(std::launch::async, [&] { server.Stop(10s); });
  CHECK(idle.ReadAll().empty());
  release.count_down();
  const std::string answer = busy.ReadAll();
  CHECK(BodyOf(answer) == "done");
  CHECK(answer.find("Connection: close") != std::string::npos);
  stopped.get();
  CHECK_THROWS_AS(RawConnection(server.port()), std::runtime_error);
  server.Stop();
}

TEST_CASE("a stop does not wait longer than its grace for an answer", "[server]") {
  test::TestServer server;
  std::latch entered(1);
  std::latch release(1);
  server.Route(Method::kGet, "/slow", [&](const ServerRequest&) {
    entered.count_down();
    release.wait();
    return ServerResponse::OfText(200, "done");
  });
  server.Start();
  RawConnection busy(server.port());
  busy.Write("GET /slow HTTP/1.1\r\n\r\n");
  entered.wait();
  auto stopped = std::async(std::launch::async, [&] { server.Stop(10ms); });
  CHECK(busy.ReadAll().empty());
  release.count_down();
  stopped.get();
}

TEST_CASE("a server that never started stops", "[server]") {
  test::TestServer server;
  server.Stop();
  CHECK(server.port() == 0);
}

TEST_CASE("answers that come late hold no worker", "[server]") {
  constexpr int kWaiting = 20;
  ServerOptions options = test::LoopbackOptions();
  options.workers = 1;
  std::vector<Server::Answer> answers;
  std::mutex mutex;
  std::latch all_wait(kWaiting);
  Server server(options, Logger::Null());
  AddRoutes(server);
  server.RouteLate(Method::kPost, "/late", [&](const ServerRequest&, Server::Answer answer) {
    std::lock_guard lock(mutex);
    answers.push_back(std::move(answer));
    all_wait.count_down();
  });
  server.RouteLate(Method::kGet, "/throw-late", [](const ServerRequest&, const Server::Answer&) {
    throw Error(ErrorKind::kBug, "hidden");
  });
  server.Start();
  std::vector<std::future<std::string>> clients;
  for (int i = 0; i < kWaiting; ++i) {
    clients.push_back(std::async(std::launch::async, [&] {
      return Ask(server.port(),
                 "POST /late HTTP/1.1\r\n" + std::string(kClose) + "Content-Length: 0\r\n\r\n");
    }));
  }
  all_wait.wait();
  const std::string close(kClose);
  CHECK(StatusLine(Ask(server.port(), "GET /ok HTTP/1.1\r\n" + close + "\r\n")) ==
        "HTTP/1.1 200 OK");
  CHECK(StatusLine(Ask(server.port(), "GET /throw-late HTTP/1.1\r\n" + close + "\r\n")) ==
        "HTTP/1.1 500 Internal Server Error");
  for (const Server::Answer& answer : answers) answer(ServerResponse::OfText(200, "at last"));
  for (auto& client : clients) CHECK(BodyOf(client.get()) == "at last");
}

}  // namespace ocean::http
