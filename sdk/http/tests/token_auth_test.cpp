#include "ocean/http/token_auth.hpp"

#include <latch>
#include <sstream>
#include <thread>

#include "http_fixture.hpp"
#include "ocean/base/text.hpp"
#include "ocean/catch.hpp"

namespace ocean::http {

using namespace std::chrono_literals;

namespace {

constexpr const char* kTokenUrl = "https://login/token";

/// A token server and an API in one: tokens are numbered, and only the newest is good.
struct Harness {
  Harness()
      : transport(std::make_shared<test::ScriptedTransport>(
            [this](const WireRequest& wire, std::size_t) { return Answer(wire); })),
        logger(Logger::ToSink(LogLevel::kDebug, [](const LogRecord&) {})),
        factory{.transport = transport, .clock = clock, .logger = logger} {}

  Response Answer(const WireRequest& wire) {
    if (wire.request.url == kTokenUrl) return token_answer(wire);
    const bool good = wire.request.headers.Get("Authorization") == "Bearer " + Token();
    return test::Answer(good ? 200 : 401);
  }
  std::string Token() const { return "access-token-" + std::to_string(issued); }

  Client Make(std::shared_ptr<Auth> auth) {
    ClientOptions options;
    options.base_url = "https://api";
    options.auth = std::move(auth);
    return factory.Make(options);
  }
  std::vector<Request> TokenRequests() const {
    std::vector<Request> requests;
    for (const WireRequest& wire : transport->Sent()) {
      if (wire.request.url == kTokenUrl) requests.push_back(wire.request);
    }
    return requests;
  }

