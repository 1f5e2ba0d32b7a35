#include "search_query.hpp"

#include <algorithm>
#include <array>
#include <cstdlib>
#include <map>
#include <string_view>

#include "api_error.hpp"

namespace ocean::catalog {

namespace {

using std::chrono::days;

/// What the value of a rule must be.
enum class Operand { kNone, kScalar, kScalarOrRange, kList, kText, kOrdered, kRange };

struct Operation {
  Operand operand = Operand::kNone;
  SearchTest test = nullptr;
};

std::optional<TimePoint> AsTime(const Json& value) {
  return value.is_string() ? ParseIso8601(value.get_ref<const std::string&>()) : std::nullopt;
}

std::optional<double> AsNumber(const Json& value) {
  if (value.is_number()) return value.get<double>();
  if (!value.is_string()) return std::nullopt;
  const auto& text = value.get_ref<const std::string&>();
  char* end = nullptr;
  const double number = std::strtod(text.c_str(), &end);
  if (text.empty() || end != text.c_str() + text.size()) return std::nullopt;
  return number;
}

/// Less than, equal to or greater than 0, as numbers, dates or texts; empty when the two cannot be compared.
std::optional<int> Compare(const Json& a, const Json& b) {
  const auto order = [](const auto& x, const auto& y) { return x < y ? -1 : (y < x ? 1 : 0); };
  if (a.is_number_integer() && b.is_number_integer()) {
    return order(a.get<std::int64_t>(), b.get<std::int64_t>());
  }
  if (const auto x = AsNumber(a), y = AsNumber(b); x && y) return order(*x, *y);
  if (const auto x = AsTime(a), y = AsTime(b); x && y) return order(*x, *y);
  if (a.is_string() && b.is_string())
    return order(a.get_ref<const std::string&>(), b.get_ref<const std::string&>());
  return std::nullopt;
}

bool IsRange(const Json& value) {
  return value.is_object();
}

/// From and to of a preset, relative to now; empty for an unknown one.
std::optional<std::pair<TimePoint, TimePoint>> Preset(const std::string& name, TimePoint now) {
  static const std::map<std::string, int, std::less<>> kDaysBack = {
      {"lastDay", 1},      {"lastWeek", 7},      {"last2Weeks", 14},   {"lastMonth", 30},
      {"last3Months", 90}, {"last6Months", 180}, {"last12Months", 365}};
  const auto today = std::chrono::floor<days>(now);
  const auto instant = std::chrono::microseconds(1);
  if (name == "today") return std::pair(TimePoint(today), TimePoint(today + days(1)) - instant);
  if (name == "tomorrow")
    return std::pair(TimePoint(today + days(1)), TimePoint(today + days(2)) - instant);
  if (name == "yesterday") return std::pair(TimePoint(today - days(1)), TimePoint(today) - instant);
  const auto found = kDaysBack.find(name);
  if (found == kDaysBack.end()) return std::nullopt;
  return std::pair(now - days(found->second), now);
}

bool InRange(const Json& value, const Json& range, TimePoint now) {
  if (const Json& preset = Get(range, "preset"); preset.is_string()) {
    const auto time = AsTime(value);
    const auto bounds = Preset(preset.get<std::string>(), now);
    return time && bounds && *time >= bounds->first && *time <= bounds->second;
  }
  const std::optional<int> from = Compare(value, Get(range, "from"));
  const std::optional<int> to = Compare(value, Get(range, "to"));
  return from && to && *from >= 0 && *to <= 0;
}

bool IsOneOf(const Json& value, const Json& list) {
  return std::find(list.begin(), list.end(), value) != list.end();
}

bool HasPart(const Json& value, const Json& part) {
  if (value.is_array()) return IsOneOf(part, value);
  return value.is_string() && part.is_string() &&
         value.get_ref<const std::string&>().find(part.get_ref<const std::string&>()) !=
             std::string::npos;
}

bool BeginsWith(const Json& value, const Json& part) {
  return value.is_string() && part.is_string() &&
         value.get_ref<const std::string&>().starts_with(part.get_ref<const std::string&>());
}

bool EndsWith(const Json& value, const Json& part) {
  return value.is_string() && part.is_string() &&
         value.get_ref<const std::string&>().ends_with(part.get_ref<const std::string&>());
}

bool IsBlank(const Json& value) {
  return value.is_null() || ((value.is_array() || value.is_object()) && value.empty()) ||
         value == "";
}

bool Equals(const Json& value, const SearchRule& rule, TimePoint now) {
  return IsRange(rule.value) ? InRange(value, rule.value, now) : value == rule.value;
}

bool In(const Json& value, const SearchRule& rule, TimePoint) {
  return IsOneOf(value, rule.value);
}
bool Contains(const Json& value, const SearchRule& rule, TimePoint) {
  return HasPart(value, rule.value);
}
bool ContainsAny(const Json& value, const SearchRule& rule, TimePoint) {
  return std::any_of(rule.value.begin(), rule.value.end(),
                     [&](const Json& part) { return HasPart(value, part); });
}
bool Begins(const Json& value, const SearchRule& rule, TimePoint) {
  return BeginsWith(value, rule.value);
}
bool Ends(const Json& value, const SearchRule& rule, TimePoint) {
  return EndsWith(value, rule.value);
}
bool Between(const Json& value, const SearchRule& rule, TimePoint now) {
  return InRange(value, rule.value, now);
}
bool Empty(const Json& value, const SearchRule&, TimePoint) {
  return IsBlank(value);
}
bool Expired(const Json& value, const SearchRule&, TimePoint now) {
  const std::optional<TimePoint> time = AsTime(value);
  return time && *time <= now;
}
bool NotExpired(const Json& value, const SearchRule&, TimePoint now) {
  const std::optional<TimePoint> time = AsTime(value);
  return time && *time > now;
}

template <SearchTest test>
bool Not(const Json& value, const SearchRule& rule, TimePoint now) {
  return !test(value, rule, now);
}

/// True when the comparison's sign, from -1 to 1, is between the two.
template <int least, int most>
bool Ordered(const Json& value, const SearchRule& rule, TimePoint) {
  const std::optional<int> sign = Compare(value, rule.value);
  return sign && *sign >= least && *sign <= most;
}

const Operation* FindOperation(const std::string& name) {
  static const std::map<std::string, Operation, std::less<>> kOperations = {
      {"=", {Operand::kScalarOrRange, Equals}},
      {"!=", {Operand::kScalar, Not<Equals>}},
      {"in", {Operand::kList, In}},
      {"notIn", {Operand::kList, Not<In>}},
      {"contains", {Operand::kScalar, Contains}},
      {"doesNotContains", {Operand::kScalar, Not<Contains>}},
      {"doesNotContain", {Operand::kScalar, Not<Contains>}},
      {"containsAny", {Operand::kList, ContainsAny}},
      {"beginsWith", {Operand::kText, Begins}},
      {"doesNotBeginsWith", {Operand::kText, Not<Begins>}},
      {"doesNotBeginWith", {Operand::kText, Not<Begins>}},
      {"endsWith", {Operand::kText, Ends}},
      {"doesNotEndsWith", {Operand::kText, Not<Ends>}},
      {"doesNotEndWith", {Operand::kText, Not<Ends>}},
      {"<", {Operand::kOrdered, Ordered<-1, -1>}},
      {"<=", {Operand::kOrdered, Ordered<-1, 0>}},
      {">", {Operand::kOrdered, Ordered<1, 1>}},
      {">=", {Operand::kOrdered, Ordered<0, 1>}},
      {"between", {Operand::kRange, Between}},
      {"notBetween", {Operand::kRange, Not<Between>}},
      {"isEmpty", {Operand::kNone, Empty}},
      {"isNotEmpty", {Operand::kNone, Not<Empty>}},
      {"isExpired", {Operand::kNone, Expired}},
      {"isNotExpired", {Operand::kNone, NotExpired}}};
  const auto found = kOperations.find(name);
  return found != kOperations.end() ? &found->second : nullptr;
}

[[noreturn]] void Refuse(const std::string& path, const std::string& problem) {
  throw Invalid(path + " " + problem, Json{{"path", path}});
}

void CheckRange(const Json& range, const std::string& path) {
  if (!range.is_object()) Refuse(path, "must be object");
  if (range.contains("preset")) {
    if (!Preset(GetString(range, "preset"), TimePoint())) Refuse(path + ".preset", "is not known");
  } else if (!range.contains("from") || !range.contains("to")) {
    Refuse(path, "must have from and to, or preset");
  }
}

void CheckOperand(const SearchRule& rule, Operand operand, bool has_value,
                  const std::string& path) {
  if (operand == Operand::kNone) return;
  if (!has_value) Refuse(path, "must be there for operator \"" + rule.operation + "\"");
  if (operand == Operand::kList && !rule.value.is_array()) Refuse(path, "must be array");
  if (operand == Operand::kText && !rule.value.is_string()) Refuse(path, "must be string");
  if (operand == Operand::kOrdered && !rule.value.is_string() && !rule.value.is_number()) {
    Refuse(path, "must be number or string");
  }
  const bool is_range = operand == Operand::kScalarOrRange && rule.value.is_object();
  if (operand == Operand::kRange || is_range) return CheckRange(rule.value, path);
  if ((operand == Operand::kScalar || operand == Operand::kScalarOrRange) &&
      rule.value.is_structured()) {
    Refuse(path, "must be string, number, boolean or null");
  }
}

std::string RequireText(const Json& json, std::string_view name, const std::string& path) {
  const Json& text = Get(json, name);
  if (!text.is_string()) Refuse(path + "." + std::string(name), "must be string");
  return text.get<std::string>();
}

bool IsContext(const Json& json) {
  return json.is_object() && json.contains("context");
}

ContextProperty ReadContext(const Json& json, const std::string& path) {
  const std::string of = RequireText(json, "context", path);
  if (of != "user" && of != "userTeams")
    Refuse(path + ".context", "must be \"user\" or \"userTeams\"");
  return {of == "user" ? ContextProperty::Of::kUser : ContextProperty::Of::kUserTeams,
          RequireText(json, "property", path)};
}

ValueRule ReadForm(const Json& json, const std::string& path) {
  if (!json.is_object()) Refuse(path, "must be object");
  ValueRule form;
  form.type = RequireText(json, "type", path);
  if (!IsValueType(form.type))
    Refuse(path + ".type", "must be one of string, number, boolean, object, array");
  if (json.contains("format")) form.format = RequireText(json, "format", path);
  return form;
}

PropertyForm ReadPropertyForm(const Json& json, const std::string& operation,
                              const std::string& path) {
  if (operation != "=" && operation != "!=" && operation != "contains") {
    Refuse(path + ".operator",
           "\"" + operation + "\" cannot be used with propertySchema: only =, != and contains");
  }
  const std::string where = path + ".propertySchema";
  const Json& schema = json.at("propertySchema");
  PropertyForm form{ReadForm(schema, where), std::nullopt};
  if (schema.contains("items")) form.items = ReadForm(schema.at("items"), where + ".items");
  return form;
}

std::vector<std::string> ReadTexts(const Json& value, const std::string& path) {
  const Json list = value.is_array() ? value : Json::array({value});
  const auto is_text = [](const Json& element) { return element.is_string(); };
  if (list.empty() || !std::all_of(list.begin(), list.end(), is_text))
    Refuse(path, "must be string or array of strings, with at least one");
  return list.get<std::vector<std::string>>();
}

RelatedRule ReadRelated(const Json& json, const std::string& path) {
  RelatedRule related;
  related.blueprint = RequireText(json, "blueprint", path);
  related.identifiers = ReadTexts(Get(json, "value"), path + ".value");
  if (const Json& required = Get(json, "required"); !required.is_null()) {
    if (!required.is_boolean()) Refuse(path + ".required", "must be boolean");
    related.required = required.get<bool>();
  }
  if (!json.contains("direction")) return related;
  const std::string direction = RequireText(json, "direction", path);
  if (direction != "upstream" && direction != "downstream")
    Refuse(path + ".direction", "must be \"upstream\" or \"downstream\"");
  related.direction = direction == "upstream" ? RelatedRule::Direction::kUpstream
                                              : RelatedRule::Direction::kDownstream;
  return related;
}

bool IsMetaProperty(std::string_view name) {
  static constexpr std::array<std::string_view, 10> kNames = {
      "$identifier", "$title",     "$blueprint", "$icon",      "$team",
      "$createdAt",  "$createdBy", "$updatedAt", "$updatedBy", "$datasource"};
  return std::find(kNames.begin(), kNames.end(), name) != kNames.end();
}

/// Which values the rule judges.
void ReadSubject(const Json& json, const std::string& path, SearchRule& rule) {
  if (json.contains("propertySchema")) {
    rule.form = ReadPropertyForm(json, rule.operation, path);
  } else if (IsContext(Get(json, "property"))) {
    rule.context = ReadContext(json.at("property"), path + ".property");
  } else {
    rule.property = RequireText(json, "property", path);
    if (rule.property.starts_with('$') && !IsMetaProperty(rule.property))
      Refuse(path + ".property", "\"" + rule.property + "\" is no meta property");
  }
}

SearchRule ReadRule(const Json& json, const std::string& path) {
  SearchRule rule;
  rule.operation = RequireText(json, "operator", path);
  if (rule.operation == "relatedTo") {
    rule.related = ReadRelated(json, path);
    return rule;
  }
  ReadSubject(json, path, rule);
  const Operation* operation = FindOperation(rule.operation);
  if (operation == nullptr) Refuse(path + ".operator", "\"" + rule.operation + "\" is not known");
  rule.test = operation->test;
  rule.value = Get(json, "value");
  if (operation->operand != Operand::kNone && IsContext(rule.value)) {
    rule.value_context = ReadContext(rule.value, path + ".value");
  } else {
    CheckOperand(rule, operation->operand, json.contains("value"), path + ".value");
  }
  return rule;
}

SearchQuery ReadQuery(const Json& json, const std::string& path, bool is_rule_allowed) {
  const std::string prefix = path.empty() ? "" : path + ".";
  if (!json.is_object()) Refuse(path.empty() ? "query" : path, "must be object");
  SearchQuery query;
  if (is_rule_allowed && !json.contains("combinator") && !json.contains("rules")) {
    query.rule = ReadRule(json, path);
    return query;
  }
  const std::string combinator = GetString(json, "combinator");
  if (combinator != "and" && combinator != "or")
    Refuse(prefix + "combinator", "must be \"and\" or \"or\"");
  query.all = combinator == "and";
  const Json& rules = Get(json, "rules");
  if (!rules.is_array()) Refuse(prefix + "rules", "must be array");
  for (std::size_t i = 0; i < rules.size(); ++i) {
    query.parts.push_back(ReadQuery(rules[i], prefix + "rules[" + std::to_string(i) + "]", true));
  }
  return query;
}

}  // namespace

SearchQuery ReadSearchQuery(const Json& query) {
  return ReadQuery(query, "", false);
}

bool PropertyForm::Fits(const PropertyRule& property) const {
  const auto is_of = [](const ValueRule& form, const ValueRule& actual) {
    return form.type == actual.type && (form.format.empty() || form.format == actual.format);
  };
  if (!is_of(value, property.value)) return false;
  return !items || (property.items && is_of(*items, *property.items));
}

bool Matches(const SearchQuery& query, const std::function<bool(const SearchRule&)>& holds) {
  if (query.rule) return holds(*query.rule);
  const auto matches = [&](const SearchQuery& part) { return Matches(part, holds); };
  return query.all ? std::all_of(query.parts.begin(), query.parts.end(), matches)
                   : std::any_of(query.parts.begin(), query.parts.end(), matches);
}

}  // namespace ocean::catalog
