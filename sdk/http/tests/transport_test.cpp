#include "ocean/http/transport.hpp"

#include <future>
#include <latch>
#include <thread>

#include "http_fixture.hpp"
#include "ocean/catch.hpp"

namespace ocean::http {

using namespace std::chrono_literals;

namespace {

WireRequest Wire(std::string url, Method method = Method::kGet, std::string body = {}) {
  WireRequest wire;
  wire.request.url = std::move(url);
  wire.request.method = method;
  wire.request.body = std::move(body);
  return wire;
}

/// A server whose "/stall" answers nothing until the test ends.
class StallingServer {
 public:
  StallingServer() {
    server_.Route(Method::kGet, "/stall", [this](const ServerRequest&) {
      entered_.count_down();
      release_.wait();
      return ServerResponse::OfText(200, "late");
    });
    server_.Start();
  }
  ~StallingServer() { release_.count_down(); }

  std::string url() const { return server_.url() + "/stall"; }
  void WaitUntilEntered() { entered_.wait(); }

 private:
  std::latch entered_{1};
  std::latch release_{1};
  test::TestServer server_;
};

}  // namespace

TEST_CASE("a request reaches the server and its answer comes back", "[transport]") {
  const auto transport = MakeCurlTransport();
  test::TestServer server;
  server.Route(Method::kPost, "/echo/{name}", [](const ServerRequest& request) {
    ServerResponse response = ServerResponse::OfText(207, request.body);
    response.headers.Add("X-Name", request.path_parameters.at("name"));
    response.headers.Add("X-Query", request.QueryValue("q"));
    response.headers.Add("X-Type", request.headers.Get("content-type").value_or("none"));
    response.headers.Add("X-Empty", request.headers.Get("X-None").value_or("absent"));
    return response;
  });
  server.Start();

  WireRequest wire =
      Wire(server.url() + "/echo/a%2Fb?p=1", Method::kPost, std::string(100'000, 'x'));
  wire.request.query = {{"q", "x y&z"}};
  wire.request.headers.Add("X-None", "");
  const Response response = transport->Send(wire, {});
  CHECK(response.status == 207);
  CHECK(response.body == wire.request.body);
  CHECK(response.headers.Get("x-name") == "a/b");
  CHECK(response.headers.Get("x-query") == "x y&z");
  CHECK(response.headers.Get("x-type") == "application/json");
  CHECK(response.headers.Get("x-empty") == "");
  CHECK(response.source == "POST " + server.url() + "/echo/a%2Fb");
}

TEST_CASE("every method arrives, with and without a body", "[transport]") {
  const auto transport = MakeCurlTransport();
  test::TestServer server;
  for (const Method method : {Method::kGet, Method::kHead, Method::kPost, Method::kPut,
                              Method::kPatch, Method::kDelete, Method::kOptions}) {
    server.Route(method, "/", [](const ServerRequest& request) {
      ServerResponse response;
      response.headers.Add("X-Was", std::string(ToString(request.method)) + " " + request.body);
      response.body = "body";
      return response;
    });
  }
  server.Start();
  for (const Method method : {Method::kGet, Method::kHead, Method::kPost, Method::kPut,
                              Method::kPatch, Method::kDelete, Method::kOptions}) {
    const std::string name(ToString(method));
    INFO(name);
    const Response bare = transport->Send(Wire(server.url(), method), {});
    CHECK(bare.status == 200);
    CHECK(bare.headers.Get("X-Was") == name);
    CHECK(bare.body == (method == Method::kHead ? "" : "body"));
    if (method == Method::kHead) continue;
    const Response full = transport->Send(Wire(server.url(), method, "data"), {});
    CHECK(full.headers.Get("X-Was") == name + " data");
  }
}

TEST_CASE("a connection is used again", "[transport]") {
  const auto transport = MakeCurlTransport();
  ServerOptions options = test::LoopbackOptions();
  options.max_connections = 1;  // a second one would be answered 503
  test::TestServer server(options);
  server.Route(Method::kPost, "/", [](const ServerRequest&) { return ServerResponse{}; });
  server.Start();
  for (int i = 0; i < 20; ++i) {
    CHECK(transport->Send(Wire(server.url(), Method::kPost, "x"), {}).status == 200);
  }
}

TEST_CASE("a server that went away and came back is reached by a new connection", "[transport]") {
  const auto transport = MakeCurlTransport();
  const auto ok = [](const ServerRequest&) { return ServerResponse{}; };
  ServerOptions options = test::LoopbackOptions();
  {
    test::TestServer first(options);
    first.Route(Method::kPost, "/", ok);
    first.Start();
    options.port = first.port();
    CHECK(transport->Send(Wire(first.url(), Method::kPost, "x"), {}).status == 200);
  }
  const std::string url = "http://127.0.0.1:" + std::to_string(options.port);
  const Error error = test::ErrorOf([&] { transport->Send(Wire(url, Method::kPost, "x"), {}); });
  CHECK(error.kind() == ErrorKind::kTransient);
  CHECK(std::string(error.what()).rfind("POST " + url + " failed: ", 0) == 0);
  test::TestServer second(options);
  second.Route(Method::kPost, "/", ok);
  second.Start();
  CHECK(transport->Send(Wire(url, Method::kPost, "x"), {}).status == 200);
}

TEST_CASE("a stop ends a stalled request within 100 ms", "[transport]") {
  const auto transport = MakeCurlTransport();
  auto fastest = std::chrono::steady_clock::duration::max();
  // The best of some: a loaded machine may hold up any of them.
  for (int attempt = 0; attempt < 5; ++attempt) {
    StallingServer server;
    std::stop_source source;
    auto result = std::async(std::launch::async, [&] {
      return test::ErrorOf([&] { transport->Send(Wire(server.url()), source.get_token()); });
    });
    server.WaitUntilEntered();
    const auto start = std::chrono::steady_clock::now();
    source.request_stop();
    const Error error = result.get();
    fastest = std::min(fastest, std::chrono::steady_clock::now() - start);
    CHECK(error.kind() == ErrorKind::kCancelled);
  }
  CHECK(fastest < 100ms);
}

TEST_CASE("a stop that was requested before is noticed", "[transport]") {
  const auto transport = MakeCurlTransport();
  std::stop_source source;
  source.request_stop();
  const Error error =
      test::ErrorOf([&] { transport->Send(Wire("http://127.0.0.1:1"), source.get_token()); });
  CHECK(error.kind() == ErrorKind::kCancelled);
}

TEST_CASE("stops and answers may race", "[transport]") {
  const auto transport = MakeCurlTransport();
  test::TestServer server;
  server.Route(Method::kGet, "/", [](const ServerRequest&) { return ServerResponse{}; });
  server.Start();
  std::atomic<int> answered{0};
  std::atomic<int> cancelled{0};
  std::vector<std::jthread> threads;
  for (int i = 0; i < 4; ++i) {
    threads.emplace_back([&] {
      for (int k = 0; k < 50; ++k) {
        std::stop_source source;
        std::jthread stopper([&] { source.request_stop(); });
        try {
          transport->Send(Wire(server.url()), source.get_token());
          ++answered;
        } catch (const Error& error) {
          if (error.kind() == ErrorKind::kCancelled) ++cancelled;
        }
      }
    });
  }
  threads.clear();
  CHECK(answered + cancelled == 200);
}

TEST_CASE("no answer in time is a passing error", "[transport]") {
  const auto transport = MakeCurlTransport();
  StallingServer server;
  WireRequest wire = Wire(server.url());
  wire.timeout = 50ms;
  const Error error = test::ErrorOf([&] { transport->Send(wire, {}); });
  CHECK(error.kind() == ErrorKind::kTransient);
  CHECK(error.what() == "GET " + server.url() + " failed: no answer within 50 ms");
}

TEST_CASE("what is no URL, and what is too large, is not tried again", "[transport]") {
  const auto transport = MakeCurlTransport();
  for (const char* url : {"", "/relative", "ftp://host/x", "http://", "http://a b/"}) {
    INFO(url);
    CHECK(test::ErrorOf([&] { transport->Send(Wire(url), {}); }).kind() == ErrorKind::kPermanent);
  }
  test::TestServer server;
  server.Route(Method::kGet, "/", [](const ServerRequest&) {
    return ServerResponse::OfText(200, std::string(3000, 'x'));
  });
  server.Start();
  WireRequest wire = Wire(server.url());
  wire.max_response_bytes = 3000;
  CHECK(transport->Send(wire, {}).body.size() == 3000);
  wire.max_response_bytes = 2999;
  const Error error = test::ErrorOf([&] { transport->Send(wire, {}); });
  CHECK(error.kind() == ErrorKind::kPermanent);
  CHECK(std::string(error.what()).find("larger than 2.9 KiB") != std::string::npos);
}

TEST_CASE("a header cannot smuggle in another", "[transport]") {
  const auto transport = MakeCurlTransport();
  WireRequest wire = Wire("http://127.0.0.1:1");
  wire.request.headers.Add("X-A", "b\r\nX-C: d");
  CHECK(test::ErrorOf([&] { transport->Send(wire, {}); }).kind() == ErrorKind::kPermanent);
}

TEST_CASE("redirects are followed for reads, and credentials stay at home", "[transport]") {
  const auto transport = MakeCurlTransport();
  test::TestServer other;
  const auto show = [](const ServerRequest& request) {
    return ServerResponse::OfText(200, request.headers.Get("Authorization").value_or("none") + "," +
                                           request.headers.Get("X-Key").value_or("none") + "," +
                                           request.headers.Get("User-Agent").value_or("none"));
  };
  other.Route(Method::kGet, "/show", show);
  other.Start();
  test::TestServer server;
  server.Route(Method::kGet, "/show", show);
  const auto redirect_to = [](const std::string& where) {
    return [where](const ServerRequest&) {
      ServerResponse response;
      response.status = 302;
      response.headers.Add("Location", where);
      return response;
    };
  };
  server.Route(Method::kGet, "/here", redirect_to("show?q=1"));
  server.Route(Method::kPost, "/here", redirect_to("show"));
  server.Route(Method::kGet, "/there", redirect_to(other.url() + "/show"));
  server.Route(Method::kGet, "/tls", redirect_to("https://127.0.0.1:1/"));
  server.Route(Method::kGet, "/round", redirect_to("/round"));
  server.Start();

  const auto get = [&](const std::string& path, Method method = Method::kGet) {
    WireRequest wire = Wire(server.url() + path, method);
    wire.request.headers = {{"Authorization", "a"}, {"X-Key", "k"}, {"User-Agent", "u"}};
    return transport->Send(wire, {});
  };
  CHECK(get("/here").body == "a,k,u");
  CHECK(get("/there").body == "none,none,u");
  CHECK(get("/here", Method::kPost).status == 302);
  CHECK(get("/tls").status == 302);
  const Error error = test::ErrorOf([&] { get("/round"); });
  CHECK(error.kind() == ErrorKind::kPermanent);
}

TEST_CASE("many callers share one transport", "[transport]") {
  const auto transport = MakeCurlTransport();
  test::TestServer server;
  server.Route(Method::kPost, "/", [](const ServerRequest& request) {
    return ServerResponse::OfText(200, request.body);
  });
  server.Start();
  std::atomic<int> right{0};
  std::vector<std::jthread> threads;
  for (int i = 0; i < 8; ++i) {
    threads.emplace_back([&, i] {
      for (int k = 0; k < 25; ++k) {
        const std::string body(static_cast<std::size_t>(1000 * i + k), 'b');
        if (transport->Send(Wire(server.url(), Method::kPost, body), {}).body == body) ++right;
      }
    });
  }
  threads.clear();
  CHECK(right == 200);
}

}  // namespace ocean::http
