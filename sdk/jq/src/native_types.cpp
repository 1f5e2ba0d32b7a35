#include "native_types.hpp"

#include <algorithm>
#include <array>
#include <map>

namespace ocean::jq {
namespace {

using Table = std::map<std::string_view, Type>;

Table MakeTable() {
  const Type boolean = Type::Of(Type::kBoolean);
  const Type number = Type::Of(Type::kNumber);
  const Type string = Type::Of(Type::kString);
  const Type numbers = Type::ArrayOf(number);
  const Type strings = Type::ArrayOf(string);
  const Type objects = Type::ArrayOf(Type::Of(Type::kObject));
  Table table = {
      {"null", Type::Of(Type::kNull)},
      {"keys", Type::ArrayOf(Type::Of(Type::kString | Type::kNumber))},
      {"keys_unsorted", Type::ArrayOf(Type::Of(Type::kString | Type::kNumber))},
      {"index", Type::Of(Type::kNumber | Type::kNull)},
      {"rindex", Type::Of(Type::kNumber | Type::kNull)},
      {"indices", Union(numbers, Type::Of(Type::kNull))},
      {"_indices", Union(numbers, Type::Of(Type::kNull))},
      {"_scan", Type::ArrayOf(Union(string, Type::ArrayOf(Type::Of(Type::kString | Type::kNull))))},
      {"flatten", Type::Of(Type::kArray)},
      {"reverse", Type::Of(Type::kArray | Type::kString)},
      {"transpose", Type::ArrayOf(Type::Of(Type::kArray))},
      {"toarray", Type::Of(Type::kArray)},
  };
  for (const std::string_view name :
       {"not", "has", "contains", "toboolean", "true", "false", "isinfinite", "isnan", "isnormal",
        "have_literal_numbers", "have_decnum", "test", "startswith", "endswith"})
    table.emplace(name, boolean);
  for (const std::string_view name :
       {"type",         "tostring", "tojson",        "join",    "implode", "ltrimstr",
        "rtrimstr",     "trimstr",  "trim",          "ltrim",   "rtrim",   "ascii_downcase",
        "ascii_upcase", "strftime", "strflocaltime", "format",  "@text",   "@json",
        "@csv",         "@tsv",     "@html",         "@uri",    "@urid",   "@sh",
        "@base64",      "@base64d", "@base32",       "@base32d"})
    table.emplace(name, string);
  for (const std::string_view name :
       {"length", "utf8bytelength", "tonumber", "bsearch", "infinite", "nan", "mktime", "now"})
    table.emplace(name, number);
  // The mathematics.
  for (const std::string_view name :
       {"floor", "ceil",  "sqrt",      "fabs",       "round",      "trunc",   "rint",   "nearbyint",
        "pow",   "atan2", "fmod",      "fmin",       "fmax",       "fdim",    "hypot",  "copysign",
        "drem",  "ldexp", "nextafter", "nexttoward", "scalb",      "scalbln", "fma",    "exp",
        "exp2",  "exp10", "expm1",     "log",        "log2",       "log10",   "log1p",  "logb",
        "sin",   "cos",   "tan",       "asin",       "acos",       "atan",    "sinh",   "cosh",
        "tanh",  "asinh", "acosh",     "atanh",      "cbrt",       "gamma",   "lgamma", "tgamma",
        "j0",    "j1",    "y0",        "y1",         "significand"})
    table.emplace(name, number);
  for (const std::string_view name :
       {"explode", "gmtime", "localtime", "strptime", "frexp", "modf", "lgamma_r"})
    table.emplace(name, numbers);
  for (const std::string_view name : {"split", "_splits", "builtins"}) table.emplace(name, strings);
  for (const std::string_view name : {"to_entries", "_match", "_capture"})
    table.emplace(name, objects);
  return table;
}

}  // namespace

Type NativeType(std::string_view name) {
  static const Table table = MakeTable();
  const auto found = table.find(name);
  return found == table.end() ? Type{} : found->second;
}

bool NativeReadsInput(std::string_view name) {
  constexpr std::array<std::string_view, 9> kConstants = {
      "null",        "true",    "false", "infinite", "nan", "now", "have_literal_numbers",
      "have_decnum", "builtins"};
  return std::find(kConstants.begin(), kConstants.end(), name) == kConstants.end();
}

}  // namespace ocean::jq
