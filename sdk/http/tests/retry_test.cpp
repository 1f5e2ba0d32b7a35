#include "retry.hpp"

#include "http_fixture.hpp"
#include "ocean/catch.hpp"

namespace ocean::http {

using namespace std::chrono_literals;

namespace {

// 2026-01-01T00:00:00Z
const TimePoint kNow{std::chrono::seconds(1'767'225'600)};

struct Fixture {
  explicit Fixture(test::ScriptedTransport::Script script, ClientOptions options = {})
      : transport(std::make_shared<test::ScriptedTransport>(std::move(script))) {
    options.base_url = "http://host";
    options.retry.jitter = 0;
    client.emplace(
        options, transport, clock,
        Logger::ToSink(LogLevel::kInfo,
                       [this](const LogRecord& record) { log.push_back(record.message); }),
        std::stop_token{});
  }

  testing::ManualClock clock;
  std::vector<std::string> log;
  std::shared_ptr<test::ScriptedTransport> transport;
  std::optional<Client> client;
};

Request Make(Method method, bool retryable) {
  Request request = Request::Get("/x");
  request.method = method;
  request.retryable = retryable;
  return request;
}

}  // namespace

TEST_CASE("a header says how long to wait", "[retry]") {
  struct Case {
    const char* text;
    std::optional<Duration> wait;
  };
  const auto [text, wait] = GENERATE(values<Case>({
      {"5", 5s},
      {" 0 ", 0s},
      {"1.5", 1500ms},
      {"10000", 10000s},
      {"1767225630", 30s},
      {"1767225600.25", 250ms},
      {"1767225590", -10s},
      {"2026-01-01T00:01:00Z", 60s},
      {"2026-01-01T02:00:30+02:00", 30s},
      {"Thu, 01 Jan 2026 00:02:00 GMT", 120s},
      {"", std::nullopt},
      {"soon", std::nullopt},
      {"-5", std::nullopt},
      {"5 seconds", std::nullopt},
      {"1e5", std::nullopt},
      {"nan", std::nullopt},
      {"inf", std::nullopt},
      {"99999999999999999999", std::nullopt},
  }));
  INFO(text);
  CHECK(ParseDelay(text, kNow) == wait);
}

TEST_CASE("the first header that speaks of what lies ahead decides, within its cap", "[retry]") {
  const RetryPolicy policy;
  struct Case {
    int status;
    Headers headers;
    std::optional<Duration> wait;
  };
  const auto [status, headers, wait] = GENERATE(values<Case>({
      {429, {}, std::nullopt},
      {429, {{"retry-after", "7"}}, 7s},
      {429, {{"X-RateLimit-Reset", "1767225630"}}, 30s},
      {429, {{"X-RateLimit-Reset", "1767225630"}, {"Retry-After", "7"}}, 7s},
      {429, {{"X-RateLimit-Reset", "1767225630"}, {"Retry-After", "later"}}, 30s},
      {429, {{"X-RateLimit-Reset", "1767225630"}, {"Retry-After", "1767225000"}}, 30s},
      {429, {{"X-RateLimit-Reset", "1767225000"}}, std::nullopt},
      {429, {{"X-RateLimit-Reset", "1767229200"}}, 15min},
      {503, {{"X-RateLimit-Reset", "1767229200"}}, 60s},
      {503, {{"Retry-After", "3600"}}, 15min},
      {503, {{"Retry-After", "120"}}, 120s},
  }));
  const std::optional<Delay> delay = ServerDelay(policy, test::Answer(status, headers), kNow);
  CHECK(delay.has_value() == wait.has_value());
  if (delay && wait) CHECK(delay->wait == *wait);
}

TEST_CASE("waits double up to the cap, with jitter to either side", "[retry]") {
  RetryPolicy policy;
  policy.base_delay = 100ms;
  policy.max_delay = 60s;
  CHECK(BackOff(policy, 1, true) == 110ms);
  CHECK(BackOff(policy, 1, false) == 90ms);
  CHECK(BackOff(policy, 4, false) == 720ms);
  CHECK(BackOff(policy, 11, true) == 60s);
  CHECK(BackOff(policy, 2000, true) == 60s);
}

TEST_CASE("a target that has answered before is waited for", "[retry]") {
  Fixture fixture([](const WireRequest&, std::size_t sent) {
    if (sent > 0)
      throw Error(ErrorKind::kTransient, "GET http://host/x failed: connection refused");
    return test::Answer(200);
  });
  fixture.client->Send(Make(Method::kGet, false));
  test::ErrorOf([&, request = Make(Method::kGet, false)] { fixture.client->Send(request); });
  CHECK(fixture.transport->Sent().size() == 12);
}

TEST_CASE("what is sent again, and how often", "[retry]") {
  struct Case {
    Method method;
    bool retryable;
    int status;  // 0: a connection error
    std::size_t sends;
    ErrorKind kind;
  };
  const auto [method, retryable, status, sends, kind] = GENERATE(values<Case>({
      {Method::kGet, false, 503, 11, ErrorKind::kTransient},
      {Method::kHead, false, 502, 11, ErrorKind::kTransient},
      {Method::kPut, false, 504, 11, ErrorKind::kTransient},
      {Method::kDelete, false, 408, 11, ErrorKind::kTransient},
      {Method::kOptions, false, 429, 11, ErrorKind::kRateLimited},
      {Method::kPost, false, 503, 1, ErrorKind::kTransient},
      {Method::kPost, true, 503, 11, ErrorKind::kTransient},
      {Method::kPatch, false, 429, 1, ErrorKind::kRateLimited},
      {Method::kPatch, true, 429, 11, ErrorKind::kRateLimited},
      // An address that has never answered is given up soon.
      {Method::kGet, false, 0, 5, ErrorKind::kTransient},
      {Method::kPost, false, 0, 1, ErrorKind::kTransient},
      {Method::kPost, true, 0, 5, ErrorKind::kTransient},
      {Method::kGet, false, 500, 1, ErrorKind::kTransient},
      {Method::kGet, false, 400, 1, ErrorKind::kPermanent},
      {Method::kGet, false, 401, 1, ErrorKind::kAuth},
      {Method::kGet, false, 403, 1, ErrorKind::kForbidden},
      {Method::kGet, false, 404, 1, ErrorKind::kNotFound},
      {Method::kGet, false, 422, 1, ErrorKind::kPermanent},
      {Method::kGet, false, 302, 1, ErrorKind::kPermanent},
  }));
  Fixture fixture([answer = status](const WireRequest&, std::size_t) {
    if (answer == 0) throw Error(ErrorKind::kTransient, "GET http://host/x failed: no route");
    return test::Answer(answer);
  });
  const Error error =
      test::ErrorOf([&, request = Make(method, retryable)] { fixture.client->Send(request); });
  INFO(ToString(method) << " " << status);
  CHECK(fixture.transport->Sent().size() == sends);
  CHECK(error.kind() == kind);
  CHECK(error.http_status() == status);
  CHECK(fixture.client->stats().requests == sends);
  CHECK(fixture.client->stats().retries == sends - 1);
  CHECK(fixture.log.size() == sends - 1);
}

TEST_CASE("the waits before retries", "[retry]") {
  Fixture fixture([](const WireRequest&, std::size_t number) {
    if (number == 2) return test::Answer(429, {{"Retry-After", "7"}});
    return test::Answer(number < 5 ? 503 : 200);
  });
  CHECK(fixture.client->Send(Request::Get("/x")).status == 200);
  CHECK(fixture.clock.Waits() == std::vector<Duration>{100ms, 200ms, 7s, 800ms, 1600ms});
  // Only what a limit asked for is a wait for it.
  CHECK(fixture.client->stats().traffic().rate_limit_waits ==
        std::map<std::string, Duration>{{"http://host", 7s}});
  CHECK(fixture.log.at(0) == "GET http://host/x answered 503; retry 1 of 10 in 100 ms");
  CHECK(fixture.log.at(2) ==
        "GET http://host/x answered 429; retry 3 of 10 in 7.0 s, as its Retry-After asks");
}

TEST_CASE("a stop ends a wait for a retry", "[retry]") {
  std::stop_source source;
  Fixture fixture([&](const WireRequest&, std::size_t) {
    source.request_stop();
    return test::Answer(503);
  });
  const Error error =
      test::ErrorOf([&] { fixture.client->Send(Request::Get("/x"), source.get_token()); });
  CHECK(error.kind() == ErrorKind::kCancelled);
  CHECK(fixture.transport->Sent().size() == 1);
}

}  // namespace ocean::http
