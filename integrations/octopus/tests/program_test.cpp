#include "ocean/catch.hpp"
#include "ocean/testing/installation.hpp"
#include "upstream/fake_octopus.hpp"

using ocean::Json;
using ocean::http::Method;
using ocean::testing::Content;
using ocean::testing::Outcome;
using octopus::upstream::FakeOctopus;

namespace {

struct Server {
  FakeOctopus octopus;
};

/// The program, installed beside a server of its own.
struct House : Server, ocean::testing::Installation {
  House() : Installation(OCEAN_INTEGRATION_PROGRAM, OCEAN_INTEGRATION_DIR, octopus.Config()) {}
};

void RequireExit(const Outcome& outcome, int expected) {
  INFO(outcome.output);
  REQUIRE(outcome.exit_code == expected);
}

}  // namespace

TEST_CASE("the first run brings the whole server into the catalog, the second changes nothing") {
  House house;
  const auto objects = static_cast<int>(house.octopus.site().object_count());
  const Outcome first = house.Sail();
  RequireExit(first, 0);
  CHECK(first.created() + first.updated() == objects);
  const Content entities = house.Entities();
  CHECK(std::cmp_equal(entities.size(), objects));
  const Json& machine = entities.at("octopusMachine/Machines-1");
  CHECK(machine.at("relations").at("space") == "Spaces-1");
  CHECK(machine.at("properties").at("url") ==
        house.octopus.url() + "/app#/Spaces-1/infrastructure/machines/Machines-1/settings");
  CHECK(entities.at("octopusDeployment/Deployments-1").at("relations").at("release") ==
        "Releases-1");
  // One resync asks for the spaces once: the probe, and the page that all kinds share.
  CHECK(house.octopus.upstream().CountOf(Method::kGet, "/api/spaces") == 2);

  const Outcome second = house.Sail();
  RequireExit(second, 0);
  CHECK(second.unchanged() == objects);
  CHECK(house.Entities() == entities);
}

TEST_CASE("edits, additions and deletions reach the catalog, and nothing else changes") {
  House house;
  RequireExit(house.Sail(), 0);
  Content expected = house.Entities();
  auto& site = house.octopus.site();
  site.Edit("Spaces-1", "projects", "Projects-2", {{"Name", "renamed ✏️"}});
  site.EditSpace("Spaces-3", {{"Description", "for what is new"}});
  site.Delete("Spaces-2", "machines", "Machines-5");
  const Json added = site.Create("Spaces-2", "machines", {{"Name", "new"}, {"Roles", {"db"}}});

  const Outcome outcome = house.Sail();
  RequireExit(outcome, 0);
  CHECK(outcome.updated() == 2);
  CHECK(outcome.created() == 1);
  CHECK(outcome.deleted() == 1);
  Content after = house.Entities();
  CHECK(after.at("octopusProject/Projects-2").at("title") == "renamed ✏️");
  CHECK(after.erase("octopusMachine/" + added.at("Id").get<std::string>()) == 1);
  for (const auto* changed : {"octopusProject/Projects-2", "octopusSpace/Spaces-3"}) {
    after.erase(changed);
    expected.erase(changed);
  }
  expected.erase("octopusMachine/Machines-5");
  CHECK(after == expected);
}

TEST_CASE("a space that is refused costs no entity its life") {
  House house;
  RequireExit(house.Sail(), 0);
  const Content before = house.Entities();
  house.octopus.site().Forbid("Spaces-2");
  const Outcome outcome = house.Sail();
  RequireExit(outcome, 2);
  CHECK(outcome.deleted() == 0);
  CHECK(outcome.OutcomeOf("space") == "complete");
  CHECK(outcome.OutcomeOf("machine") == "incomplete");
  CHECK(house.Entities() == before);
}

TEST_CASE("a refused key ends the run with what to check, and changes nothing") {
  House house;
  RequireExit(house.Sail(), 0);
  const Content before = house.Entities();
  const Outcome outcome =
      house.Sail({{"OCEAN__INTEGRATION__CONFIG__OCTOPUS_API_KEY", "API-WRONG"}});
  RequireExit(outcome, 1);
  CHECK_THAT(outcome.output, Catch::Matchers::Contains("check octopusApiKey") &&
                                 !Catch::Matchers::Contains("API-WRONG"));
  CHECK(house.Entities() == before);
}

TEST_CASE("a mapping may name what Octopus has besides") {
  House house;
  house.octopus.site().Create("Spaces-1", "environments", {{"Name", "Production"}});
  house.Replace(".port/resources/port-app-config.yaml", "  - kind: machine\n",
                R"(  - kind: environment
    selector:
      query: "true"
    port:
      entity:
        mappings:
          identifier: .Id
          title: .Name
          blueprint: '"octopusSpace"'
  - kind: machine
)");
  RequireExit(house.Sail(), 0);
  CHECK(house.Entities().at("octopusSpace/Environments-1").at("title") == "Production");
}
