#include <filesystem>
#include <fstream>
#include <latch>
#include <thread>

#include "http_fixture.hpp"
#include "ocean/base/hash.hpp"
#include "ocean/catch.hpp"

namespace ocean::http {

using namespace std::chrono_literals;

namespace {

struct Harness {
  explicit Harness(test::ScriptedTransport::Script script)
      : transport(std::make_shared<test::ScriptedTransport>(std::move(script))) {
    options.base_url = "https://host/api/";
  }

  Client Make() { return Client(options, transport, clock, Logger::Null(), stop.get_token()); }
  std::string SentHeader(std::size_t number, std::string_view name) {
    return transport->Sent().at(number).request.headers.Get(name).value_or("");
  }

  testing::ManualClock clock;
  std::stop_source stop;
  ClientOptions options;
  std::shared_ptr<test::ScriptedTransport> transport;
};

/// Credentials that become good after a refresh.
class CountingAuth : public Auth {
 public:
  explicit CountingAuth(bool has_more) : has_more_(has_more) {}
  void Apply(Request& request, const std::stop_token&) override {
    request.headers.Set("Authorization", "token-" + std::to_string(refreshes));
  }
  bool Refresh(const Request& refused, const std::stop_token&) override {
    refused_with = refused.headers.Get("Authorization").value_or("");
    ++refreshes;
    return has_more_;
  }
  int refreshes = 0;
  std::string refused_with;

