#pragma once
/// @file The flags of `sail` and `plan`, as data: `ocean-<type>` reads them, `ocean` passes them on.

#include <array>
#include <functional>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace ocean::app {

struct SailFlag {
  /// "-p,--port": the long name is the last.
  std::string_view names;
  /// What stands for the value in the help; empty for a switch.
  std::string_view value;
  bool repeatable = false;
  std::string_view help;

  /// "port".
  constexpr std::string_view name() const { return names.substr(names.rfind("--") + 2); }
};

inline constexpr std::array<SailFlag, 8> kSailFlags = {{
    {"-O,--once", "", false, "Run one resync and exit: 0 complete, 1 failed, 2 incomplete"},
    {"-p,--port", "PORT", false,
     "Port of /health, /metrics and /status (8000); with --once they are served only when given"},
    {"-l,--log-level", "LEVEL", false, "DEBUG, INFO, WARNING, ERROR or CRITICAL (INFO)"},
    {"--log-format", "FORMAT", false, "text or json (text)"},
    {"-i,--initialize-port-resources", "BOOL", false,
     "Create the integration's blueprints and other default resources in Port (true)"},
    {"--report", "FILE", false, "Write the report of each run to FILE as JSON"},
    {"--allow-delete", "BLUEPRINT", true,
     "Confirm the deletions of this blueprint that the guard would hold back (repeatable)"},
    {"--plan", "FILE", false,
     "With --once: carry out this plan, and nothing else; what has changed since is refused"},
}};

inline constexpr std::array<SailFlag, 6> kPlanFlags = {{
    {"--json", "", false, "Print the plan as JSON"},
    {"--out", "FILE", false, "Write the plan to FILE, for `sail --once --plan FILE`"},
    {"--report", "FILE", false, "Write the report of the run that it would be to FILE as JSON"},
    {"--allow-delete", "BLUEPRINT", true,
     "Plan the deletions of this blueprint that the guard would hold back (repeatable)"},
    {"-l,--log-level", "LEVEL", false, "DEBUG, INFO, WARNING, ERROR or CRITICAL (INFO)"},
    {"--log-format", "FORMAT", false, "text or json (text)"},
}};

/// Long names and values, in the order in which they were given; "true" for switches.
using SailFlagValues = std::vector<std::pair<std::string, std::string>>;

/// Declares flags on a CLI11 command, which fills `values` when it is parsed.
///
/// Lifetime  `values` must outlive the parsing
template <class Command>
void AddSailFlags(Command& sail, std::span<const SailFlag> flags, SailFlagValues& values) {
  for (const SailFlag& flag : flags) {
    const std::string name(flag.name());
    if (flag.value.empty()) {
      sail.add_flag_callback(
          std::string(flag.names), [&values, name] { values.emplace_back(name, "true"); },
          std::string(flag.help));
      continue;
    }
    auto* option =
        sail.add_option_function(std::string(flag.names),
                                 std::function<void(const std::vector<std::string>&)>(
                                     [&values, name](const std::vector<std::string>& given) {
                                       for (const std::string& value : given)
                                         values.emplace_back(name, value);
                                     }),
                                 std::string(flag.help));
    // One value for each time it is named: the next word may be the PATH.
    option->type_name(std::string(flag.value))->expected(1)->allow_extra_args(false);
    if (flag.repeatable) {
      option->take_all();
    } else {
      option->take_last();
    }
  }
}

}  // namespace ocean::app
