#include "ocean/base/text.hpp"
#include "ocean/catch.hpp"
#include "ocean/config/configuration.hpp"

using ocean::config::EnvironmentName;

TEST_CASE("Names of options: camelCase, snake_case, environment variable") {
  struct Vector {
    const char* camel;
    const char* snake;
    const char* variable;
  };
  const Vector vectors[] = {
      {"jiraHost", "jira_host", "OCEAN__INTEGRATION__CONFIG__JIRA_HOST"},
      {"webhookURL", "webhook_url", "OCEAN__INTEGRATION__CONFIG__WEBHOOK_URL"},
      {"oauth2Token", "oauth2_token", "OCEAN__INTEGRATION__CONFIG__OAUTH2_TOKEN"},
      {"thirdPartyLatencyMS", "third_party_latency_ms",
       "OCEAN__INTEGRATION__CONFIG__THIRD_PARTY_LATENCY_MS"},
      {"token", "token", "OCEAN__INTEGRATION__CONFIG__TOKEN"},
      {"already_snake", "already_snake", "OCEAN__INTEGRATION__CONFIG__ALREADY_SNAKE"},
  };
  for (const Vector& vector : vectors) {
    CAPTURE(vector.camel);
    CHECK(ocean::ToSnakeCase(vector.camel) == vector.snake);
    CHECK(EnvironmentName(std::string("integration.config.") + vector.snake) == vector.variable);
  }
}

TEST_CASE("Names of settings as variables") {
  CHECK(EnvironmentName("port.client_id") == "OCEAN__PORT__CLIENT_ID");
  CHECK(EnvironmentName("base_url") == "OCEAN__BASE_URL");
  CHECK(EnvironmentName("port_number") == "APPLICATION__PORT");
  CHECK(EnvironmentName("log_level") == "APPLICATION__LOG_LEVEL");
}
