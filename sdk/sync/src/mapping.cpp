#include "mapping.hpp"

#include "items_to_parse.hpp"
#include "ocean/base/text.hpp"
#include "ocean/sync/engine.hpp"

namespace ocean::sync {

namespace {

/// Root flags come in camelCase from Port and in snake_case from files.
const Json& Flag(const Json& config, std::string_view name) {
  const Json& camel = Get(config, name);
  return camel.is_null() ? Get(config, ToSnakeCase(name)) : camel;
}

void ReadFlag(const Json& config, std::string_view name, bool& flag, config::Problems& problems) {
  const Json& value = Flag(config, name);
  if (value.is_null()) return;
  if (value.is_boolean()) {
    flag = value.get<bool>();
  } else {
    problems.Add(std::string(name), "expected true or false, found " + DumpJson(value));
  }
}

MappingFlags ReadFlags(const Json& config, config::Problems& problems) {
  MappingFlags flags;
  ReadFlag(config, "enableMergeEntity", flags.enable_merge_entity, problems);
  ReadFlag(config, "deleteDependentEntities", flags.delete_dependent_entities, problems);
  ReadFlag(config, "createMissingRelatedEntities", flags.create_missing_related_entities, problems);
  const Json& threshold = Flag(config, "entityDeletionThreshold");
  if (threshold.is_number() && threshold.get<double>() >= 0 && threshold.get<double>() <= 1) {
    flags.entity_deletion_threshold = threshold.get<double>();
  } else if (!threshold.is_null()) {
    problems.Add("entityDeletionThreshold",
                 "expected a number from 0 to 1, found " + DumpJson(threshold));
  }
  return flags;
}

/// Reads one resource; where something is wrong the returned resource is not used.
class ResourceReader {
 public:
  ResourceReader(const Kinds& kinds, const jq::CompileOptions& options, config::Problems& problems)
      : kinds_(kinds), options_(options), problems_(problems) {}

  std::optional<ResourceMapping> Read(const Json& resource, std::size_t index) {
    path_ = "resources[" + std::to_string(index) + "]";
    if (!resource.is_object()) {
      problems_.Add(path_, "expected an object, found " + std::string(TypeName(resource)));
      return std::nullopt;
    }
    const auto kind = ReadKind(Get(resource, "kind"));
    const auto query = ReadQuery(Get(resource, "selector"));
    Json selector = OwnFields(Get(resource, "selector"));
    if (kind) kinds_.Find(*kind)->check_selector(selector, path_ + ".selector", problems_);
    const Json& port = Get(resource, "port");
    auto items = ReadItemsToParse(port);
    auto entity = EntityTemplate::Compile(Get(Get(port, "entity"), "mappings"),
                                          path_ + ".port.entity.mappings", options_, problems_);
    if (!kind || !query) return std::nullopt;
    const bool takes_all = query->Constant() == std::optional<Json>(Json(true));
    return ResourceMapping{
        *kind, index, std::move(selector), *query, takes_all, std::move(items), std::move(entity)};
  }

 private:
  std::optional<std::string> ReadKind(const Json& kind) {
    if (!kind.is_string()) {
      problems_.Add(path_ + ".kind",
                    kind.is_null() ? "is required" : "expected a string, found " + DumpJson(kind));
      return std::nullopt;
    }
    auto name = kind.get<std::string>();
    if (kinds_.Find(name)) return name;
    const std::vector<std::string> known = kinds_.names();
    const auto meant = ClosestMatch(name, known);
    problems_.Add(path_ + ".kind",
                  "this integration has no kind \"" + name + "\"; " +
                      (meant ? "did you mean \"" + *meant + "\"?" : "it has " + Join(known, ", ")));
    return std::nullopt;
  }

  std::optional<jq::Program> ReadQuery(const Json& selector) {
    const std::string path = path_ + ".selector.query";
    if (Get(selector, "query").is_null()) {
      problems_.Add(path, "is required; write 'true' to take every item");
      return std::nullopt;
    }
    return CompileExpression(Get(selector, "query"), path, options_, problems_);
  }

  static Json OwnFields(const Json& selector) {
    Json own = selector.is_object() ? selector : Json::object();
    own.erase("query");
    own.erase("exportEnvVariables");
    return own;
  }

  std::optional<ItemsToParse> ReadItemsToParse(const Json& port) {
    const Json& expression = Get(port, "itemsToParse");
    if (expression.is_null()) return std::nullopt;
    auto program = CompileExpression(expression, path_ + ".port.itemsToParse", options_, problems_);
    if (!program) return std::nullopt;
    ItemsToParse items{std::move(*program), GetString(port, "itemsToParseName", "item"), {}};
    const Json& top_level = Get(port, "itemsToParseTopLevelTransform");
    const bool remove = !top_level.is_boolean() || top_level.get<bool>();
    if (const auto source = SourcePath(items.program.text()); remove && source) {
      items.removal = jq::Program::Compile("del(" + *source + ")", options_);
    }
    return items;
  }

  const Kinds& kinds_;
  const jq::CompileOptions& options_;
  config::Problems& problems_;
  std::string path_;
};

}  // namespace

Mapping ParseMapping(const Json& config, const Kinds& kinds, const jq::CompileOptions& options,
                     config::Problems& problems) {
  Mapping mapping;
  mapping.flags = ReadFlags(config, problems);
  const Json& resources = Get(config, "resources");
  if (!resources.is_array() || resources.empty()) {
    problems.Add("resources", resources.is_null() || resources.is_array()
                                  ? "the mapping has no resources: nothing would be synced"
                                  : "expected a list, found " + std::string(TypeName(resources)));
  } else {
    ResourceReader reader(kinds, options, problems);
    for (std::size_t i = 0; i < resources.size(); ++i) {
      if (auto resource = reader.Read(resources[i], i))
        mapping.resources.push_back(std::move(*resource));
    }
  }
  problems.ThrowIfAny(
      "the mapping is not valid (edit it in Port, or in .port/resources for the default):");
  return mapping;
}

void CheckMapping(const Json& mapping, const Kinds& kinds, bool allow_environment_in_jq) {
  config::Problems problems;
  jq::CompileOptions options;
  options.allow_environment = allow_environment_in_jq;
  ParseMapping(mapping, kinds, options, problems);
}

}  // namespace ocean::sync
