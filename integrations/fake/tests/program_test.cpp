#include "ocean/catch.hpp"
#include "ocean/testing/installation.hpp"
#include "ocean/testing/live_program.hpp"

TEST_CASE("the program syncs the company, and a second run changes nothing") {
  ocean::testing::Installation house(OCEAN_INTEGRATION_PROGRAM, OCEAN_INTEGRATION_DIR,
                                     {{"entityAmount", 20}});
  const auto first = house.Sail();
  INFO(first.output);
  REQUIRE(first.exit_code == 0);
  CHECK(house.Entities().size() == 165);
  const auto second = house.Sail();
  REQUIRE(second.exit_code == 0);
  CHECK(second.unchanged() == 165);
}

TEST_CASE("what churns is replaced in the catalog") {
  ocean::testing::Installation house(
      OCEAN_INTEGRATION_PROGRAM, OCEAN_INTEGRATION_DIR,
      {{"entityAmount", 100}, {"churnPercent", 10}, {"singleDepartmentRun", true}});
  REQUIRE(house.Sail().exit_code == 0);
  const auto second = house.Sail();
  INFO(second.output);
  REQUIRE(second.exit_code == 0);
  CHECK(second.created() == 10);
  CHECK(second.deleted() == 10);
}

TEST_CASE("an event brings one more person, until the next resync") {
  ocean::testing::Installation house(OCEAN_INTEGRATION_PROGRAM, OCEAN_INTEGRATION_DIR,
                                     {{"entityAmount", 20}, {"singleDepartmentRun", true}});
  std::size_t before = 0;
  {
    const ocean::testing::LiveProgram program(house);
    before = house.Entities().size();
    CHECK(program.Post("/webhook", "{}", {}) == 200);
    CHECK(program.Becomes([&](const auto& content) { return content.size() == before + 1; }));
  }
  REQUIRE(house.Sail().exit_code == 0);
  CHECK(house.Entities().size() == before);
}
