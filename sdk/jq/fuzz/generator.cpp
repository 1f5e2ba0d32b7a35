#include "generator.hpp"

#include <algorithm>
#include <array>
#include <cctype>
#include <optional>
#include <random>
#include <string_view>

#include "grammar.hpp"

namespace ocean::jq::fuzz {
namespace {

constexpr std::array<std::string_view, 5> kNames = {"a", "b", "c", "d", "name"};
/// As they are written between double quotes, in a program and in JSON alike.
constexpr auto kStrings = std::to_array<std::string_view>({"",
                                                           "a",
                                                           "b",
                                                           "abc",
                                                           "aXbxcab",
                                                           "a,b, c",
                                                           "x\\ty\\n",
                                                           "é",
                                                           "日本語",
                                                           "a😀b",
                                                           "1",
                                                           "-12.5",
                                                           "null",
                                                           "nan",
                                                           "true",
                                                           "0x1",
                                                           "<&'\\\">",
                                                           "[1,{\\\"a\\\":2}]",
                                                           "{\\\"a\\\":[null]}",
                                                           "[1,",
                                                           "YWJj",
                                                           "YWI=",
                                                           "a%20%41%",
                                                           "%C3%A9",
                                                           "  a b ",
                                                           "2015-03-05T23:51:47Z",
                                                           "text",
                                                           "json",
                                                           "csv",
                                                           "\\u0001",
                                                           "\\u00e9\\u0301",
                                                           "a\\\\b",
                                                           "aaa",
                                                           "The quick brown fox",
                                                           "\\ud83d\\ude00"});
/// Written the same by whatever prints numbers.
constexpr auto kNumbers = std::to_array<std::string_view>(
    {"0", "1", "2", "3", "10", "0.5", "1.5", "2.25", "100", "255", "0.1", "3.14159", "65",
     "1425599621", "4294967296", "9007199254740991", "1000000000000", "0.001", "12345.678"});
constexpr auto kPatterns = std::to_array<std::string_view>(
    {"a", "b+", "[a-c]",

     "^a", "b$", "(a)(b)?", "(?<c>[a-z])", "(?<c>a)|(?<name>b)", "\\\\d+", "\\\\s*,\\\\s*", ".",
     "(?i)A", "[^a]", "é", "\\\\bA", "(", "a{2}", "\\\\p{L}"});
constexpr auto kFlags =
    std::to_array<std::string_view>({"g", "", "i", "gi", "x", "n", "gn", "s", "l", "gx", "p", "q"});
constexpr auto kFormats = std::to_array<std::string_view>(
    {"@text", "@json", "@csv", "@tsv", "@html", "@uri", "@sh", "@base64", "@base64d"});
constexpr auto kDateFormats = std::to_array<std::string_view>(
    {"%Y-%m-%dT%H:%M:%SZ", "%A, %B %d, %Y", "%j %U %w", "%H%M", "%e|%%|%I %p", ""});
/// Of patterns. The reference catches errors there that are none of its own.
constexpr auto kKeys = std::to_array<std::string_view>(
    {"\"a\"", "\"a\", \"b\"", "\"na\" + \"me\"", "[\"b\"][]", "empty", "1"});
constexpr std::string_view kKinds = "nsbao";

/// What stands between `<` and `>` in a rule.
struct Hole {
  std::string name;
  char from = '\0';
  bool is_quoted = false;
  std::size_t size = 0;

