#include "fold.hpp"

#include <algorithm>
#include <initializer_list>

#include "machine.hpp"

namespace ocean::jq {
namespace {

bool AllOne(std::initializer_list<const Node*> nodes) {
  return std::all_of(nodes.begin(), nodes.end(),
                     [](const Node* node) { return node == nullptr || node->at_most_one; });
}
bool ListOne(const Node& node) {
  return std::all_of(node.list.begin(), node.list.end(),
                     [](const Node* item) { return item->at_most_one; });
}

bool KeysOne(const PatternCode& pattern) {
  return std::all_of(pattern.elements.begin(), pattern.elements.end(), KeysOne) &&
         std::all_of(pattern.entries.begin(), pattern.entries.end(),
                     [](const PatternCode::Entry& entry) {
                       return entry.key->at_most_one && (!entry.value || KeysOne(*entry.value));
                     });
}
bool PatternsOne(const BindCode& bind) {
  return std::all_of(bind.alternatives.begin(), bind.alternatives.end(), KeysOne);
}

bool HasAtMostOne(const Node& node) {
  switch (node.op) {
    case Op::kIterate:
    case Op::kDescend:
    case Op::kComma:
    case Op::kForeach:
    case Op::kClosure:
    case Op::kRange:
      return false;
    case Op::kArray:
    case Op::kFirst:
    case Op::kLast:
    case Op::kModify:
    case Op::kSortBy:
      return true;
    case Op::kReduce:
      return node.b->at_most_one;
    case Op::kBind:
      return AllOne({node.a, node.b}) && PatternsOne(*node.bind);
    case Op::kCall:
      return node.function->at_most_one;
    case Op::kAssign:
    case Op::kUpdate:
    case Op::kUpdateAlternative:
      return node.b->at_most_one;
    default:
      return AllOne({node.a, node.b, node.c, node.d}) && ListOne(node);
  }
}

bool AnyReads(const Node& node) {
  for (const Node* operand : {node.a, node.b, node.c, node.d}) {
    if (operand != nullptr && operand->reads_input) return true;
  }
  return std::any_of(node.list.begin(), node.list.end(),
                     [](const Node* item) { return item->reads_input; });
}

bool ReadsInput(const Node& node) {
  switch (node.op) {
    case Op::kLiteral:
    case Op::kVariable:
    case Op::kEmpty:
    case Op::kBreak:
      return false;
    case Op::kArray:
    case Op::kObject:
    case Op::kString:
    case Op::kComma:
    case Op::kArithmetic:
    case Op::kAnd:
    case Op::kOr:
    case Op::kAlternative:
    case Op::kBind:
    case Op::kRange:
    case Op::kFirst:
    case Op::kLast:
    case Op::kLimit:
    case Op::kSkip:
    case Op::kLabel:
    case Op::kNegate:
    case Op::kTrace:
      return AnyReads(node);
    case Op::kIf:
      return node.c == nullptr || AnyReads(node);
    case Op::kFields:
    case Op::kIterate:
      return node.a == nullptr || node.a->reads_input;
    // What follows reads the output of what comes first, unless that output tells the time.
    case Op::kPipe:
      return node.a->reads_input || (node.b->op != Op::kNative || !node.b->native->is_pure);
    default:
      return true;
  }
}

bool IsLiteral(const Node* node) {
  return node == nullptr || node->op == Op::kLiteral;
}

bool IsFoldable(const Node& node) {
  switch (node.op) {
    case Op::kArray:
    case Op::kObject:
    case Op::kArithmetic:
    case Op::kNegate:
      break;
    case Op::kNative:
      if (node.native->name != "null" && node.native->name != "true" &&
          node.native->name != "false")
        return false;
      break;
    default:
      return false;
  }
  return IsLiteral(node.a) && IsLiteral(node.b) &&
         std::all_of(node.list.begin(), node.list.end(), IsLiteral);
}

}  // namespace

void SetFlags(Node& node) {
  node.at_most_one = HasAtMostOne(node);
  node.reads_input = ReadsInput(node);
}

const Node* Folded(Node& node) {
  if (!IsFoldable(node)) return &node;
  Limits small;
  small.value_bytes = 1 << 16;
  small.steps = 10'000;
  Budget budget(small);
  Machine machine(budget);
  Value value = machine.RunOne(&node, {}, Value::Null());
  if (!value.Has()) return &node;
  Measure ignored;
  const std::size_t position = node.position;
  Json literal = std::move(value).Take(ignored);
  node = Node();
  node.op = Op::kLiteral;
  node.position = position;
  node.literal = std::move(literal);
  node.at_most_one = true;
  return &node;
}

}  // namespace ocean::jq
