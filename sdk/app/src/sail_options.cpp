#include "sail_options.hpp"

#include "ocean/base/error.hpp"
#include "ocean/base/log.hpp"
#include "ocean/base/text.hpp"

namespace ocean::app {

namespace {

std::int64_t ParsePort(const std::string& text) {
  const std::optional<std::int64_t> port = ParseInt(text);
  if (!port || *port < 0 || *port > 65535) {
    throw Error(ErrorKind::kConfig,
                "--port: expected a number from 0 (any free port) to 65535, got \"" + text + "\"");
  }
  return *port;
}

std::string ParseFormat(const std::string& text) {
  const std::string format = ToLower(text);
  if (format != "text" && format != "json") {
    throw Error(ErrorKind::kConfig, "--log-format: expected text or json, got \"" + text + "\"");
  }
  return format;
}

bool ParseSwitch(const std::string& flag, const std::string& text) {
  const std::string word = ToLower(text);
  for (const auto* yes : {"true", "1", "yes", "on", "t", "y"}) {
    if (word == yes) return true;
  }
  for (const auto* no : {"false", "0", "no", "off", "f", "n"}) {
    if (word == no) return false;
  }
  throw Error(ErrorKind::kConfig, "--" + flag + ": expected true or false, got \"" + text + "\"");
}

void ApplyFlag(SailOptions& options, const std::string& name, const std::string& value) {
  if (name == "once") {
    options.once = true;
    options.overrides["event_listener"]["type"] = "ONCE";
  } else if (name == "port") {
    options.port_given = true;
    options.overrides["port_number"] = ParsePort(value);
  } else if (name == "log-level") {
    options.overrides["log_level"] = ToString(ParseLogLevel(value));
  } else if (name == "log-format") {
    options.overrides["log_format"] = ParseFormat(value);
  } else if (name == "initialize-port-resources") {
    options.overrides["initialize_port_resources"] = ParseSwitch(name, value);
  } else if (name == "report") {
    options.report = value;
  } else if (name == "plan") {
    options.plan = value;
  } else if (name == "out") {
    options.plan_out = value;
  } else if (name == "json") {
    options.plan_as_json = true;
  } else if (name == "allow-delete") {
    options.allow_delete.insert(value);
  } else {
    throw Error(ErrorKind::kBug, "the flag --" + name + " is declared and not read");
  }
}

}  // namespace

SailOptions ReadSailFlags(std::filesystem::path folder, const SailFlagValues& values) {
  SailOptions options;
  options.folder = std::move(folder);
  for (const auto& [name, value] : values) ApplyFlag(options, name, value);
  if (options.plan && !options.once)
    throw Error(ErrorKind::kConfig, "--plan is carried out by a single run: add --once");
  return options;
}

}  // namespace ocean::app