  bool IsExpression() const {
    const auto kind = static_cast<char>(std::tolower(static_cast<unsigned char>(name[0])));
    return name.size() == 1 && (kKinds.find(kind) != kKinds.npos || kind == 'x' || kind == 'p');
  }
};

std::optional<Hole> HoleAt(std::string_view text) {
  Hole hole;
  std::size_t at = 1;
  while (at < text.size() &&
         (std::isalpha(static_cast<unsigned char>(text[at])) || text[at] == '$'))
    hole.name += text[at++];
  if (hole.name.empty()) return std::nullopt;
  if (at + 1 < text.size() && text[at] == '.') {
    hole.from = text[at + 1];
    at += 2;
  }
  if (at < text.size() && text[at] == '"') {
    hole.is_quoted = true;
    ++at;
  }
  if (at >= text.size() || text[at] != '>') return std::nullopt;
  hole.size = at + 1;
  return hole;
}

int CountExpressions(std::string_view text) {
  int count = 0;
  for (std::size_t at = text.find('<'); at != text.npos; at = text.find('<', at + 1)) {
    const auto hole = HoleAt(text.substr(at));
    count += hole && (hole->IsExpression() || hole->name == "def") ? 1 : 0;
  }
  return count;
}

class Generator {
 public:
  Generator(std::uint64_t seed, std::uint64_t index) {
    std::seed_seq numbers{seed >> 32, seed & 0xFFFFFFFF, index >> 32, index & 0xFFFFFFFF};
    random_.seed(numbers);
    size_ = 1 + static_cast<int>(index % 32);
  }

  Pair Run() {
    const char kind = PickKind("oooaaanssx");
    Pair pair;
    pair.input = JsonText(kind, 3);
    pair.program = Expression(Chance(60) ? 'x' : PickKind(kKinds), kind, size_, true);
    return pair;
  }

 private:
  struct Callable {
    std::string name;
    std::size_t arity;
  };
  struct Scope {
    std::size_t variables;
    std::size_t functions;
    std::size_t labels;
  };

  std::size_t Below(std::size_t bound) { return static_cast<std::size_t>(random_() % bound); }
  bool Chance(std::size_t percent) { return Below(100) < percent; }
  template <class List>
  typename List::value_type Pick(const List& list) {
    return list[Below(list.size())];
  }
  char PickKind(std::string_view kinds) { return kinds[Below(kinds.size())]; }
  std::string Fresh(const char* prefix) { return prefix + std::to_string(++names_); }

  Scope Mark() const { return {variables_.size(), functions_.size(), labels_.size()}; }
  void Restore(const Scope& scope) {
    variables_.resize(scope.variables);
    functions_.resize(scope.functions);
    labels_.resize(scope.labels);
  }

  /// An expression of about `size` rules that makes `kind` from an input of kind `from`.
  Tree Expression(char kind, char from, int size, bool is_open) {
    if (auto use = Chance(kind == 'x' ? 25 : 6) ? Use(kind, from, size) : std::nullopt)
      return std::move(*use);
    if (kind == 'x' && Chance(30)) kind = PickKind(kKinds);
    const Rule& rule = PickRule(kind, from, size);
    const bool is_term = rule.text.starts_with('=');
    // Definitions and labels are no operands.
    if (rule.text.find("<def>") != rule.text.npos || rule.text.starts_with("def ") ||
        rule.text.starts_with("label "))
      is_open = false;
    const Scope outer = Mark();
    // Where errors are caught, the reference catches breaks too.
    std::vector<std::string> labels = labels_;
    if (rule.text.find("try ") != rule.text.npos || rule.text.find('?') != rule.text.npos)
      labels_.clear();
    Tree tree = Expand(rule.text.substr(is_term ? 1 : 0), from, size);
    labels_ = std::move(labels);
    Restore(outer);
    if (is_term || is_open) return tree;
    tree.pieces.front().insert(0, 1, '(');
    tree.pieces.back() += ')';
    return tree;
  }

  const Rule& PickRule(char kind, char from, int size) {
    std::vector<const Rule*> fitting;
    for (const Rule& rule : Rules()) {
      if (rule.makes != kind || (rule.from != '*' && rule.from != from)) continue;
      if (size <= 1 && CountExpressions(rule.text) > 0) continue;
      fitting.push_back(&rule);
    }
    return *Pick(fitting);
  }

  /// One of the variables, functions and labels in scope.
  std::optional<Tree> Use(char kind, char from, int size) {
    const std::size_t count =
        variables_.size() + functions_.size() + (kind == 'x' ? labels_.size() : 0);
    if (count == 0) return std::nullopt;
    std::size_t at = Below(count);
    if (at < variables_.size()) return Tree{{variables_[at]}, {}};
    at -= variables_.size();
    if (at >= functions_.size()) {
      return Tree{{"(., break " + labels_[at - functions_.size()] + ")"}, {}};
    }
    const Callable callable = functions_[at];
    std::string shape = callable.name;
    for (std::size_t i = 0; i < callable.arity; ++i) shape += i == 0 ? "(<X>" : "; <X>";
    return Expand(shape + (callable.arity > 0 ? ")" : ""), from, size);
  }

