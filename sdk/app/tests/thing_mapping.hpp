#pragma once
/// @file The catalog of the tests of live events: things with a number.

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

}  // namespace ocean::app
