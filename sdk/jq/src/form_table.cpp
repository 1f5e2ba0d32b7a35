#include <algorithm>
#include <array>

#include "forms.hpp"
#include "natives.hpp"
#include "prelude.hpp"

namespace ocean::jq {
namespace {

constexpr FormKind kNode = FormKind::kNode;
constexpr FormKind kRefused = FormKind::kRefused;

constexpr std::array kForms = {
    Form{"empty", 0, kNode, Op::kEmpty},
    Form{"error", 0, kNode, Op::kError},
    Form{"error", 1, kNode, Op::kError},
    Form{"path", 1, kNode, Op::kPath},
    Form{"getpath", 1, kNode, Op::kGetPath},
    Form{"recurse", 0, kNode, Op::kDescend},
    Form{"first", 1, kNode, Op::kFirst},
    Form{"last", 1, kNode, Op::kLast},
    Form{"limit", 2, kNode, Op::kLimit},
    Form{"skip", 2, kNode, Op::kSkip},
    Form{"sort", 0, kNode, Op::kSortBy, By::kSort},
    Form{"sort_by", 1, kNode, Op::kSortBy, By::kSort},
    Form{"group_by", 1, kNode, Op::kSortBy, By::kGroup},
    Form{"unique", 0, kNode, Op::kSortBy, By::kUnique},
    Form{"unique_by", 1, kNode, Op::kSortBy, By::kUnique},
    Form{"min", 0, kNode, Op::kSortBy, By::kMin},
    Form{"min_by", 1, kNode, Op::kSortBy, By::kMin},
    Form{"max", 0, kNode, Op::kSortBy, By::kMax},
    Form{"max_by", 1, kNode, Op::kSortBy, By::kMax},
    Form{"sub", 2, kNode, Op::kReplace},
    Form{"sub", 3, kNode, Op::kReplace},
    Form{"gsub", 2, kNode, Op::kReplace, By::kSort, true},
    Form{"gsub", 3, kNode, Op::kReplace, By::kSort, true},
    Form{"select", 1, FormKind::kSelect},
    Form{"map", 1, FormKind::kMap},
    Form{"range", 1, FormKind::kRange},
    Form{"range", 2, FormKind::kRange},
    Form{"range", 3, FormKind::kRange},
    Form{"env", 0, FormKind::kEnvironment},
    Form{"match", 1, FormKind::kEach, Op::kIterate, By::kSort, false, "_match"},
    Form{"match", 2, FormKind::kEach, Op::kIterate, By::kSort, false, "_match"},
    Form{"capture", 1, FormKind::kEach, Op::kIterate, By::kSort, false, "_capture"},
    Form{"capture", 2, FormKind::kEach, Op::kIterate, By::kSort, false, "_capture"},
    Form{"scan", 1, FormKind::kEach, Op::kIterate, By::kSort, false, "_scan"},
    Form{"scan", 2, FormKind::kEach, Op::kIterate, By::kSort, false, "_scan"},
    Form{"splits", 1, FormKind::kEach, Op::kIterate, By::kSort, false, "_splits"},
    Form{"splits", 2, FormKind::kEach, Op::kIterate, By::kSort, false, "_splits"},
    Form{"input", 0, kRefused},
    Form{"inputs", 0, kRefused},
    Form{"input_filename", 0, kRefused},
    Form{"input_line_number", 0, kRefused},
    Form{"debug", 0, kRefused},
    Form{"debug", 1, kRefused},
    Form{"stderr", 0, kRefused},
    Form{"halt", 0, kRefused},
    Form{"halt_error", 0, kRefused},
    Form{"halt_error", 1, kRefused},
    Form{"modulemeta", 0, kRefused},
    Form{"get_search_list", 0, kRefused},
};

}  // namespace

const Form* FindForm(std::string_view name, std::size_t arity) {
  const auto found = std::find_if(kForms.begin(), kForms.end(), [&](const Form& form) {
    return form.arity == arity && form.name == name;
  });
  return found == kForms.end() ? nullptr : &*found;
}

std::vector<std::string> AllBuiltins() {
  std::vector<std::string> names;
  for (const Form& form : kForms) {
    if (form.kind != kRefused)
      names.push_back(std::string(form.name) + "/" + std::to_string(form.arity));
  }
  for (std::string& name : NativeNames()) names.push_back(std::move(name));
  for (std::string& name : DefinitionNames()) names.push_back(std::move(name));
  std::erase_if(names, [](const std::string& name) { return name[0] == '_' || name[0] == '@'; });
  return names;
}

}  // namespace ocean::jq