  Tree Expand(std::string_view text, char from, int size) {
    Tree tree{{""}, {}};
    int left = CountExpressions(text);
    int budget = size - 1;
    // The variables of reduce and foreach are not there yet in what they start with.
    const bool is_fold = text.find("reduce ") != text.npos || text.find("foreach ") != text.npos;
    std::vector<std::string> late;
    for (std::size_t at = 0; at < text.size(); ++at) {
      const auto hole = text[at] == '<' ? HoleAt(text.substr(at)) : std::nullopt;
      const std::size_t known = variables_.size();
      if (!hole || !Fill(*hole, from, budget, left, tree)) {
        tree.pieces.back() += text[at];
        continue;
      }
      if (hole->IsExpression()) {
        variables_.insert(variables_.end(), late.begin(), late.end());
        late.clear();
      } else if (is_fold) {
        late.assign(variables_.begin() + static_cast<std::ptrdiff_t>(known), variables_.end());
        variables_.resize(known);
      }
      at += hole->size - 1;
    }
    return tree;
  }

  /// False when that is no hole.
  bool Fill(const Hole& hole, char from, int& budget, int& left, Tree& tree) {
    if (!hole.IsExpression() && hole.name != "def") {
      const auto word = Word(hole);
      if (word) tree.pieces.back() += *word;
      return word.has_value();
    }
    const int share = left == 1 || budget < 1
                          ? budget
                          : static_cast<int>(Below(static_cast<std::size_t>(budget) + 1));
    budget -= share;
    --left;
    if (hole.name == "def") {
      Attach(tree, Definition(share));
      return true;
    }
    const bool is_open = std::isupper(static_cast<unsigned char>(hole.name[0])) != 0;
    const auto kind = static_cast<char>(std::tolower(static_cast<unsigned char>(hole.name[0])));
    Attach(tree, Expression(kind, hole.from == '\0' ? from : hole.from, share, is_open));
    return true;
  }

  static void Attach(Tree& tree, Tree part) {
    tree.parts.push_back(std::move(part));
    tree.pieces.emplace_back();
  }

  std::optional<std::string> Word(const Hole& hole) {
    const std::string& name = hole.name;
    if (name == "i") return std::to_string(static_cast<int>(Below(9)) - 3);
    if (name == "d") return (Chance(20) ? "-" : "") + std::string(Pick(kNumbers));
    if (name == "k")
      return hole.is_quoted ? "\"" + std::string(Pick(kNames)) + "\"" : std::string(Pick(kNames));
    if (name == "t") return "\"" + std::string(Pick(kStrings)) + "\"";
    if (name == "u") return std::string(Pick(kStrings));
    if (name == "j") return Chance(50) ? PathText() : JsonText('x', 2);
    if (name == "r") return "\"" + std::string(Pick(kPatterns)) + "\"";
    if (name == "g") return Chance(10) ? "null" : "\"" + std::string(Pick(kFlags)) + "\"";
    if (name == "f") return std::string(Pick(kFormats));
    if (name == "T") return "\"" + std::string(Pick(kDateFormats)) + "\"";
    if (name == "$") return NewVariable();
    if (name == "v") return variables_.empty() ? "x" : variables_.back().substr(1);
    if (name == "pattern") return Pattern(2);
    if (name == "patterns")
      return Pattern(2) + (Chance(70) ? " ?// " + Pattern(2) : "") +
             (Chance(20) ? " ?// " + Pattern(1) : "");
    if (name == "label") return labels_.emplace_back(Fresh("$l"));
    return std::nullopt;
  }

  std::string NewVariable() { return variables_.emplace_back(Fresh("$v")); }

  /// Alternatives may name the same variable.
  std::string PatternVariable() {
    return !variables_.empty() && Chance(20) ? variables_.back() : NewVariable();
  }

