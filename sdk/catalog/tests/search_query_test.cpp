#include "search_query.hpp"

#include <string>
#include <vector>

#include "ocean/catch.hpp"

namespace ocean::catalog {
namespace {

const TimePoint kNow = *ParseIso8601("2026-03-10T12:00:00Z");

bool Judge(const Json& value, const std::string& operation, const Json& operand) {
  Json rule{{"property", "p"}, {"operator", operation}};
  if (operand != "<none>") rule["value"] = operand;
  const SearchQuery query =
      ReadSearchQuery(Json{{"combinator", "and"}, {"rules", Json::array({rule})}});
  return Matches(query, [&](const SearchRule& judged) { return judged.test(value, judged, kNow); });
}

TEST_CASE("operators judge values as documented") {
  struct Row {
    const char* value;
    const char* operation;
    const char* operand;
    bool expected;
  };
  const std::vector<Row> rows = {
      {"\"a\"", "=", "\"a\"", true},
      {"1", "=", "1.0", true},
      {"null", "=", "null", true},
      {"null", "!=", "\"a\"", true},
      {"true", "=", "true", true},
      {"\"2026-03-10T11:59:59Z\"", "isExpired", "\"<none>\"", true},
      {"\"2026-03-10T12:00:01Z\"", "isExpired", "\"<none>\"", false},
      {"null", "isExpired", "\"<none>\"", false},
      {"\"2026-03-10T12:00:01Z\"", "isNotExpired", "\"<none>\"", true},
      {"null", "isNotExpired", "\"<none>\"", false},
      {"\"a\"", "in", "[\"b\",\"a\"]", true},
      {"\"a\"", "notIn", "[\"b\",\"a\"]", false},
      {"null", "notIn", "[\"b\"]", true},
      {"\"abc\"", "contains", "\"bc\"", true},
      {"[\"abc\"]", "contains", "\"bc\"", false},
      {"[\"abc\"]", "contains", "\"abc\"", true},
      {"null", "contains", "\"a\"", false},
      {"null", "doesNotContains", "\"a\"", true},
      {"\"abc\"", "doesNotContain", "\"b\"", false},
      {"[\"a\",\"b\"]", "containsAny", "[\"x\",\"b\"]", true},
      {"[\"a\",\"b\"]", "containsAny", "[\"x\"]", false},
      {"\"abc\"", "beginsWith", "\"ab\"", true},
      {"\"abc\"", "doesNotBeginsWith", "\"ab\"", false},
      {"\"abc\"", "doesNotBeginWith", "\"b\"", true},
      {"\"abc\"", "endsWith", "\"bc\"", true},
      {"7", "endsWith", "\"7\"", false},
      {"\"abc\"", "doesNotEndsWith", "\"bc\"", false},
      {"\"abc\"", "doesNotEndWith", "\"b\"", true},
      {"null", "isEmpty", "\"<none>\"", true},
      {"\"\"", "isEmpty", "\"<none>\"", true},
      {"[]", "isEmpty", "\"<none>\"", true},
      {"{}", "isEmpty", "\"<none>\"", true},
      {"0", "isEmpty", "\"<none>\"", false},
      {"false", "isNotEmpty", "\"<none>\"", true},
      {"2", "<", "10", true},
      {"\"2\"", "<", "\"10\"", true},
      {"\"b\"", "<", "\"a\"", false},
      {"9007199254740993", ">", "9007199254740992", true},
      {"2", "<=", "2", true},
      {"2", ">=", "2.5", false},
      {"null", "<", "1", false},
      {"true", "<", "1", false},
      {"\"2026-03-10T13:00:00+02:00\"", "<", "\"2026-03-10T12:00:00Z\"", true},
      {"\"2026-03-10T01:00:00Z\"", "between", "{\"preset\":\"today\"}", true},
      {"\"2026-03-09T23:59:59Z\"", "between", "{\"preset\":\"today\"}", false},
      {"\"2026-03-09T23:59:59Z\"", "=", "{\"preset\":\"yesterday\"}", true},
      {"\"2026-03-11T00:00:00Z\"", "between", "{\"preset\":\"tomorrow\"}", true},
      {"\"2026-03-03T12:00:00Z\"", "between", "{\"preset\":\"lastWeek\"}", true},
      {"\"2026-03-03T11:00:00Z\"", "between", "{\"preset\":\"lastWeek\"}", false},
      {"\"2026-03-03T11:00:00Z\"", "notBetween", "{\"preset\":\"lastWeek\"}", true},
      {"\"2026-02-01T00:00:00Z\"", "between",
       "{\"from\":\"2026-02-01T00:00:00Z\",\"to\":\"2026-02-02T00:00:00Z\"}", true},
      {"5", "between", "{\"from\":1,\"to\":5}", true},
      {"6", "between", "{\"from\":1,\"to\":5}", false},
      {"null", "between", "{\"from\":1,\"to\":5}", false},
  };
  for (const Row& row : rows) {
    INFO(row.value << " " << row.operation << " " << row.operand);
    CHECK(Judge(ParseJson(row.value), row.operation, ParseJson(row.operand)) == row.expected);
  }
}

}  // namespace
}  // namespace ocean::catalog
