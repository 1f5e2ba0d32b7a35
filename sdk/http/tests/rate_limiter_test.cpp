#include "rate_limiter.hpp"

#include <thread>

#include "http_fixture.hpp"
#include "ocean/catch.hpp"

namespace ocean::http {

using namespace std::chrono_literals;

namespace {

/// An answer that comes so long after the one before, and what the next request then waits.
struct Step {
  Duration after;
  int status;
  Headers headers;
  Duration wait;
};

struct Case {
  const char* name;
  std::vector<Step> steps;
};

Headers Window(const char* limit, const char* remaining, const char* reset) {
  return {{"x-ratelimit-limit", limit},
          {"x-ratelimit-remaining", remaining},
          {"x-ratelimit-reset", reset}};
}

Headers With(Headers headers, const char* name, const char* value) {
  headers.Add(name, value);
  return headers;
}

const std::vector<Case> kCases = {
    {"nothing is known: everything passes", {{0s, 200, {}, 0s}, {0s, 503, {}, 0s}}},
    {"enough remains", {{0s, 200, Window("100", "50", "30"), 0s}}},
    {"one that remains is kept in reserve", {{0s, 200, Window("100", "1", "30"), 30s}}},
    {"the reset may be a date", {{0s, 200, Window("100", "0", "2026-01-01T00:00:20Z"), 20s}}},
    {"the reset may be an epoch", {{0s, 200, Window("100", "0", "1767225610"), 10s}}},
    {"without a reset the window lasts a second",
     {{0s, 200, {{"x-ratelimit-limit", "9"}, {"x-ratelimit-remaining", "0"}}, 1s}}},
    {"a window that is over lets pass",
     {{0s, 200, Window("100", "0", "30"), 30s}, {0s, 204, {}, 0s}}},
    {"near the limit is as good as at it",
     {{0s, 200, With(Window("100", "50", "30"), "X-RateLimit-NearLimit", "true"), 30s}}},
    {"near the limit: false",
     {{0s, 200, With(Window("100", "50", "30"), "x-ratelimit-nearlimit", "false"), 0s}}},
    {"within a window remaining only grows",
     {{0s, 200, Window("100", "3", "30"), 0s},
      {0s, 200, Window("100", "0", "30"), 0s},
      {0s, 200, Window("100", "0", "30"), 30s}}},
    {"the server reports more",
     {{0s, 200, Window("100", "3", "30"), 0s},
      {0s, 200, Window("100", "9", "30"), 0s},
      {0s, 200, Window("100", "0", "30"), 0s},
      {0s, 200, Window("100", "0", "30"), 0s}}},
    {"429 with Retry-After alone", {{0s, 429, {{"Retry-After", "5"}}, 5s}}},
    {"429: Retry-After beats the reset",
     {{0s, 429, With(Window("100", "40", "30"), "Retry-After", "5"), 5s}}},
    {"429 closes the window whatever it says remains", {{0s, 429, Window("100", "40", "30"), 30s}}},
    {"429 without a time changes nothing", {{0s, 429, {{"x-ratelimit-limit", "10"}}, 0s}}},
    {"429 with a reset but no limit changes nothing",
     {{0s, 429, {{"x-ratelimit-reset", "30"}}, 0s}}},
    {"429: a reset that has passed is ignored",
     {{0s, 200, Window("100", "50", "30"), 0s}, {0s, 429, Window("100", "0", "1767225000"), 0s}}},
    {"429: a later reset moves the window on",
     {{0s, 200, Window("100", "1", "60"), 60s},
      {0s, 429, {{"Retry-After", "40"}}, 40s},
      {0s, 429, {{"Retry-After", "20"}}, 20s}}},
    {"429: an earlier reset than the known one leaves the known one",
     {{0s, 200, Window("100", "50", "60"), 0s}, {0s, 429, {{"Retry-After", "10"}}, 0s}}},
    {"429: nearness is taken even when the rest is ignored",
     {{0s, 200, Window("100", "50", "60"), 0s},
      {0s, 429, {{"Retry-After", "10"}, {"x-ratelimit-nearlimit", "true"}}, 60s}}},
    {"headers that cannot be read are ignored",
     {{0s, 200, Window("many", "0", "30"), 0s},
      {0s, 200, Window("100", "", "30"), 0s},
      {0s, 429, {{"Retry-After", "soon"}}, 0s}}},
    {"a reset far ahead is capped", {{0s, 200, Window("100", "0", "1767999999"), 15min}}},
    {"an ordinary answer may ask to wait, too",
     {{0s, 200, With(Window("100", "50", "30"), "Retry-After", "3"), 3s}, {0s, 200, {}, 0s}}},
};

}  // namespace

TEST_CASE("the limiter waits as a host's headers say", "[limiter]") {
  for (const Case& one : kCases) {
    testing::ManualClock clock;
    RateLimiter limiter({}, 15min, clock, Logger::Null(), "host");
    for (std::size_t i = 0; i < one.steps.size(); ++i) {
      const Step& step = one.steps[i];
      INFO(one.name << ", step " << i);
      clock.Advance(step.after);
      limiter.Observe(test::Answer(step.status, step.headers));
      const Duration before = clock.Elapsed();
      const RateLimiter::Pass pass = limiter.Enter({});
      CHECK(clock.Elapsed() - before == step.wait);
    }
  }
}

TEST_CASE("headers are not looked at when the policy says so", "[limiter]") {
  testing::ManualClock clock;
  RateLimitPolicy policy;
  policy.follow_headers = false;
  RateLimiter limiter(policy, 15min, clock, Logger::Null(), "host");
  limiter.Observe(test::Answer(429, {{"Retry-After", "5"}}));
  limiter.Enter({});
  CHECK(clock.Waits().empty());
}

TEST_CASE("a caller that is stopped leaves the others waiting for the window", "[limiter]") {
  testing::ManualClock clock(testing::ManualClock::Mode::kManual);
  RateLimiter limiter({}, 15min, clock, Logger::Null(), "host");
  limiter.Observe(test::Answer(429, {{"Retry-After", "60"}}));
  std::atomic<int> passed{0};
  std::jthread patient([&] {
    limiter.Enter({});
    ++passed;
  });
  std::stop_source source;
  std::jthread impatient([&] {
    const Error error = test::ErrorOf([&] { limiter.Enter(source.get_token()); });
    CHECK(error.kind() == ErrorKind::kCancelled);
  });
  clock.WaitForSleepers(2);
  source.request_stop();
  impatient.join();
  CHECK(passed == 0);
  clock.Advance(60s);
  patient.join();
  CHECK(passed == 1);
}

}  // namespace ocean::http
