#include "ocean/jq/program.hpp"

#include "ocean/catch.hpp"

using ocean::Json;
using ocean::jq::Budget;
using ocean::jq::Program;

TEST_CASE("a path gives the value it leads to, or null") {
  const Json issue = Json::parse(R"({"fields": {"status": {"name": "Done"}, "labels": []}})");
  Budget budget;
  CHECK(Program::Compile(".fields.status.name").First(issue, budget).value == Json("Done"));
  CHECK(Program::Compile(".fields.missing.name").First(issue, budget).value == Json());
  const auto result = Program::Compile(".fields.labels.name").First(issue, budget);
  CHECK_FALSE(result.value);
  CHECK(result.error == "Cannot index array with string \"name\"");
  CHECK_FALSE(result.budget_exceeded);
}