 private:
  const bool has_more_;
};

/// A file that a test owns.
class TokenFile {
 public:
  TokenFile() : path(std::filesystem::temp_directory_path() / ("token-" + RandomUuid())) {}
  ~TokenFile() { std::filesystem::remove(path); }
  void Write(std::string_view text) const { std::ofstream(path) << text; }
  const std::filesystem::path path;
};

test::ScriptedTransport::Script Always(int status, std::string body = "{}") {
  return [=](const WireRequest&, std::size_t) { return test::Answer(status, {}, body); };
}

}  // namespace

TEST_CASE("a request takes the client's URL, headers, credentials and timeout", "[client]") {
  Harness harness(Always(200, R"({"a":1})"));
  harness.options.headers = {{"Accept", "application/json"}, {"X-Team", "ours"}};
  harness.options.auth = MakeBasicAuth("me", Secret("pass"));
  harness.options.timeout = 7s;
  const Client client = harness.Make();
  CHECK(client.base_url() == "https://host/api");

  Request request = Request::Get("things", {{"q", "a b"}});
  request.headers.Add("accept", "text/plain");
  CHECK(client.SendForJson(request) == Json{{"a", 1}});
  const WireRequest wire = harness.transport->Sent().at(0);
  CHECK(wire.request.url == "https://host/api/things");
  CHECK(wire.request.query == Query{{"q", "a b"}});
  CHECK(wire.request.headers.Get("Accept") == "text/plain");
  CHECK(wire.request.headers.Get("X-Team") == "ours");
  CHECK(wire.request.headers.Get("Authorization") == "Basic bWU6cGFzcw==");
  CHECK(wire.timeout == 7s);

  client.GetJson("https://other/x");
  CHECK(harness.transport->Sent().at(1).request.url == "https://other/x");
  client.PostJson("/y", Json{{"b", 2}});
  CHECK(harness.transport->Sent().at(2).request.url == "https://host/api/y");
  CHECK(harness.transport->Sent().at(2).request.body == R"({"b":2})");
}

TEST_CASE("credentials are put where they belong", "[client]") {
  Harness harness(Always(200));
  harness.options.auth = MakeHeaderAuth("X-Key", Secret("k"));
  harness.Make().Send(Request::Get("/"));
  CHECK(harness.SentHeader(0, "x-key") == "k");
  harness.options.auth = MakeBearerAuth(Secret("t"));
  harness.Make().Send(Request::Get("/"));
  CHECK(harness.SentHeader(1, "Authorization") == "Bearer t");
}

TEST_CASE("a 401 is replayed once, for every method, without waiting", "[client]") {
  const Method method = GENERATE(Method::kGet, Method::kPost, Method::kPatch, Method::kDelete);
  Harness harness([](const WireRequest& wire, std::size_t) {
    return test::Answer(wire.request.headers.Get("Authorization") == "token-0" ? 401 : 200);
  });
  const auto auth = std::make_shared<CountingAuth>(true);
  harness.options.auth = auth;
  Request request = Request::Get("/x");
  request.method = method;
  CHECK(harness.Make().Send(request).status == 200);
  CHECK(harness.transport->Sent().size() == 2);
  CHECK(auth->refused_with == "token-0");
  CHECK(harness.SentHeader(1, "Authorization") == "token-1");
  CHECK(harness.clock.Waits().empty());
}

TEST_CASE("credentials that stay refused fail at once", "[client]") {
  const bool has_more = GENERATE(true, false);
  Harness harness(Always(401, R"({"message":"who are you?"})"));
  const auto auth = std::make_shared<CountingAuth>(has_more);
  harness.options.auth = auth;
  const Error error = test::ErrorOf([&] { harness.Make().Send(Request::Get("/x")); });
  CHECK(error.kind() == ErrorKind::kAuth);
  CHECK(error.http_status() == 401);
  CHECK(harness.transport->Sent().size() == (has_more ? 2 : 1));
  CHECK(auth->refreshes == 1);
  CHECK(harness.clock.Waits().empty());
}

TEST_CASE("a token file is read again after a 401, and its fallback serves while it cannot be read",
          "[client]") {
  const TokenFile file;
  std::string good = "Bearer fallback";
  Harness harness([&](const WireRequest& wire, std::size_t) {
    return test::Answer(wire.request.headers.Get("Authorization") == good ? 200 : 401);
  });
  harness.options.auth = MakeTokenFileAuth(file.path, Secret("fallback"));
  const Client client = harness.Make();
  client.Send(Request::Get("/x"));
  CHECK(harness.SentHeader(0, "Authorization") == "Bearer fallback");

  file.Write("first\n");
  good = "Bearer first";
  client.Send(Request::Get("/x"));
  CHECK(harness.SentHeader(1, "Authorization") == "Bearer first");

  file.Write("second");
  good = "Bearer second";
  client.Send(Request::Get("/x"));
  CHECK(harness.SentHeader(2, "Authorization") == "Bearer first");
  CHECK(harness.SentHeader(3, "Authorization") == "Bearer second");

  good = "Bearer third";
  CHECK(test::ErrorOf([&] { client.Send(Request::Get("/x")); }).kind() == ErrorKind::kAuth);
  CHECK(harness.transport->Sent().size() == 5);
}

TEST_CASE("messages say what was tried and what came back, and no secret", "[client]") {
  Harness harness(Always(503, "down for\nmaintenance " + std::string(300, '.')));
  harness.options.retry.max_retries = 2;
  const Error error = test::ErrorOf([&] {
    harness.Make().Send(
        Request::Get("https://user:hunter2@host:8443/path?token=s3cret#f", {{"key", "s3cret"}}));
  });
  const std::string text = error.what();
  CHECK(text.rfind(
            "GET https://host:8443/path answered 503 after 3 tries: down for maintenance ...", 0) ==
        0);
  CHECK(text.size() < 280);
  CHECK(text.find("s3cret") == std::string::npos);
  CHECK(text.find("hunter2") == std::string::npos);
}

TEST_CASE("a snippet ends between two characters", "[client]") {
  std::string umlauts;
  for (int i = 0; i < 150; ++i) umlauts += "\xC3\xBC";
  Harness harness(Always(400, "x" + umlauts));
  const std::string text = test::ErrorOf([&] { harness.Make().Send(Request::Get("/x")); }).what();
  CHECK(text.size() == std::string("GET https://host/api/x answered 400: ").size() + 199);
  CHECK(text.back() == '\xBC');
}

TEST_CASE("an expected status is an answer", "[client]") {
  Harness harness(Always(404));
  Request request = Request::Get("/x");
  request.expected_statuses = {404, 409};
  CHECK(harness.Make().Send(request).status == 404);
}

TEST_CASE("an answer that is no JSON is an error; one without content is null", "[client]") {
  Harness harness([](const WireRequest&, std::size_t number) {
    return test::Answer(number == 0 ? 200 : 204, {}, number == 0 ? "<html>" : "");
  });
  const Client client = harness.Make();
  const Error error = test::ErrorOf([&] { client.GetJson("/x"); });
  CHECK(error.kind() == ErrorKind::kPermanent);
  CHECK(std::string(error.what()).find("GET http://test") != std::string::npos);
  CHECK(client.GetJson("/x").is_null());
}

TEST_CASE("either stop ends a request", "[client]") {
  const bool of_client = GENERATE(true, false);
  Harness harness(Always(200));
  std::stop_source own;
  (of_client ? harness.stop : own).request_stop();
  const Error error =
      test::ErrorOf([&] { harness.Make().Send(Request::Get("/x"), own.get_token()); });
  CHECK(error.kind() == ErrorKind::kCancelled);
}

TEST_CASE("what was waited for and what came back is counted", "[client]") {
  Harness harness([](const WireRequest&, std::size_t number) {
    if (number > 0) return test::Answer(200, {}, std::string(100, 'x'));
    return test::Answer(
        200,
        {{"x-ratelimit-limit", "9"}, {"x-ratelimit-remaining", "0"}, {"x-ratelimit-reset", "30"}},
        std::string(7, 'x'));
  });
  harness.options.target = "Host";
  const Client client = harness.Make();
  client.Send(Request::Get("/x"));
  CHECK(client.stats().traffic().rate_limit_waits.empty());
  client.Send(Request::Get("/x"));
  const StreamedResponse streamed = client.Open(Request::Get("/x"), 1024);
  while (streamed.body->Read()) continue;
  CHECK(client.stats().traffic().rate_limit_waits ==
        std::map<std::string, Duration>{{"Host", 30s}});
  CHECK(client.stats().traffic().response_bytes == 107);
}

TEST_CASE("a streamed body counts when it is let go", "[client]") {
  Harness harness(Always(200, std::string(300, 'x')));
  const Client client = harness.Make();
  {
    const StreamedResponse streamed = client.Open(Request::Get("/x"), 1024);
    while (streamed.body->Read()) continue;
  }
  CHECK(client.stats().traffic().response_bytes == 300);
  CHECK(client.stats().traffic().responses_by_size ==
        std::map<std::uint64_t, std::uint64_t>{{288, 1}});
}

TEST_CASE("no more requests than allowed are under way at a time", "[client]") {
  std::latch two_entered(2);
  std::latch release(1);
  std::atomic<int> under_way{0};
  std::atomic<int> most{0};
  Harness harness([&](const WireRequest&, std::size_t) {
    const int now = ++under_way;
    for (int seen = most; now > seen && !most.compare_exchange_weak(seen, now);) continue;
    if (!release.try_wait()) {
      two_entered.count_down();
      release.wait();
    }
    --under_way;
    return test::Answer(200);
  });
  harness.options.rate_limit.concurrency = 2;
  const Client client = harness.Make();
  std::vector<std::jthread> threads;
  for (int i = 0; i < 6; ++i) threads.emplace_back([&] { client.Send(Request::Get("/x")); });
  two_entered.wait();
  // All others wait for a place; one that is stopped leaves the queue.
  std::stop_source impatient;
  std::jthread stopped(
      [&] { CHECK_THROWS_AS(client.Send(Request::Get("/x"), impatient.get_token()), Error); });
  impatient.request_stop();
  stopped.join();
  release.count_down();
  threads.clear();
  CHECK(most == 2);
  CHECK(harness.transport->Sent().size() == 6);
}

}  // namespace ocean::http
