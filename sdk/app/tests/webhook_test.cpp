#include "ocean/app/webhook.hpp"

#include "ocean/app/integration.hpp"
#include "ocean/base/error.hpp"
#include "ocean/catch.hpp"
#include "ocean/error_of.hpp"
#include "ocean/testing/capture_log.hpp"
#include "ocean/testing/manual_clock.hpp"
#include "webhook_registration.hpp"

namespace ocean::app {
namespace {

using Milliseconds = std::chrono::milliseconds;

TEST_CASE("the delays between attempts grow up to a limit") {
  const RetryPolicy policy{.max_attempts = 9,
                           .first_delay = Milliseconds(100),
                           .factor = 3,
                           .max_delay = Milliseconds(1000)};
  std::vector<Milliseconds> delays;
  for (int attempts = 1; attempts <= 4; ++attempts) delays.push_back(policy.DelayAfter(attempts));
  CHECK(delays ==
        std::vector{Milliseconds(100), Milliseconds(300), Milliseconds(900), Milliseconds(1000)});
  CHECK(policy.DelayAfter(10'000) == Milliseconds(1000));
}

TEST_CASE("an object that is not there any more is deleted, and no other failure means that") {
  const Json gone = {{"id", 1}};
  const EventResult found = Refetched([] { return Json{{"id", 1}, {"name", "x"}}; }, gone);
  CHECK(found.updated == std::vector<Json>{{{"id", 1}, {"name", "x"}}});
  CHECK(found.deleted.empty());
  const EventResult missing =
      Refetched([]() -> Json { throw Error(ErrorKind::kNotFound, "404"); }, gone);
  CHECK(missing.updated.empty());
  CHECK(missing.deleted == std::vector<Json>{gone});
  for (const ErrorKind kind : {ErrorKind::kTransient, ErrorKind::kForbidden, ErrorKind::kAuth}) {
    CHECK_THROWS_AS(Refetched([&]() -> Json { throw Error(kind, "no"); }, gone), Error);
  }
}

struct ThirdParty {
  std::vector<Json> hooks;
  int created = 0;
  int patched = 0;

  WebhookRegistration Registration() {
    return {.list = [this] { return hooks; },
            .wanted =
                [](const std::string& url) {
                  return Json{{"url", url}, {"events", {"a", "b"}}, {"secret", "s"}};
                },
            .create =
                [this](const Json& wanted) {
                  ++created;
                  hooks.push_back(wanted);
                },
            .patch =
                [this](const Json& existing, const Json& wanted) {
                  ++patched;
                  *std::find(hooks.begin(), hooks.end(), existing) = wanted;
                },
            .compared = {"/events", "/enabled"}};
  }
};

TEST_CASE("a webhook is created once, and brought in line when it differs") {
  ThirdParty party;
  party.hooks = {{{"url", "https://other"}, {"events", {"x"}}}};
  const auto ensure = [&] {
    EnsureRegistered(party.Registration(), "https://ours", Logger::Null());
  };
  ensure();
  ensure();
  CHECK(party.created == 1);
  CHECK(party.patched == 0);
  Json& ours = party.hooks.back();
  ours["secret"] = "********";
  ours["events"] = {"b", "a"};
  ensure();
  CHECK(party.patched == 0);
  SECTION("an event is missing") {
    ours["events"] = {"a"};
  }
  SECTION("another event is there") {
    ours["events"] = {"a", "c"};
  }
  SECTION("it has a field that should not be there") {
    ours["enabled"] = false;
  }
  ensure();
  ensure();
  CHECK(party.patched == 1);
  CHECK(party.created == 1);
  CHECK(party.hooks.size() == 2);
  CHECK(party.hooks.front().at("url") == "https://other");
}

TEST_CASE("what fails at the third party says what was being done") {
  ThirdParty party;
  WebhookRegistration registration = party.Registration();
  registration.list = []() -> std::vector<Json> { throw Error(ErrorKind::kForbidden, "403"); };
  CHECK_THAT(testing::ErrorOf([&] { EnsureRegistered(registration, "u", Logger::Null()); }),
             Catch::StartsWith("forbidden: listing webhooks: "));
}

TEST_CASE("an obstacle is told, and nothing is done") {
  ThirdParty party;
  testing::CaptureLog log;
  WebhookRegistration registration = party.Registration();
  registration.obstacle = [](const std::string& url) { return "nobody may have " + url; };
  EnsureRegistered(registration, "https://ours", log.logger());
  CHECK(party.created == 0);
  CHECK(log.Has(LogLevel::kWarning, "no webhook for https://ours: nobody may have https://ours"));
}

TEST_CASE(
    "webhooks that are forgotten are renewed each week, and one that fails holds up no other") {
  ThirdParty party;
  testing::CaptureLog log;
  testing::ManualClock clock;
  std::stop_source stop;
  int renewed = 0;
  WebhookRegistration ours = party.Registration();
  ours.renew = [&](const Json& hook) {
    CHECK(hook.at("url") == "https://ours");
    if (++renewed == 3) stop.request_stop();
  };
  WebhookRegistration broken = party.Registration();
  broken.list = []() -> std::vector<Json> { throw Error(ErrorKind::kTransient, "503"); };
  StartContext ctx{.stop = stop.get_token(), .logger = log.logger(), .base_url = {}};
  KeepRegistered({broken, ours}, "https://ours", clock, ctx);
  CHECK(party.created == 1);
  CHECK(log.Has(LogLevel::kError, "listing webhooks: "));
  CHECK(clock.Waits() == std::vector<Duration>(3, Duration(kRenewalInterval)));
}

class OneWebhook : public ConfigChangeWebhook {
 public:
  http::Verifier Verify() const override { return http::Unsigned("a test"); }
  bool Matches(const WebhookEvent&) const override { return true; }
};

TEST_CASE("webhooks have a static path, and a processor is on it once") {
  const config::Configuration configuration;
  const http::ClientFactory http{
      .transport = nullptr, .clock = Clock::System(), .logger = Logger::Null()};
  Integration integration(configuration, http, Logger::Null());
  integration.Webhook<OneWebhook>("/webhook");
  integration.Webhook<OneWebhook>("/other");
  CHECK(integration.webhooks().front().name == "OneWebhook");
  for (const std::string path : {"", "/", "webhook", "/webhook/", "/{id}", "/a?b", "/webhook"}) {
    CAPTURE(path);
    CHECK_THAT(testing::ErrorOf([&] { integration.Webhook<OneWebhook>(path); }),
               Catch::StartsWith("bug: "));
  }
}

}  // namespace
}  // namespace ocean::app