  std::string Pattern(int depth) {
    if (depth == 0 || Chance(30)) return PatternVariable();
    if (Chance(50)) {
      // Where two elements are taken apart, the reference tells of the last that cannot be.
      std::string list = "[";
      for (bool nests = false; list.size() == 1 || Chance(40);) {
        const std::string element = nests ? PatternVariable() : Pattern(depth - 1);
        nests = nests || element[0] != '$';
        list += (list.size() > 1 ? ", " : "") + element;
      }
      return list + "]";
    }
    std::string list = "{" + PatternEntry(depth);
    while (Chance(40)) list += ", " + PatternEntry(depth);
    return list + "}";
  }

  std::string PatternEntry(int depth) {
    const std::string name(Pick(kNames));
    switch (Below(6)) {
      case 0:
        variables_.push_back("$" + name);
        return "$" + name;
      case 1: {
        std::string entry = "$" + name + ": " + Pattern(depth - 1);
        variables_.push_back("$" + name);
        return entry;
      }
      case 2:
        return "\"" + name + "\": " + Pattern(depth - 1);
      case 3:
        return "(" + std::string(Pick(kKeys)) + "): " + Pattern(depth - 1);
      default:
        return name + ": " + Pattern(depth - 1);
    }
  }

  Tree Definition(int size) {
    const Scope outer = Mark();
    const Callable made{Fresh("f"), Below(3)};
    std::string head = "def " + made.name;
    for (std::size_t i = 0; i < made.arity; ++i) {
      const std::string name = Fresh("p");
      const bool is_value = Chance(40);
      head += (i == 0 ? "(" : "; ") + std::string(is_value ? "$" : "") + name;
      functions_.push_back({name, 0});
      if (is_value) variables_.push_back("$" + name);
    }
    Tree tree{{head + (made.arity > 0 ? "): " : ": ")}, {}};
    Attach(tree, Expression(Chance(30) ? 'p' : 'x', 'x', size, true));
    tree.pieces.back() += ";";
    Restore(outer);
    functions_.push_back(made);
    return tree;
  }

  /// A path as a value.
  std::string PathText() {
    std::string text = "[";
    for (std::size_t i = Below(3); i > 0; --i) {
      text += text.size() > 1 ? "," : "";
      text += Chance(50) ? "\"" + std::string(Pick(kNames)) + "\""
                         : std::to_string(static_cast<int>(Below(5)) - 1);
    }
    return text + "]";
  }

  std::string JsonText(char kind, int depth) {
    if (kind == 'x') kind = PickKind("nsbaoz");
    if (depth == 0 && (kind == 'a' || kind == 'o')) kind = 'n';
    switch (kind) {
      case 'n':
        return Chance(50) ? std::to_string(static_cast<int>(Below(7)) - 2)
                          : std::string(Pick(kNumbers));
      case 's':
        return "\"" + std::string(Pick(kStrings)) + "\"";
      case 'b':
        return Chance(50) ? "true" : "false";
      case 'a':
        return ArrayText(depth);
      case 'o':
        return ObjectText(depth);
      default:
        return "null";
    }
  }

  /// Often of one kind, so that something can be done with all elements.
  std::string ArrayText(int depth) {
    const char kind = PickKind("nnssoax");
    std::string text = "[";
    for (std::size_t i = Below(5); i > 0; --i)
      text += (text.size() > 1 ? "," : "") + JsonText(kind, depth - 1);
    return text + "]";
  }

  std::string ObjectText(int depth) {
    std::string text = "{";
    for (const std::string_view name : kNames) {
      if (Chance(50)) continue;
      text +=
          (text.size() > 1 ? ",\"" : "\"") + std::string(name) + "\":" + JsonText('x', depth - 1);
    }
    return text + "}";
  }

  std::mt19937_64 random_;
  int size_;
  int names_ = 0;
  std::vector<std::string> variables_;
  std::vector<Callable> functions_;
  std::vector<std::string> labels_;
};

}  // namespace

std::string Tree::Text() const {
  std::string text = pieces[0];
  for (std::size_t i = 0; i < parts.size(); ++i) text += parts[i].Text() + pieces[i + 1];
  return text;
}

Pair Generate(std::uint64_t seed, std::uint64_t index) {
  return Generator(seed, index).Run();
}

}  // namespace ocean::jq::fuzz
