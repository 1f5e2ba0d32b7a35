#include "entity_template.hpp"

#include "ocean/base/error.hpp"

namespace ocean::sync {

std::optional<std::string> ExpressionText(const Json& leaf) {
  if (leaf.is_string()) return leaf.get<std::string>();
  if (leaf.is_number() || leaf.is_boolean()) return DumpJson(leaf);
  return std::nullopt;
}

std::optional<jq::Program> CompileExpression(const Json& expression, const std::string& path,
                                             const jq::CompileOptions& options,
                                             config::Problems& problems) {
  const auto text = ExpressionText(expression);
  if (!text) {
    problems.Add(path, "expected a JQ expression, found " + std::string(TypeName(expression)));
    return std::nullopt;
  }
  try {
    return jq::Program::Compile(*text, options);
  } catch (const Error& error) {
    if (error.kind() != ErrorKind::kConfig) throw;
    problems.Add(path, error.what());
    return std::nullopt;
  }
}

EntityTemplate EntityTemplate::Compile(const Json& mappings, const std::string& path,
                                       const jq::CompileOptions& options,
                                       config::Problems& problems) {
  EntityTemplate entity;
  if (!mappings.is_object()) {
    problems.Add(path, "expected an object with identifier and blueprint, found " +
                           std::string(TypeName(mappings)));
    return entity;
  }
  for (const std::string_view required : {"identifier", "blueprint"}) {
    if (Get(mappings, required).is_null()) {
      problems.Add(config::JoinPath(path, required), "is required");
    }
  }
  for (const std::string_view member : {"blueprint", "title", "icon"}) {
    if (Get(mappings, member).is_structured()) {
      problems.Add(
          config::JoinPath(path, member),
          "expected a JQ expression, found " + std::string(TypeName(Get(mappings, member))));
    }
  }
  Json known = Json::object();
  for (const auto& [name, member] : mappings.items()) {
    const bool is_known = name == "identifier" || name == "blueprint" || name == "title" ||
                          name == "icon" || name == "team" || name == "properties" ||
                          name == "relations";
    if (is_known) {
      known[name] = member;
    } else {
      problems.Warn(config::JoinPath(path, name), "is not known and has no effect");
    }
  }
  entity.root_ = entity.CompileNode(known, "", "", path, options, problems);
  return entity;
}

TemplateNode EntityTemplate::CompileNode(const Json& mapping, std::string name,
                                         const std::string& path, const std::string& root,
                                         const jq::CompileOptions& options,
                                         config::Problems& problems) {
  TemplateNode node{std::move(name), {}, mapping.is_array(), {}};
  if (mapping.is_object()) {
    for (const auto& [key, child] : mapping.items()) {
      // Null is how Port's storage spells "not mapped".
      if (child.is_null()) continue;
      node.children.push_back(
          CompileNode(child, key, config::JoinPath(path, key), root, options, problems));
    }
  } else if (mapping.is_array()) {
    for (std::size_t i = 0; i < mapping.size(); ++i) {
      node.children.push_back(CompileNode(mapping[i], "", path + "[" + std::to_string(i) + "]",
                                          root, options, problems));
    }
  } else if (auto program =
                 CompileExpression(mapping, config::JoinPath(root, path), options, problems)) {
    node.leaf = leaves_.size();
    auto constant = program->Constant();
    leaves_.push_back({path, std::move(*program), std::move(constant)});
  }
  return node;
}

Json EntityTemplate::Apply(const Json& item, jq::Budget& budget, const OnNull& on_null) const {
  return Evaluate(root_, item, budget, on_null);
}

Json EntityTemplate::Evaluate(const TemplateNode& node, const Json& item, jq::Budget& budget,
                              const OnNull& on_null) const {
  if (node.leaf) {
    const Leaf& leaf = leaves_[*node.leaf];
    if (leaf.constant) return *leaf.constant;
    jq::Result result = leaf.program.First(item, budget);
    if (!result.value || result.value->is_null()) {
      on_null(*node.leaf, result);
      return nullptr;
    }
    return std::move(*result.value);
  }
  if (node.is_list) {
    Json list = Json::array();
    for (const TemplateNode& child : node.children)
      list.push_back(Evaluate(child, item, budget, on_null));
    return list;
  }
  Json object = Json::object();
  auto& members = object.get_ref<Json::object_t&>();
  members.reserve(node.children.size());
  for (const TemplateNode& child : node.children) {
    members.emplace(child.name, Evaluate(child, item, budget, on_null));
  }
  return object;
}

std::optional<std::string> EntityTemplate::ConstantBlueprint() const {
  for (const Leaf& leaf : leaves_) {
    if (leaf.path == "blueprint" && leaf.constant && leaf.constant->is_string()) {
      return leaf.constant->get<std::string>();
    }
  }
  return std::nullopt;
}

}  // namespace ocean::sync
