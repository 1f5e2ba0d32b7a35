#include "mapping_schema.hpp"

#include <fstream>
#include <iostream>
#include <vector>

#include "application.hpp"
#include "ocean/base/error.hpp"
#include "ocean/base/text.hpp"
#include "ocean/http/transport.hpp"

namespace ocean::app {

namespace {

/// How mappings and messages name the kinds that an integration does not list.
constexpr auto kOtherKinds = "__custom__";

Json Expression(const char* description) {
  return {{"type", {"string", "number", "boolean"}}, {"description", description}};
}

Json Object(Json properties, const std::vector<const char*>& required, bool sealed) {
  Json schema = {{"type", "object"}, {"properties", std::move(properties)}};
  if (!required.empty()) schema["required"] = required;
  if (sealed) schema["additionalProperties"] = false;
  return schema;
}

/// An expression, or a search for the entity that is meant.
Json ExpressionOrSearch(const char* description) {
  return {
      {"description", description},
      {"anyOf", {{{"type", {"string", "number", "boolean"}}}, {{"$ref", "#/definitions/search"}}}}};
}

Json SearchSchema() {
  const Json rule = Object({{"property", Expression("JQ: the property that is compared.")},
                            {"operator", Expression("JQ: how, such as '\"=\"'.")},
                            {"value", Expression("JQ: with what.")}},
                           {"property", "operator", "value"}, true);
  return Object(
      {{"combinator", Expression("'\"and\"' or '\"or\"'.")},
       {"rules",
        {{"type", "array"}, {"items", {{"anyOf", {rule, {{"$ref", "#/definitions/search"}}}}}}}}},
      {"combinator", "rules"}, true);
}

Json Leaves(const char* description, const Json& leaf) {
  return {{"type", "object"}, {"description", description}, {"additionalProperties", leaf}};
}

Json EntitySchema() {
  const Json mappings = Object(
      {{"identifier", ExpressionOrSearch("JQ: the entity's identifier; null makes no entity.")},
       {"blueprint", Expression("JQ: its blueprint; a constant is quoted twice.")},
       {"title", Expression("JQ: its title.")},
       {"icon", Expression("JQ: its icon.")},
       {"team", ExpressionOrSearch("JQ: the teams that own it.")},
       {"properties", Leaves("JQ by property; a value may nest.", Json(true))},
       {"relations",
        Leaves("JQ by relation, or a search.", ExpressionOrSearch("JQ: what it relates to."))}},
      {"identifier", "blueprint"}, true);
  return Object({{"mappings", mappings}}, {"mappings"}, false);
}

Json PortSchema() {
  return Object(
      {{"itemsToParse", Expression("JQ: a list; each element makes an entity.")},
       {"itemsToParseName",
        {{"type", "string"}, {"default", "item"}, {"description", "How expressions name it."}}},
       {"itemsToParseTopLevelTransform",
        {{"type", "boolean"},
         {"default", true},
         {"description", "Leaves the list itself out of what expressions see."}}},
       {"entity", EntitySchema()}},
      {"entity"}, false);
}

Json Flag(bool fallback, const char* description) {
  return {{"type", "boolean"}, {"default", fallback}, {"description", description}};
}

Json FlagsSchema() {
  return {{"enableMergeEntity", Flag(true, "Keeps properties that the mapping does not name.")},
          {"deleteDependentEntities", Flag(true, "Deletes with an entity those that need it.")},
          {"createMissingRelatedEntities", Flag(true, "Makes what a relation leads to.")},
          {"entityDeletionThreshold",
           {{"type", "number"},
            {"minimum", 0},
            {"maximum", 1},
            {"default", 0.9},
            {"description", "Holds deletions back that would take a greater part."}}}};
}

/// Fields as mappings name them.
std::vector<config::FieldInfo> InCamelCase(std::vector<config::FieldInfo> fields) {
  for (config::FieldInfo& field : fields) {
    field.name = ToCamelCase(field.name);
    field.type.fields = InCamelCase(std::move(field.type.fields));
    for (config::ValueType& element : field.type.element)
      element.fields = InCamelCase(std::move(element.fields));
  }
  return fields;
}

Json SelectorSchema(const std::string& name, const sync::Kind& kind) {
  for (const config::FieldInfo& field : kind.selector_fields) {
    if (!field.description.empty()) continue;
    throw Error(ErrorKind::kConfig, "the selector of " + name + " does not say what " + field.name +
                                        " is: give it a description");
  }
  Json schema = config::JsonSchemaOf(InCamelCase(kind.selector_fields));
  Json properties = {{"query", Expression("JQ: true for the items to take; 'true' takes all.")}};
  properties.update(schema["properties"]);
  schema["properties"] = std::move(properties);
  Json required = {"query"};
  for (const Json& name_of_field : Get(schema, "required")) required.push_back(name_of_field);
  schema["required"] = std::move(required);
  return schema;
}

/// The kinds with their names; those that are not listed come last.
std::vector<std::pair<std::string, sync::Kind>> AllKinds(const sync::Kinds& kinds) {
  std::vector<std::pair<std::string, sync::Kind>> all;
  for (const std::string& name : kinds.names()) all.emplace_back(name, *kinds.Find(name));
  if (kinds.takes_any_name()) all.emplace_back(kOtherKinds, *kinds.Find(kOtherKinds));
  return all;
}

Json ResourceSchema(const std::string& name, const sync::Kind& kind, const sync::Kinds& kinds) {
  const Json kind_schema = name == kOtherKinds
                               ? Json{{"type", "string"}, {"not", {{"enum", kinds.names()}}}}
                               : Json{{"const", name}};
  Json schema = Object({{"kind", kind_schema},
                        {"selector", SelectorSchema(name, kind)},
                        {"port", {{"$ref", "#/definitions/port"}}}},
                       {"kind", "selector", "port"}, false);
  schema["title"] = name;
  return schema;
}

/// The integration of a program, as far as it can be had without a configuration: `look` sees it.
void WithUnconfigured(const Program& program, const config::Spec& spec,
                      const std::function<void(const Integration&)>& look) {
  config::Configuration configuration;
  configuration.spec = spec;
  configuration.integration_config = config::SampleConfig(spec);
  Integration integration(
      configuration,
      {.transport = http::MakeCurlTransport(), .clock = Clock::System(), .logger = Logger::Null()},
      Logger::Null());
  try {
    program.setup(integration);
  } catch (const Error& error) {
    throw error.WithContext("setting the integration up with the examples of " +
                            spec.file.string());
  }
  look(integration);
}

void WriteText(const std::string& text, const std::string& file) {
  if (file.empty()) {
    std::cout << text;
    return;
  }
  std::ofstream out(file, std::ios::binary);
  out << text;
  out.close();
  if (!out) throw Error(ErrorKind::kConfig, "cannot write " + file);
}

}  // namespace

Json MappingSchema(const std::string& type, const sync::Kinds& kinds) {
  Json resources = Json::array();
  for (const auto& [name, kind] : AllKinds(kinds))
    resources.push_back(ResourceSchema(name, kind, kinds));
  Json properties = FlagsSchema();
  properties["resources"] = {{"type", "array"},
                             {"minItems", 1},
                             {"description", "What is read, in this order, and what it becomes."},
                             {"items", {{"anyOf", std::move(resources)}}}};
  Json schema = Object(std::move(properties), {"resources"}, false);
  schema["definitions"] = {{"port", PortSchema()}, {"search", SearchSchema()}};
  Json named = {{"$schema", "http://json-schema.org/draft-07/schema#"},
                {"title", "Mapping of the integration " + type}};
  named.update(schema);
  return named;
}

Json MappingForm(const sync::Kinds& kinds) {
  Json by_kind = Json::object();
  for (const auto& [name, kind] : AllKinds(kinds))
    by_kind[name] = {{"selectors", SelectorSchema(name, kind)}};
  return {{"kinds", std::move(by_kind)}, {"advancedConfig", Object(FlagsSchema(), {}, false)}};
}

void WriteMappingSchema(const Program& program, const MappingSchemaRequest& request) {
  if (request.format != "json" && request.format != "ui") {
    throw Error(ErrorKind::kConfig,
                "--format: expected json or ui, found \"" + request.format + "\"");
  }
  const config::Spec spec = config::Spec::Load(request.folder);
  WithUnconfigured(program, spec, [&](const Integration& integration) {
    const Json schema = request.format == "ui" ? MappingForm(integration.kinds())
                                               : MappingSchema(program.type, integration.kinds());
    WriteText((request.compact ? DumpJson(schema) : PrettyJson(schema)) + "\n", request.output);
  });
}

}  // namespace ocean::app