  std::atomic<int> issued{0};
  std::function<Response(const WireRequest&)> token_answer = [this](const WireRequest&) {
    ++issued;
    return test::Answer(200, {}, DumpJson({{"access_token", Token()}, {"expires_in", 3600}}));
  };
  testing::ManualClock clock{testing::ManualClock::Mode::kAutoAdvance};
  std::shared_ptr<test::ScriptedTransport> transport;
  Logger logger;
  ClientFactory factory;
};

ClientCredentials Credentials() {
  return {.token_url = kTokenUrl,
          .client_id = "id/1",
          .client_secret = Secret("s3cret:value"),
          .scope = "read",
          .parameters = {{"audience", "api"}}};
}

RefreshToken Refresh(std::string token = "refresh-token-0") {
  return {.token_url = kTokenUrl,
          .client_id = "id",
          .client_secret = Secret("s3cret:value"),
          .refresh_token = Secret(std::move(token))};
}

}  // namespace

TEST_CASE("client credentials are exchanged for a token, which is kept until it ends", "[token]") {
  Harness harness;
  const Client client = harness.Make(MakeClientCredentialsAuth(harness.factory, Credentials()));
  client.Send(Request::Get("/x"));
  client.Send(Request::Get("/x"));
  REQUIRE(harness.TokenRequests().size() == 1);
  const Request request = harness.TokenRequests()[0];
  CHECK(request.method == Method::kPost);
  CHECK(request.content_type == "application/x-www-form-urlencoded");
  CHECK(request.body == "grant_type=client_credentials&scope=read&audience=api");
  CHECK(request.headers.Get("Authorization") == "Basic " + Base64Encode("id%2F1:s3cret%3Avalue"));

  harness.clock.Advance(3600s - 61s);
  client.Send(Request::Get("/x"));
  CHECK(harness.TokenRequests().size() == 1);
  harness.clock.Advance(2s);
  client.Send(Request::Get("/x"));
  CHECK(harness.TokenRequests().size() == 2);
}

TEST_CASE("a client's secret may go into the body", "[token]") {
  Harness harness;
  ClientCredentials options = Credentials();
  options.secret_in_body = true;
  harness.Make(MakeClientCredentialsAuth(harness.factory, options)).Send(Request::Get("/x"));
  CHECK(harness.TokenRequests().at(0).body ==
        "grant_type=client_credentials&scope=read&audience=api&client_id=id%2F1"
        "&client_secret=s3cret%3Avalue");
  CHECK_FALSE(harness.TokenRequests().at(0).headers.Has("Authorization"));
}

TEST_CASE("a refused token is renewed once, and the request repeated once", "[token]") {
  Harness harness;
  const Client client = harness.Make(MakeClientCredentialsAuth(harness.factory, Credentials()));
  client.Send(Request::Get("/x"));
  const bool stays_refused = GENERATE(false, true);
  if (stays_refused) {
    harness.token_answer = [](const WireRequest&) {
      return test::Answer(200, {}, R"({"access_token":"never-good","expires_in":"60"})");
    };
  }
  ++harness.issued;  // revoked
  if (stays_refused) {
    CHECK(test::ErrorOf([&] { client.PostJson("/x", Json()); }).kind() == ErrorKind::kAuth);
  } else {
    client.PostJson("/x", Json());
  }
  CHECK(harness.TokenRequests().size() == 2);
  CHECK(harness.transport->Sent().size() == 5);
}

TEST_CASE("one of many threads gets the new token for all", "[token]") {
  constexpr int kThreads = 8;
  Harness harness;
  const bool fails = GENERATE(false, true);
  testing::ManualClock clock;
  std::latch all_there(kThreads);
  std::atomic<int> calls{0};
  const auto auth = MakeTokenAuth(
      [&](const std::stop_token&) -> Credential {
        ++calls;
        all_there.wait();
        if (fails) throw Error(ErrorKind::kAuth, "refused");
        return {.value = Secret("v")};
      },
      clock);
  std::atomic<int> good{0};
  std::atomic<int> bad{0};
  std::vector<std::jthread> threads;
  for (int i = 0; i < kThreads; ++i) {
    threads.emplace_back([&] {
      Request request;
      all_there.count_down();
      try {
        auth->Apply(request, {});
        ++(request.headers.Get("Authorization") == "v" ? good : bad);
      } catch (const Error&) {
        ++bad;
      }
    });
  }
  threads.clear();
  CHECK(good == (fails ? 0 : kThreads));
  CHECK(bad == (fails ? kThreads : 0));
  if (!fails) CHECK(calls == 1);
}

TEST_CASE("many refusals of one token lead to one renewal", "[token]") {
  Harness harness;
  const Client client = harness.Make(MakeClientCredentialsAuth(harness.factory, Credentials()));
  client.Send(Request::Get("/x"));
  ++harness.issued;  // revoked
  std::vector<std::jthread> threads;
  for (int i = 0; i < 8; ++i) threads.emplace_back([&] { client.Send(Request::Get("/x")); });
  threads.clear();
  CHECK(harness.TokenRequests().size() == 2);
}

TEST_CASE("who waits for a token is freed by its stop", "[token]") {
  testing::ManualClock clock;
  std::latch entered(1);
  std::latch release(1);
  const auto auth = MakeTokenAuth(
      [&](const std::stop_token&) -> Credential {
        entered.count_down();
        release.wait();
        return {.value = Secret("v")};
      },
      clock);
  std::jthread first([&] {
    Request request;
    auth->Apply(request, {});
  });
  entered.wait();
  std::stop_source stop;
  std::jthread second([&] {
    Request request;
    CHECK(test::ErrorOf([&] { auth->Apply(request, stop.get_token()); }).kind() ==
          ErrorKind::kCancelled);
  });
  stop.request_stop();
  second.join();
  release.count_down();
}

TEST_CASE("a rotated refresh token is handed on before its access token is used", "[token]") {
  Harness harness;
  harness.token_answer = [&](const WireRequest&) {
    const int number = ++harness.issued;
    return test::Answer(200, {},
                        DumpJson({{"access_token", harness.Token()},
                                  {"refresh_token", "refresh-token-" + std::to_string(number)}}));
  };
  std::vector<std::string> kept;
  RefreshToken options = Refresh();
  options.on_rotation = [&](const Secret& token) {
    kept.push_back(token.Reveal());
    CHECK(harness.transport->Sent().back().request.url == kTokenUrl);
  };
  const Client client = harness.Make(MakeRefreshTokenAuth(harness.factory, options));
  client.Send(Request::Get("/x"));
  ++harness.issued;  // revoked
  client.Send(Request::Get("/x"));
  CHECK(kept == std::vector<std::string>{"refresh-token-1", "refresh-token-3"});
  CHECK(harness.TokenRequests().at(0).body ==
        "grant_type=refresh_token&refresh_token=refresh-token-0");
  CHECK(harness.TokenRequests().at(1).body ==
        "grant_type=refresh_token&refresh_token=refresh-token-1");
}

TEST_CASE("a refused grant is told without secrets", "[token]") {
  Harness harness;
  harness.token_answer = [](const WireRequest& wire) {
    return test::Answer(400, {},
                        DumpJson({{"error", "invalid_grant"},
                                  {"error_description", "it ended"},
                                  {"you_sent", wire.request.body}}));
  };
  const Client client = harness.Make(MakeRefreshTokenAuth(harness.factory, Refresh()));
  const Error error = test::ErrorOf([&] { client.Send(Request::Get("/x")); });
  CHECK(error.kind() == ErrorKind::kAuth);
  CHECK(error.what() == std::string("GET http://test refused the credentials: invalid_grant "
                                    "(it ended)"));
  harness.token_answer = [](const WireRequest&) {
    return test::Answer(200, {}, R"({"token":"access-token-9"})");
  };
  const Error nothing = test::ErrorOf([&] { client.Send(Request::Get("/x")); });
  CHECK(nothing.kind() == ErrorKind::kPermanent);
  CHECK(std::string(nothing.what()).find("access-token-9") == std::string::npos);
}

TEST_CASE("W-30: tokens and secrets are masked in the log from when they are known",
          "[token][weakness]") {
  Harness harness;
  harness.token_answer = [&](const WireRequest&) {
    ++harness.issued;
    return test::Answer(
        200, {},
        DumpJson({{"access_token", harness.Token()}, {"refresh_token", "refresh-token-1"}}));
  };
  harness.Make(MakeRefreshTokenAuth(harness.factory, Refresh())).Send(Request::Get("/x"));
  const SecretMasker& masker = harness.logger.Masker();
  CHECK(masker.Mask("a refresh-token-0 b") == "a *** b");
  CHECK(masker.Mask("a refresh-token-1 b") == "a *** b");
  CHECK(masker.Mask("a access-token-1 b") == "a *** b");
  CHECK(masker.Mask("a s3cret:value b") == "a *** b");
  std::ostringstream text;
  text << Refresh().refresh_token << Credentials().client_secret;
  CHECK(text.str() == "******");
}

TEST_CASE("a session is opened by a login, and again after a 401", "[token]") {
  struct Case {
    SessionLogin login;
    Response answer;
    std::string header;
    std::string shown;
  };
  const Request request = Request::PostJson(kTokenUrl, {{"user", "me"}, {"password", "pass"}});
  const std::vector<Case> cases = {
      {{.request = request, .cookie = "SID"},
       test::Answer(302, {{"Set-Cookie", "other=1"}, {"Set-Cookie", "SID=session1; Path=/"}}, ""),
       "Cookie",
       "SID=session1"},
      {{.request = request, .token_header = "X-Subject-Token", .header = "X-Auth", .prefix = ""},
       test::Answer(201, {{"x-subject-token", "session1"}}),
       "X-Auth",
       "session1"},
      {{.request = request, .token_path = "data.token"},
       test::Answer(200, {}, R"({"data":{"token":"session1"}})"),
       "Authorization",
       "Bearer session1"},
  };
  for (const Case& one : cases) {
    INFO(one.shown);
    Harness harness;
    int logins = 0;
    int refused = 1;
    ClientFactory factory = harness.factory;
    const auto transport =
        std::make_shared<test::ScriptedTransport>([&](const WireRequest& wire, std::size_t) {
          if (wire.request.url == kTokenUrl) return ++logins, one.answer;
          CHECK(wire.request.headers.Get(one.header) == one.shown);
          return test::Answer(refused-- > 0 ? 401 : 200);
        });
    factory.transport = transport;
    ClientOptions options;
    options.base_url = "https://api";
    options.auth = MakeSessionAuth(factory, one.login);
    const Client client = factory.Make(options);
    client.Send(Request::Get("/x"));
    client.Send(Request::Get("/x"));
    CHECK(logins == 2);
    CHECK(harness.logger.Masker().Mask("session1") == "***");
  }
}

TEST_CASE("a login that gives no session is an error", "[token]") {
  Harness harness;
  const int status = GENERATE(200, 401);
  harness.token_answer = [&](const WireRequest&) { return test::Answer(status, {}, "{}"); };
  const SessionLogin login{.request = Request::PostJson(kTokenUrl, Json::object()),
                           .cookie = "SID"};
  const Client client = harness.Make(MakeSessionAuth(harness.factory, login));
  const Error error = test::ErrorOf([&] { client.Send(Request::Get("/x")); });
  CHECK(error.kind() == (status == 401 ? ErrorKind::kAuth : ErrorKind::kPermanent));
}

}  // namespace ocean::http
