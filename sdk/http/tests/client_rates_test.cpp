#include "client_rates.hpp"

#include "ocean/catch.hpp"

namespace ocean::http {

using namespace std::chrono_literals;

namespace {

int Taken(ClientRates& rates, const std::string& client, Duration now, int tries) {
  int taken = 0;
  for (int i = 0; i < tries; ++i) taken += rates.Take(client, now) ? 1 : 0;
  return taken;
}

}  // namespace

TEST_CASE("a client may ask for a second's worth at once, then at its rate", "[server]") {
  ClientRates rates(10);
  CHECK(Taken(rates, "a", 5s, 50) == 10);
  CHECK(Taken(rates, "a", 5s + 99ms, 50) == 0);
  CHECK(Taken(rates, "a", 5s + 100ms, 50) == 1);
  CHECK(Taken(rates, "a", 5s + 400ms, 50) == 3);
  CHECK(Taken(rates, "b", 5s + 400ms, 50) == 10);
  CHECK(Taken(rates, "a", 60s, 50) == 10);
}

TEST_CASE("clients that are quiet again are forgotten", "[server]") {
  ClientRates rates(10);
  for (int i = 0; i < 100; ++i) rates.Take(std::to_string(i), 1s);
  CHECK(rates.size() == 100);
  rates.Take("last", 3s);
  CHECK(rates.size() == 1);
}

TEST_CASE("no rate is no limit", "[server]") {
  ClientRates rates(0);
  CHECK(Taken(rates, "a", 1s, 1000) == 1000);
  CHECK(rates.size() == 0);
}

}  // namespace ocean::http
