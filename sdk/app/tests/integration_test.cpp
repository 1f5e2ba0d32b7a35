#include "ocean/app/integration.hpp"

#include "ocean/base/error.hpp"
#include "ocean/catch.hpp"

namespace ocean {

namespace {

struct Selector {
  int depth = 1;
  static auto Describe() {
    return Fields<Selector>().Add("depth", &Selector::depth, "How deep.", Range(1, 3));
  }
};

struct Fixture {
  config::Configuration configuration;
  Integration integration{
      configuration,
      {.transport = nullptr, .clock = Clock::System(), .logger = Logger::Null()},
      Logger::Null()};

  config::Problems Check(const std::string& kind, const Json& selector) const {
    config::Problems problems;
    integration.kinds().Find(kind)->check_selector(selector, "resources[0].selector", problems);
    return problems;
  }
};

}  // namespace

TEST_CASE("A kind without a selector refuses fields in it") {
  Fixture fixture;
  fixture.integration.Kind("plain", [](ResyncContext&) {});
  CHECK(fixture.Check("plain", Json::object()).empty());
  const config::Problems problems = fixture.Check("plain", {{"depth", 1}});
  REQUIRE(problems.problems().size() == 1);
  CHECK(problems.problems()[0].path == "resources[0].selector.depth");
}

TEST_CASE("A kind with a selector checks it with its table") {
  Fixture fixture;
  fixture.integration.Kind<Selector>("deep", [](const Selector&, ResyncContext&) {});
  CHECK(fixture.Check("deep", {{"depth", 3}}).empty());
  REQUIRE(fixture.Check("deep", {{"depth", 4}}).problems().size() == 1);
}

TEST_CASE("A kind cannot be registered twice") {
  Fixture fixture;
  fixture.integration.Kind("twice", [](ResyncContext&) {});
  CHECK_THROWS_WITH(fixture.integration.Kind("twice", [](ResyncContext&) {}),
                    Catch::Matchers::Contains("\"twice\""));
}

TEST_CASE("Kinds of other names check their selector too") {
  Fixture fixture;
  fixture.integration.OtherKinds<Selector>(
      [](const std::string&, const Selector&, ResyncContext&) {});
  CHECK(fixture.Check("anything", {{"depth", 3}}).empty());
  REQUIRE(fixture.Check("anything", {{"depth", 4}}).problems().size() == 1);
}

TEST_CASE("What the integration owns lives as long as it does") {
  auto alive = std::make_shared<int>(1);
  {
    Fixture fixture;
    CHECK(fixture.integration.Own<std::shared_ptr<int>>(alive) == alive);
    CHECK(alive.use_count() == 2);
  }
  CHECK(alive.use_count() == 1);
}

}  // namespace ocean
