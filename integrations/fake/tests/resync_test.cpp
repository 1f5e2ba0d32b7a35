#include <set>

#include "ocean/base/json.hpp"
#include "ocean/catch.hpp"
#include "ocean/testing/run_kind.hpp"
#include "src/integration.hpp"

using ocean::Json;
using ocean::testing::KindRun;

namespace {

KindRun Run(const std::string& kind, const Json& config = Json::object()) {
  return ocean::testing::RunKind(OCEAN_INTEGRATION_DIR, config, fake::SetUp, kind);
}

std::set<std::string> IdsOf(const KindRun& run) {
  std::set<std::string> ids;
  for (const Json& item : run.items) ids.insert(item.at("id"));
  return ids;
}

std::size_t Common(const std::set<std::string>& a, const std::set<std::string>& b) {
  std::size_t count = 0;
  for (const std::string& id : a) count += b.count(id);
  return count;
}

}  // namespace

TEST_CASE("the fixed lists have their sizes") {
  const auto [kind, count] = GENERATE(table<std::string, std::size_t>(
      {{"fake-department", 5}, {"fake-office", 8}, {"fake-team", 12}, {"fake-project", 40}}));
  const KindRun run = Run(kind);
  CHECK(run.error.empty());
  CHECK(IdsOf(run).size() == count);
}

TEST_CASE("persons are as many as configured, in batches of the configured size") {
  struct Case {
    Json config;
    std::size_t persons;
    std::size_t pages;
  };
  const auto c = GENERATE(values<Case>({
      {Json::object(), 2000, 5},
      {{{"entityAmount", 30}}, 150, 5},
      {{{"entityAmount", 25}, {"thirdPartyBatchSize", 10}}, 125, 15},
      {{{"entityAmount", 20}, {"thirdPartyBatchSize", 10}}, 100, 10},
      {{{"entityAmount", 20}, {"singleDepartmentRun", true}}, 20, 1},
  }));
  const KindRun run = Run("fake-person", c.config);
  CHECK(run.error.empty());
  CHECK(run.items.size() == c.persons);
  CHECK(IdsOf(run).size() == c.persons);
  CHECK(run.pages == c.pages);
}

TEST_CASE("a single department is the first") {
  const KindRun run = Run("fake-department", {{"singleDepartmentRun", true}});
  CHECK(IdsOf(run) == std::set<std::string>{"hr"});
}

TEST_CASE("persons have the configured size") {
  const KindRun run =
      Run("fake-person", {{"entityAmount", 2}, {"entityKbSize", 3}, {"singleDepartmentRun", true}});
  REQUIRE(run.items.size() == 2);
  for (const Json& person : run.items) {
    CHECK(person.at("bio").get<std::string>().size() == 3072);
    CHECK(person.at("age").get<int>() >= 20);
    CHECK(person.at("age").get<int>() <= 100);
    CHECK(person.at("department").at("id") == "hr");
  }
}

TEST_CASE("a seed makes the same persons, and churn changes the wanted share of them") {
  const Json same = {{"entityAmount", 100}};
  CHECK(Run("fake-person", same).items.size() == 500);
  CHECK(IdsOf(Run("fake-person", same)) == IdsOf(Run("fake-person", same)));
  CHECK(IdsOf(Run("fake-person", same)) !=
        IdsOf(Run("fake-person", {{"entityAmount", 100}, {"seed", 2}})));
  const Json churning = {{"entityAmount", 100}, {"churnPercent", 10}};
  CHECK(Common(IdsOf(Run("fake-person", churning)), IdsOf(Run("fake-person", churning))) == 450);
}

TEST_CASE("answers take the configured time") {
  const Json config = {
      {"entityAmount", 1}, {"thirdPartyLatencyMS", 30}, {"singleDepartmentRun", true}};
  const auto start = std::chrono::steady_clock::now();
  CHECK(Run("fake-person", config).items.size() == 1);
  CHECK(std::chrono::steady_clock::now() - start >= std::chrono::milliseconds(30));
}
