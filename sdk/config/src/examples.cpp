#include <string>

#include "ocean/base/text.hpp"
#include "ocean/config/configuration.hpp"
#include "ocean/config/spec.hpp"
#include "ocean/config/yaml.hpp"

namespace ocean::config {

namespace {

constexpr std::size_t kCommentWidth = 100;

/// The text as comment lines that begin with `margin` and "# ".
std::string Comment(const std::string& text, const std::string& margin) {
  std::string out;
  std::string line;
  for (const std::string& word : Split(ReplaceAll(Trim(text), "\n", " "), ' ')) {
    if (word.empty()) continue;
    if (!line.empty() && margin.size() + 2 + line.size() + 1 + word.size() > kCommentWidth) {
      out.append(margin).append("# ").append(line).append("\n");
      line.clear();
    }
    line += (line.empty() ? "" : " ") + word;
  }
  return line.empty() ? out : out + margin + "# " + line + "\n";
}

bool MustBeGiven(const SpecConfiguration& option) {
  return option.required && option.default_value.is_null();
}

std::string Summary(const SpecConfiguration& option) {
  std::string text = Trim(option.description).empty() ? option.title : option.description;
  text = std::string(Trim(text));
  if (!text.empty() && text.back() != '.') text += ".";
  std::string facts = option.type + ", " + (MustBeGiven(option) ? "required" : "optional");
  if (option.sensitive) facts += ", sensitive";
  text += (text.empty() ? "" : " ") + std::string("(") + facts + ")";
  std::vector<std::string> values;
  values.reserve(option.enum_values.size());
  for (const Json& value : option.enum_values)
    values.push_back(value.is_string() ? value.get<std::string>() : DumpJson(value));
  return values.empty() ? text : text + " One of: " + Join(values, ", ") + ".";
}

Json SampleOf(const SpecConfiguration& option) {
  if (!option.default_value.is_null()) return option.default_value;
  if (!option.example.is_null() && !option.sensitive) return option.example;
  if (!option.enum_values.empty()) return option.enum_values.front();
  if (option.type == "url") return "https://example.com";
  if (option.type == "integer") return 1;
  if (option.type == "boolean") return false;
  if (option.type == "object") return Json::object();
  if (option.type == "array") return Json::array();
  return "";
}

std::string Indented(const std::string& text, const std::string& margin) {
  std::string out;
  for (const std::string& line : Split(text.substr(0, text.size() - 1), '\n'))
    out += margin + line + "\n";
  return out;
}

std::string OptionYaml(const SpecConfiguration& option) {
  const std::string margin = "    ";
  std::string out = Comment(Summary(option), margin);
  if (option.sensitive) {
    out += Comment("Better kept out of this file: set " +
                       EnvironmentName("integration.config." + option.snake_name) + ".",
                   margin);
  }
  Json member = Json::object();
  member[option.name] = SampleOf(option);
  const bool is_active = MustBeGiven(option) && !option.sensitive;
  return out + Indented(EmitYaml(member), is_active ? margin : margin + "# ");
}

std::string OptionEnv(const SpecConfiguration& option) {
  const Json sample = SampleOf(option);
  std::string text = sample.is_string() ? sample.get<std::string>() : DumpJson(sample);
  // Where quotes would be needed to keep it in one piece.
  if (text.find_first_of("#\n\"'") != std::string::npos) {
    text = "\"" +
           ReplaceAll(ReplaceAll(ReplaceAll(text, "\\", "\\\\"), "\"", "\\\""), "\n", "\\n") + "\"";
  }
  const std::string line =
      EnvironmentName("integration.config." + option.snake_name) + "=" + text + "\n";
  return Comment(Summary(option), "") + (MustBeGiven(option) ? "" : "# ") + line;
}

std::string TitleOf(const Spec& spec) {
  return spec.title.empty() ? spec.type : spec.title;
}

std::string IdentifierOf(const Spec& spec) {
  return "my-" + ToLower(spec.type) + "-integration";
}

/// As SampleOf; no text is empty.
Json GivenSampleOf(const SpecConfiguration& option) {
  const Json sample = SampleOf(option);
  const bool is_empty = sample.is_string() && sample.get<std::string>().empty();
  return is_empty ? Json("example") : sample;
}

}  // namespace

Json SampleConfig(const Spec& spec) {
  Json config = Json::object();
  for (const SpecConfiguration& option : spec.configurations)
    config[option.snake_name] = MustBeGiven(option) ? GivenSampleOf(option) : option.default_value;
  return config;
}

std::string ExampleConfigYaml(const Spec& spec) {
  std::string out = "# Configuration of the " + TitleOf(spec) +
                    " integration: copy to config.yaml. What is commented out shows its default,\n"
                    "# or an example where there is none. Variables of the environment win over "
                    "this file (see .env.example).\n"
                    "port:\n"
                    "  # Not needed with --local.\n"
                    "  clientId: \"{{ from env PORT_CLIENT_ID }}\"\n"
                    "  clientSecret: \"{{ from env PORT_CLIENT_SECRET }}\"\n"
                    "  # baseUrl: https://api.getport.io\n"
                    "\n"
                    "# What triggers a resync: POLLING, ONCE, WEBHOOK, KAFKA, WEBHOOKS_ONLY.\n"
                    "# eventListener:\n"
                    "#   type: POLLING\n"
                    "#   interval: 60\n"
                    "# Minutes between two full resyncs; unset for none.\n"
                    "# scheduledResyncInterval: 60\n"
                    "# Public URL of this process; with it, live events are received.\n"
                    "# baseUrl: https://ocean.example.com\n"
                    "\n"
                    "integration:\n";
  out += "  identifier: " + IdentifierOf(spec) + "\n";
  out += spec.configurations.empty() ? "  config: {}\n" : "  config:\n";
  for (const SpecConfiguration& option : spec.configurations) out += OptionYaml(option);
  return out;
}

std::string ExampleEnv(const Spec& spec) {
  std::string out =
      "# Variables of the " + TitleOf(spec) +
      " integration: copy to .env. What is commented out shows its default, or an example.\n"
      "\n"
      "# The Port account; not needed with --local.\n"
      "OCEAN__PORT__CLIENT_ID=\n"
      "OCEAN__PORT__CLIENT_SECRET=\n"
      "# OCEAN__PORT__BASE_URL=https://api.getport.io\n"
      "\n"
      "# What triggers a resync: POLLING, ONCE, WEBHOOK, KAFKA, WEBHOOKS_ONLY.\n"
      "# OCEAN__EVENT_LISTENER__TYPE=POLLING\n"
      "# Public URL of this process; with it, live events are received.\n"
      "# OCEAN__BASE_URL=https://ocean.example.com\n"
      "# OCEAN__INTEGRATION__IDENTIFIER=" +
      IdentifierOf(spec) + "\n";
  for (const SpecConfiguration& option : spec.configurations) out += "\n" + OptionEnv(option);
  return out;
}

}  // namespace ocean::config
