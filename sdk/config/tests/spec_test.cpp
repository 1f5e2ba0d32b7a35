#include "ocean/config/spec.hpp"

#include "ocean/base/error.hpp"
#include "ocean/catch.hpp"
#include "ocean/config/configuration.hpp"
#include "ocean/config/yaml.hpp"

using ocean::Json;
using ocean::config::ParseYaml;
using ocean::config::Spec;

namespace {

Spec Read(const char* yaml) {
  return Spec::FromJson(ParseYaml(yaml, "spec.yaml"), "folder", "spec.yaml");
}

constexpr const char* kGood = R"(
title: Acme
description: Things
icon: Acme
version: 1.2.3
features:
  - type: exporter
    section: Other
    resources: [{kind: thing}, {kind: other}]
  - type: gitops
    resources: [{kind: thing}]
configurations:
  - {name: acmeHost, type: url, required: true, description: "Where Acme is, without a path"}
  - {name: webhookURL, type: string, default: "x: y"}
  - {name: apiToken, type: string, required: true, sensitive: true, description: A token}
  - {name: authMode, type: string, enum: [basic, app], default: basic}
  - name: appId
    type: integer
    dependencies: [{on: authMode, when: {equals: app}, then: {required: true}}]
  - {name: labels, type: object, default: {a: "1"}}
saas: {enabled: false}
actionsProcessingEnabled: true
allowCustomKinds: true
)";

}  // namespace

TEST_CASE("A spec is read") {
  const Spec spec = Read(kGood);
  CHECK(spec.type == "folder");
  CHECK(spec.version == "1.2.3");
  CHECK(spec.title == "Acme");
  CHECK(spec.kinds == std::vector<std::string>{"thing", "other"});
  CHECK_FALSE(spec.saas_enabled);
  CHECK(spec.actions_processing_enabled);
  CHECK(spec.allow_custom_kinds);
  REQUIRE(spec.configurations.size() == 6);
  CHECK(spec.configurations[1].snake_name == "webhook_url");
  CHECK(spec.configurations[2].sensitive);
  CHECK(spec.configurations[4].dependencies.at(0).on == "auth_mode");
  CHECK(spec.configurations[4].dependencies.at(0).values == std::vector<Json>{"app"});
  CHECK(spec.configurations[4].dependencies.at(0).then_required);
  CHECK(spec.raw["features"].size() == 2);
  CHECK(Read("type: Given\ntitle: x").type == "Given");
  CHECK_FALSE(Read("type: Given\ntitle: x").allow_custom_kinds);
}

TEST_CASE("All that is wrong with a spec is told together") {
  CHECK_THROWS_WITH(
      Read(R"(
title: [x]
version: 1.0
features: [{resources: [{}]}]
saas: {enabled: maybe}
configurations:
  - {name: ratio, type: number}
  - {name: "bad name", type: string}
  - {name: aB, type: string}
  - {name: a_b, type: string}
  - {name: count, type: integer, default: many}
  - {name: mode, type: string, enum: [xyz, abc], default: klm}
  - {name: d, type: string, dependencies: [{on: nothing}]}
  - text
)"),
      "spec.yaml: the spec is not valid:\n"
      "  version: expected text; quote it\n"
      "  title: expected text; quote it\n"
      "  saas.enabled: expected true or false, got \"maybe\"\n"
      "  features[0].resources[0].kind: is required\n"
      "  configurations.ratio.type: must be one of string, integer, boolean, object, array, url, "
      "got \"number\"\n"
      "  configurations[1].name: expected a name in camelCase, got \"bad name\"\n"
      "  configurations[3].name: 'a_b' is declared twice\n"
      "  configurations.count.default: expected an integer, got \"many\"\n"
      "  configurations.mode.default: must be one of xyz, abc, got \"klm\"\n"
      "  configurations[7]: expected an object\n"
      "  configurations.d.dependencies[0].on: 'nothing' is no option of this integration");
  CHECK_THROWS_WITH(Read("- 1"), "spec.yaml: expected a mapping, got array");
  CHECK_THROWS_WITH(
      Spec::Load("/nowhere"),
      "/nowhere/.port/spec.yaml: no such file; this is not the folder of an integration");
}

TEST_CASE("A dependency written by a reader of YAML 1.1 is understood") {
  const Json value = Json::parse(R"({"configurations": [{"name": "a", "type": "string"},
    {"name": "b", "type": "string", "dependencies": [{"true": "a", "then": {"required": true}}]}]})");
  CHECK(Spec::FromJson(value, "t", "spec.json").configurations[1].dependencies.at(0).on == "a");
}

TEST_CASE("The example configuration is valid YAML and names every option") {
  const std::string text = ocean::config::ExampleConfigYaml(Read(kGood));
  const Json value = ParseYaml(text, "config.example.yaml");
  CHECK(value["integration"]["identifier"] == "my-folder-integration");
  CHECK(value["integration"]["config"] == Json{{"acmeHost", "https://example.com"}});
  const char* expected_options = R"(
  config:
    # Where Acme is, without a path. (url, required)
    acmeHost: https://example.com
    # (string, optional)
    # webhookURL: "x: y"
    # A token. (string, required, sensitive)
    # Better kept out of this file: set OCEAN__INTEGRATION__CONFIG__API_TOKEN.
    # apiToken: ""
    # (string, optional) One of: basic, app.
    # authMode: basic
    # (integer, optional)
    # appId: 1
    # (object, optional)
    # labels:
    #   a: "1"
)";
  CHECK_THAT(text, Catch::Matchers::EndsWith(expected_options));
}

TEST_CASE("The example environment names every option") {
  const std::string text = ocean::config::ExampleEnv(Read(kGood));
  CHECK_THAT(text, Catch::Matchers::EndsWith(R"(
# Where Acme is, without a path. (url, required)
OCEAN__INTEGRATION__CONFIG__ACME_HOST=https://example.com

# (string, optional)
# OCEAN__INTEGRATION__CONFIG__WEBHOOK_URL=x: y

# A token. (string, required, sensitive)
OCEAN__INTEGRATION__CONFIG__API_TOKEN=

# (string, optional) One of: basic, app.
# OCEAN__INTEGRATION__CONFIG__AUTH_MODE=basic

# (integer, optional)
# OCEAN__INTEGRATION__CONFIG__APP_ID=1

# (object, optional)
# OCEAN__INTEGRATION__CONFIG__LABELS="{\"a\":\"1\"}"
)"));
}
