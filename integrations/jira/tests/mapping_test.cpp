#include <algorithm>
#include <cstdlib>

#include "house.hpp"
#include "ocean/base/text.hpp"
#include "ocean/catch.hpp"
#include "ocean/testing/temp_dir.hpp"

using jira::test::House;
using ocean::Json;
using ocean::http::ServerRequest;
using ocean::http::ServerResponse;

namespace {

namespace fs = std::filesystem;

const fs::path kExamples = fs::path(OCEAN_INTEGRATION_DIR) / ".port" / "examples";
const fs::path kExpected = fs::path(OCEAN_INTEGRATION_DIR) / "tests" / "data" / "catalog.json";

/// The examples of a kind, ordered by file name.
Json Examples(const std::string& kind) {
  std::vector<fs::path> files;
  for (const auto& entry : fs::directory_iterator(kExamples / kind)) files.push_back(entry.path());
  std::sort(files.begin(), files.end());
  Json examples = Json::array();
  for (const fs::path& file : files) {
    examples.push_back(ocean::ParseJson(ocean::testing::ReadFile(file), file.string()));
  }
  return examples;
}

const std::string kTeams = "/gateway/api/public/teams/v1/org/acme/teams";

std::optional<ServerResponse> AnswerWithMembers(const ServerRequest& request) {
  for (const Json& team : Examples("team")) {
    if (request.path == kTeams + "/" + team.at("teamId").get<std::string>() + "/members") {
      return ServerResponse::OfJson(
          200, {{"results", team.at("__members")}, {"pageInfo", {{"hasNextPage", false}}}});
    }
  }
  return std::nullopt;
}

/// A Jira that has the examples, and nothing else.
std::optional<ServerResponse> AnswerWithExamples(const ServerRequest& request) {
  if (request.path == "/rest/api/3/project/search") {
    const Json projects = Examples("project");
    return ServerResponse::OfJson(200, {{"total", projects.size()}, {"values", projects}});
  }
  if (request.path == "/rest/api/3/search/jql") {
    return ServerResponse::OfJson(200, {{"issues", Examples("issue")}});
  }
  if (request.path == kTeams) {
    return ServerResponse::OfJson(200, {{"entities", Examples("team")}});
  }
  if (request.path.starts_with(kTeams)) return AnswerWithMembers(request);
  if (request.path != "/rest/api/3/users/search") return std::nullopt;
  Json users = Examples("user");
  const auto start = ocean::ParseInt(request.QueryValue("startAt")).value_or(0);
  users.erase(users.begin(), users.begin() + std::min<std::ptrdiff_t>(start, std::ssize(users)));
  return ServerResponse::OfJson(200, users);
}

}  // namespace

TEST_CASE("the default mapping makes the expected entities of the examples") {
  House house(OCEAN_INTEGRATION_PROGRAM, OCEAN_INTEGRATION_DIR);
  house.jira.Intercept(AnswerWithExamples);
  const auto outcome =
      house.Sail({{"OCEAN__INTEGRATION__CONFIG__ATLASSIAN_ORGANIZATION_ID", "acme"}});
  INFO(outcome.output);
  REQUIRE(outcome.exit_code == 0);

  Json entities = Json::object();
  for (auto& [name, entity] : house.Entities()) entities[name] = entity;
  if (std::getenv("OCEAN_UPDATE_CASES") != nullptr) {
    ocean::testing::WriteFile(kExpected, ocean::PrettyJson(entities) + "\n");
  }
  const Json expected = ocean::ParseJson(ocean::testing::ReadFile(kExpected), kExpected.string());
  for (const auto& [name, entity] : expected.items()) {
    INFO(name);
    REQUIRE(entities.contains(name));
    CHECK(ocean::PrettyJson(entities.at(name)) == ocean::PrettyJson(entity));
  }
  CHECK(entities.size() == expected.size());
}

TEST_CASE("every kind has examples, and every example becomes an entity") {
  const Json expected = ocean::ParseJson(ocean::testing::ReadFile(kExpected), kExpected.string());
  for (const auto& [kind, blueprint, id] :
       {std::tuple("project", "jiraProject", "key"), std::tuple("issue", "jiraIssue", "key"),
        std::tuple("user", "jiraUser", "accountId"), std::tuple("team", "jiraTeam", "teamId")}) {
    const Json examples = Examples(kind);
    CHECK(examples.size() >= 2);
    for (const Json& example : examples) {
      CHECK(expected.contains(std::string(blueprint) + "/" + example.at(id).get<std::string>()));
    }
  }
}
