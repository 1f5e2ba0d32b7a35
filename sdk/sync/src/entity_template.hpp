#pragma once
/// @file The `mappings` of a resource, compiled: a tree whose leaves are JQ programs.

#include <cstddef>
#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "ocean/base/json.hpp"
#include "ocean/config/problems.hpp"
#include "ocean/jq/program.hpp"

namespace ocean::sync {

/// One JQ expression of a mapping.
struct Leaf {
  /// Within the entity: "properties.url".
  std::string path;
  jq::Program program;
  /// The value, when the expression does not look at its input.
  std::optional<Json> constant;
};

/// A leaf, an object of named nodes, or a list of nodes (the rules of a search query).
struct TemplateNode {
  std::string name;
  /// Position in EntityTemplate::leaves; empty for inner nodes.
  std::optional<std::size_t> leaf;
  bool is_list = false;
  std::vector<TemplateNode> children;
};

/// Compiles the mappings of one resource; immutable, shared by all workers.
class EntityTemplate {
 public:
  /// What is wrong is added to `problems` under `path`.
  static EntityTemplate Compile(const Json& mappings, const std::string& path,
                                const jq::CompileOptions& options, config::Problems& problems);

  /// Called for every leaf that came to null, with what JQ said.
  using OnNull = std::function<void(std::size_t leaf, const jq::Result& result)>;

  /// Maps one item to an entity's JSON. A leaf that fails is null.
  Json Apply(const Json& item, jq::Budget& budget, const OnNull& on_null) const;

  const std::vector<Leaf>& leaves() const { return leaves_; }
  /// The blueprint, when it is a constant; else any blueprint may come out.
  std::optional<std::string> ConstantBlueprint() const;

 private:
  TemplateNode CompileNode(const Json& mapping, std::string name, const std::string& path,
                           const std::string& root, const jq::CompileOptions& options,
                           config::Problems& problems);
  Json Evaluate(const TemplateNode& node, const Json& item, jq::Budget& budget,
                const OnNull& on_null) const;

  TemplateNode root_;
  std::vector<Leaf> leaves_;
};

/// The JQ text of a mapping's leaf: strings as they are, numbers and booleans as they are written. Empty when it can be none.
std::optional<std::string> ExpressionText(const Json& leaf);

/// Compiles one expression; what is wrong is added to `problems` under `path`.
std::optional<jq::Program> CompileExpression(const Json& expression, const std::string& path,
                                             const jq::CompileOptions& options,
                                             config::Problems& problems);

}  // namespace ocean::sync
