#include "sail_options.hpp"

#include "ocean/base/error.hpp"
#include "ocean/catch.hpp"

namespace ocean::app {

using Catch::Matchers::Contains;

TEST_CASE("W-45: flags become overrides of the settings") {
  const SailOptions options = ReadSailFlags("here", {{"once", "true"},
                                                     {"port", "9000"},
                                                     {"log-level", "debug"},
                                                     {"log-format", "JSON"},
                                                     {"initialize-port-resources", "no"},
                                                     {"report", "r.json"},
                                                     {"allow-delete", "a"},
                                                     {"allow-delete", "b"}});
  CHECK(options.folder == "here");
  CHECK(options.once);
  CHECK(options.port_given);
  CHECK(options.report == std::filesystem::path("r.json"));
  CHECK(options.allow_delete == std::set<std::string>{"a", "b"});
  CHECK(options.overrides == Json({{"event_listener", {{"type", "ONCE"}}},
                                   {"port_number", 9000},
                                   {"log_level", "DEBUG"},
                                   {"log_format", "json"},
                                   {"initialize_port_resources", false}}));
}

TEST_CASE("Without flags nothing is overridden") {
  const SailOptions options = ReadSailFlags(".", {});
  CHECK(options.overrides == Json::object());
  CHECK_FALSE(options.once);
  CHECK_FALSE(options.port_given);
}

TEST_CASE("A value that cannot be meant is told with its flag") {
  CHECK_THROWS_WITH(ReadSailFlags(".", {{"port", "70000"}}), Contains("--port"));
  CHECK_THROWS_WITH(ReadSailFlags(".", {{"port", "x"}}), Contains("\"x\""));
  CHECK_THROWS_WITH(ReadSailFlags(".", {{"log-level", "LOUD"}}), Contains("LOUD"));
  CHECK_THROWS_WITH(ReadSailFlags(".", {{"log-format", "xml"}}), Contains("text or json"));
  CHECK_THROWS_WITH(ReadSailFlags(".", {{"initialize-port-resources", "maybe"}}),
                    Contains("--initialize-port-resources"));
}

TEST_CASE("Every declared flag is read") {
  for (const SailFlag& flag : kSailFlags) {
    INFO(flag.names);
    CHECK(flag.names.find("--" + std::string(flag.name())) != std::string_view::npos);
    try {
      ReadSailFlags(".", {{"once", "true"}, {std::string(flag.name()), "1"}});
    } catch (const Error& error) {
      CHECK(error.kind() == ErrorKind::kConfig);
    }
  }
}

}  // namespace ocean::app
