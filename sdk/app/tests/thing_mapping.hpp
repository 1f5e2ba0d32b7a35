#pragma once
/// @file The catalog of the tests of live events: things with a number.

#include "ocean/base/json.hpp"
#include "ocean/config/yaml.hpp"
#include "ocean/port/client.hpp"

namespace ocean::app {

inline constexpr auto kThingBlueprint =
    R"({"identifier": "thing", "schema": {"properties": {"n": {"type": "number"}}}})";

inline constexpr auto kThingMapping = R"(
resources:
  - kind: thing
    selector: {query: "true"}
    port:
      entity:
        mappings: {identifier: .id, blueprint: '"thing"', properties: {n: .n}}
)";

/// Makes the blueprint, and the installation with its mapping.
inline void InstallThings(port::Client& port) {
  port.CreateBlueprint(ParseJson(kThingBlueprint));
  port.CreateIntegration({{"config", config::ParseYaml(kThingMapping, "mapping")},
                          {"changelogDestination", Json::object()}});
}

}  // namespace ocean::app
