#include "ocean/http/error_rule.hpp"

#include "http_fixture.hpp"
#include "ocean/catch.hpp"
#include "ocean/http/paging.hpp"

namespace ocean::http {

namespace {

struct Harness {
  explicit Harness(std::vector<Response> answers)
      : transport(std::make_shared<test::ScriptedTransport>(
            [answers = std::move(answers)](const WireRequest&, std::size_t number) {
              return answers.at(std::min(number, answers.size() - 1));
            })) {
    options.base_url = "http://host";
    options.retry.max_retries = 2;
  }

  Client Make() { return Client(options, transport, clock, Logger::Null(), {}); }
  std::size_t sent() const { return transport->Sent().size(); }

  testing::ManualClock clock;
  ClientOptions options;
  std::shared_ptr<test::ScriptedTransport> transport;
};

ErrorRule Rule(int status, ErrorAction action) {
  return {.statuses = {status}, .action = action};
}

}  // namespace

TEST_CASE("a rule decides what a status means", "[rules]") {
  Harness harness({test::Answer(403, {}, "body")});
  SECTION("retry") {
    harness.options.error_rules = {Rule(403, ErrorAction::kRetry)};
    const Error error = test::ErrorOf([&] { harness.Make().Send(Request::Get("/")); });
    CHECK(error.kind() == ErrorKind::kForbidden);
    CHECK(harness.sent() == 3);
  }
  SECTION("retry, of what may not be sent again") {
    harness.options.error_rules = {Rule(403, ErrorAction::kRetry)};
    CHECK_THROWS_AS(harness.Make().PostJson("/", Json()), Error);
    CHECK(harness.sent() == 1);
  }
  SECTION("skip parent") {
    harness.options.error_rules = {Rule(403, ErrorAction::kSkipParent)};
    CHECK_THROWS_AS(harness.Make().Send(Request::Get("/")), SkippedParent);
    CHECK(harness.sent() == 1);
  }
  SECTION("empty") {
    harness.options.error_rules = {Rule(403, ErrorAction::kEmpty)};
    const Response response = harness.Make().Send(Request::Get("/"));
    CHECK(response.declared_empty);
    CHECK(response.status == 403);
    CHECK(harness.Make().GetJson("/").is_null());
  }
  SECTION("none matches: as without rules") {
    harness.options.error_rules = {Rule(404, ErrorAction::kEmpty)};
    const Error error = test::ErrorOf([&] { harness.Make().Send(Request::Get("/")); });
    CHECK(error.kind() == ErrorKind::kForbidden);
    CHECK(error.http_status() == 403);
  }
}

TEST_CASE("a rule may fail what is retried by default", "[rules]") {
  Harness harness({test::Answer(503)});
  harness.options.error_rules = {Rule(503, ErrorAction::kFail)};
  CHECK_THROWS_AS(harness.Make().Send(Request::Get("/")), Error);
  CHECK(harness.sent() == 1);
}

TEST_CASE("a request's rules come before its client's, and the first match counts", "[rules]") {
  Harness harness({test::Answer(404, {}, "x")});
  harness.options.error_rules = {Rule(404, ErrorAction::kFail), Rule(404, ErrorAction::kEmpty)};
  CHECK_THROWS_AS(harness.Make().Send(Request::Get("/")), Error);
  Request request = Request::Get("/");
  request.error_rules = {Rule(404, ErrorAction::kEmpty)};
  CHECK(harness.Make().Send(request).declared_empty);
}

TEST_CASE("a rule may ask for a text of the body and for a header", "[rules]") {
  Harness harness({test::Answer(403, {{"X-RateLimit-Remaining", "0"}}, "You exceeded the LIMIT"),
                   test::Answer(200, {}, R"({"ok":1})")});
  ErrorRule rule = Rule(403, ErrorAction::kRetry);
  rule.body_contains = GENERATE("", "exceeded the limit", "something else");
  rule.header = GENERATE("", "x-ratelimit-remaining", "x-none");
  rule.header_value = GENERATE("", "0", "1");
  harness.options.error_rules = {rule};
  const bool matches = rule.body_contains != "something else" && rule.header != "x-none" &&
                       (rule.header.empty() || rule.header_value != "1");
  if (matches) {
    CHECK(harness.Make().GetJson("/") == Json{{"ok", 1}});
  } else {
    CHECK_THROWS_AS(harness.Make().GetJson("/"), Error);
  }
}

TEST_CASE("an error that comes with status 200 can be told", "[rules]") {
  Harness harness({test::Answer(200, {}, R"({"errors":[{"type":"RATE_LIMITED"}]})"),
                   test::Answer(200, {}, R"({"data":1})")});
  ErrorRule rule = Rule(200, ErrorAction::kRetry);
  rule.body_contains = "RATE_LIMITED";
  harness.options.error_rules = {rule};
  Request request = Request::PostJson("/", Json());
  request.retryable = true;
  CHECK(harness.Make().SendForJson(request) == Json{{"data", 1}});
  harness.options.error_rules[0].action = ErrorAction::kFail;
  Harness failing({test::Answer(200, {}, "RATE_LIMITED")});
  failing.options.error_rules = harness.options.error_rules;
  const Error error = test::ErrorOf([&] { failing.Make().SendForJson(request); });
  CHECK(error.kind() == ErrorKind::kPermanent);
}

TEST_CASE("a skipped parent is never the end of a collection; what is declared empty is",
          "[rules]") {
  const bool at_once = GENERATE(true, false);
  const ErrorAction action = GENERATE(ErrorAction::kSkipParent, ErrorAction::kEmpty);
  const Response full = test::Answer(200, {}, R"({"items":[{"id":1}],"next":"t"})");
  const Response refused = test::Answer(403);
  Harness harness(at_once ? std::vector{refused} : std::vector{full, refused});
  harness.options.error_rules = {Rule(403, action)};
  TokenPaging paging;
  paging.token_path = "next";
  paging.items_path = "items";
  std::size_t items = 0;
  const auto walk = [&] {
    for (const Batch& batch : TokenPages(harness.Make(), Request::Get("/"), paging)) {
      items += batch.size();
    }
  };
  if (action == ErrorAction::kSkipParent) {
    CHECK_THROWS_AS(walk(), SkippedParent);
  } else {
    walk();
  }
  CHECK(items == (at_once ? 0 : 1));
}

TEST_CASE("W-29: policies and credentials belong to one client", "[rules][weakness]") {
  testing::ManualClock clock;
  const auto transport = std::make_shared<test::ScriptedTransport>(
      [](const WireRequest&, std::size_t) { return test::Answer(503); });
  ClientFactory factory{.transport = transport, .clock = clock, .logger = Logger::Null()};
  ClientOptions third_party;
  third_party.base_url = "http://third-party";
  third_party.auth = MakeBearerAuth(Secret("third-party-token"));
  third_party.retry.max_retries = 1;
  third_party.error_rules = {Rule(503, ErrorAction::kRetry)};
  ClientOptions port;
  port.base_url = "http://port";
  port.auth = MakeBearerAuth(Secret("port-token"));
  port.error_rules = {Rule(503, ErrorAction::kFail)};
  const Client first = factory.Make(third_party);
  const Client second = factory.Make(port);
  CHECK_THROWS_AS(first.GetJson("/x"), Error);
  CHECK_THROWS_AS(second.GetJson("/x"), Error);
  const std::vector<WireRequest> sent = transport->Sent();
  REQUIRE(sent.size() == 3);
  for (const WireRequest& wire : sent) {
    const bool is_port = wire.request.url == "http://port/x";
    CHECK(wire.request.headers.Get("Authorization") ==
          (is_port ? "Bearer port-token" : "Bearer third-party-token"));
  }
}

}  // namespace ocean::http
