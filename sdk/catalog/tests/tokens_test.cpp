#include "tokens.hpp"

#include <string>

#include "api_fixture.hpp"
#include "ocean/catch.hpp"

namespace ocean::catalog {
namespace {

std::string Header(const Secret& token) {
  return "Bearer " + token.Reveal();
}

TEST_CASE("a token is known until it expires, and by whom it was asked for") {
  testing::ManualClock clock;
  Tokens tokens(clock);
  const std::string first = Header(tokens.Issue("me"));
  clock.Advance(std::chrono::hours(1));
  const std::string second = Header(tokens.Issue("you"));
  CHECK(first != second);
  CHECK(tokens.ClientOf(first) == "me");
  CHECK(tokens.ClientOf(second) == "you");
  CHECK_FALSE(tokens.ClientOf(first.substr(7)).has_value());
  CHECK_FALSE(tokens.ClientOf("").has_value());
  clock.Advance(std::chrono::hours(2));
  CHECK_FALSE(tokens.ClientOf(first).has_value());
  CHECK(tokens.ClientOf(second) == "you");
}

TEST_CASE("the oldest token makes room when there are too many") {
  testing::ManualClock clock;
  Tokens tokens(clock);
  const std::string first = Header(tokens.Issue("me"));
  clock.Advance(std::chrono::seconds(1));
  const std::string second = Header(tokens.Issue("me"));
  clock.Advance(std::chrono::seconds(1));
  for (std::size_t i = 2; i < Tokens::kMost; ++i) tokens.Issue("me");
  CHECK(tokens.ClientOf(first).has_value());
  tokens.Issue("me");
  CHECK_FALSE(tokens.ClientOf(first).has_value());
  CHECK(tokens.ClientOf(second).has_value());
}

TEST_CASE("an expired token is refused, and a new one lets in again") {
  ApiFixture fixture;
  const auto ask = [&] {
    return fixture.Send("GET /v1/organization", "", {{"Authorization", fixture.Authorization()}});
  };
  REQUIRE(ask().status == 200);
  fixture.clock.Advance(Tokens::kLifetime);
  const http::ServerResponse refused = ask();
  CHECK(refused.status == 401);
  CHECK(Get(ParseJson(refused.body), "error") == "unauthorized");
  fixture.LogIn();
  CHECK(ask().status == 200);
}

}  // namespace
}  // namespace ocean::catalog
