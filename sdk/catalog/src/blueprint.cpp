#include "blueprint.hpp"

#include <algorithm>
#include <array>
#include <utility>

#include "api_error.hpp"
#include "identifier.hpp"
#include "ocean/base/text.hpp"

namespace ocean::catalog {

namespace {

constexpr std::array<std::string_view, 5> kTypes = {"string", "number", "boolean", "object",
                                                    "array"};

/// Parts of a blueprint that must be objects when they are there.
constexpr std::array<std::string_view, 5> kObjects = {
    "schema", "relations", "mirrorProperties", "calculationProperties", "aggregationProperties"};

using Problems = std::vector<std::string>;

std::optional<ValueRule> ReadValueRule(const Json& definition, const std::string& where,
                                       Problems& problems) {
  if (!definition.is_object()) {
    problems.push_back(where + " must be object");
    return std::nullopt;
  }
  ValueRule rule;
  rule.type = GetString(definition, "type");
  if (!IsValueType(rule.type)) {
    problems.push_back(where + ".type must be one of string, number, boolean, object, array");
    return std::nullopt;
  }
  if (const Json& allowed = Get(definition, "enum"); allowed.is_array()) {
    rule.allowed.assign(allowed.begin(), allowed.end());
  }
  rule.format = GetString(definition, "format");
  return rule;
}

void ReadProperties(const Json& definitions, Blueprint& blueprint, Problems& problems) {
  if (!definitions.is_object()) {
    problems.emplace_back("schema.properties must be object");
    return;
  }
  for (const auto& [name, definition] : definitions.items()) {
    const std::string where = "schema.properties." + name;
    const std::optional<ValueRule> rule = ReadValueRule(definition, where, problems);
    if (!rule) continue;
    PropertyRule property{*rule, std::nullopt, false};
    if (rule->type == "array" && definition.contains("items")) {
      property.items = ReadValueRule(definition.at("items"), where + ".items", problems);
    }
    blueprint.properties.emplace(name, std::move(property));
  }
}

void ReadRequired(const Json& names, Blueprint& blueprint, Problems& problems) {
  if (!names.is_array()) {
    problems.emplace_back("schema.required must be array");
    return;
  }
  for (const Json& name : names) {
    const auto found = name.is_string()
                           ? blueprint.properties.find(name.get_ref<const std::string&>())
                           : blueprint.properties.end();
    if (found == blueprint.properties.end()) {
      problems.push_back("schema.required names " + DumpJson(name) + ", which is no property");
    } else {
      found->second.required = true;
    }
  }
}

bool ReadFlag(const Json& definition, std::string_view name, const std::string& where,
              Problems& problems) {
  const Json& flag = Get(definition, name);
  if (!flag.is_null() && !flag.is_boolean()) {
    problems.push_back(where + "." + std::string(name) + " must be boolean");
  }
  return flag.is_boolean() && flag.get<bool>();
}

void ReadRelations(const Json& definitions, Blueprint& blueprint, Problems& problems) {
  for (const auto& [name, definition] : definitions.items()) {
    const std::string where = "relations." + name;
    RelationRule rule;
    rule.target = GetString(definition, "target");
    if (!IsIdentifier(rule.target))
      problems.push_back(where + ".target must be a blueprint's identifier");
    rule.many = ReadFlag(definition, "many", where, problems);
    rule.required = ReadFlag(definition, "required", where, problems);
    blueprint.relations.emplace(name, std::move(rule));
  }
}

std::string NoWayOverRelation(const std::string& name, const std::string& path) {
  return "mirrorProperties." + name + ".path must lead over a relation to a property, got \"" +
         path + "\"";
}

void ReadMirrors(const Json& definitions, Blueprint& blueprint, Problems& problems) {
  for (const auto& [name, definition] : definitions.items()) {
    const std::string path = GetString(definition, "path");
    std::vector<std::string> steps = Split(path, '.');
    if (steps.size() < 2 || !blueprint.relations.contains(steps.front())) {
      problems.push_back(NoWayOverRelation(name, path));
      continue;
    }
    MirrorRule rule;
    rule.property = std::move(steps.back());
    steps.pop_back();
    rule.relations = std::move(steps);
    blueprint.mirrors.emplace(name, std::move(rule));
  }
}

void ReadCalculations(const Json& definitions, Blueprint& blueprint, Problems& problems) {
  for (const auto& [name, definition] : definitions.items()) {
    const std::string where = "calculationProperties." + name;
    const std::optional<ValueRule> value = ReadValueRule(definition, where, problems);
    if (!value) continue;
    const std::string program = GetString(definition, "calculation");
    if (program.empty()) problems.push_back(where + ".calculation must be a JQ program");
    try {
      blueprint.calculations.emplace(name,
                                     CalculationRule{jq::Program::Compile(program), value->type});
    } catch (const Error& error) {
      problems.push_back(where + ".calculation: " + Split(error.what(), '\n').front());
    }
  }
}

void FillIn(Json& document) {
  Json& schema = document["schema"];
  if (!schema.contains("properties")) schema["properties"] = Json::object();
  if (!schema.contains("required")) schema["required"] = Json::array();
  for (const std::string_view name : kObjects) {
    if (!document.contains(name)) document[std::string(name)] = Json::object();
  }
}

/// What is wrong with the mirrored and calculated properties is in `computed`, all else is thrown.
Blueprint Read(Json document, Problems& computed) {
  if (!document.is_object()) throw Invalid("a blueprint must be object");
  Problems problems;
  Blueprint blueprint;
  blueprint.identifier = GetString(document, "identifier");
  if (!IsIdentifier(blueprint.identifier)) {
    problems.emplace_back("identifier must be a text of letters, digits and @ _ . + : \\ / = -");
  }
  for (const std::string_view name : kObjects) {
    Json& part = document[std::string(name)];
    if (part.is_null()) part = Json::object();
    if (!part.is_object()) problems.push_back(std::string(name) + " must be object");
  }
  if (problems.empty()) {
    FillIn(document);
    ReadProperties(document["schema"]["properties"], blueprint, problems);
    ReadRequired(document["schema"]["required"], blueprint, problems);
    ReadRelations(document["relations"], blueprint, problems);
    ReadMirrors(document["mirrorProperties"], blueprint, computed);
    ReadCalculations(document["calculationProperties"], blueprint, computed);
  }
  RefuseProblems(problems);
  blueprint.document = std::move(document);
  return blueprint;
}

}  // namespace

bool IsValueType(std::string_view name) {
  return std::find(kTypes.begin(), kTypes.end(), name) != kTypes.end();
}

Blueprint ReadBlueprint(Json document) {
  Problems computed;
  Blueprint blueprint = Read(std::move(document), computed);
  RefuseProblems(computed);
  return blueprint;
}

Blueprint ReadStoredBlueprint(Json document) {
  Problems ignored;
  return Read(std::move(document), ignored);
}

}  // namespace ocean::catalog
