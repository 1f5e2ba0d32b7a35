#include "ocean/base/json.hpp"

#include <cmath>
#include <cstdint>
#include <limits>
#include <random>
#include <string>
#include <vector>

#include "ocean/base/batch.hpp"
#include "ocean/catch.hpp"
#include "ocean/error_of.hpp"

namespace ocean {
namespace {

using testing::ErrorOf;

std::string Nested(std::size_t depth) {
  return std::string(depth, '[') + std::string(depth, ']');
}

TEST_CASE("a value survives parsing and printing") {
  for (const std::string text :
       {"null", "true", "false", "0", "-1", "1.5", R"("")", R"("aé€😀")", "[]", "{}", "[[],{}]",
        R"({"b":1,"a":{"z":[1,2,{"y":null}]},"c":"x"})", "9223372036854775807",
        "-9223372036854775808", "18446744073709551615", R"("\u0000\b\n\"\\")"}) {
    CAPTURE(text);
    CHECK(DumpJson(ParseJson(text)) == text);
  }
}

TEST_CASE("integers are exact to 64 bits, wider ones become doubles") {
  CHECK(ParseJson("9223372036854775807").get<std::int64_t>() ==
        std::numeric_limits<std::int64_t>::max());
  CHECK(ParseJson("-9223372036854775808").get<std::int64_t>() ==
        std::numeric_limits<std::int64_t>::min());
  CHECK(ParseJson("18446744073709551615").get<std::uint64_t>() ==
        std::numeric_limits<std::uint64_t>::max());
  CHECK(ParseJson("9007199254740993").get<std::int64_t>() == 9007199254740993);
  CHECK(ParseJson("18446744073709551616").is_number_float());
  CHECK(ParseJson("-9223372036854775809").is_number_float());
}

TEST_CASE("of duplicate names the last value counts, at the first one's place") {
  CHECK(DumpJson(ParseJson(R"({"a":1,"b":2,"a":{"x":[3]}})")) == R"({"a":{"x":[3]},"b":2})");
  CHECK(DumpJson(ParseJson(R"({"a":{"x":1},"a":2})")) == R"({"a":2})");
  CHECK(DumpJson(ParseJson(R"({"a":[1],"a":[2]})")) == R"({"a":[2]})");
}

TEST_CASE("what is wrong with a text is said with its place") {
  struct Case {
    std::string text;
    std::string message;
  };
  const std::vector<Case> cases = {
      {"", "line 1, column 1: unexpected end of input; expected '[', '{', or a literal"},
      {"  \n ", "line 2, column 2: unexpected end of input; expected '[', '{', or a literal"},
      {"<html>", "line 1, column 1: invalid literal"},
      {"{x: 1}", "line 1, column 2: invalid literal; expected string literal"},
      {"{\"a\": 1,\n \"b\" 2}", "line 2, column 6: unexpected number literal; expected ':'"},
      {"[1,\n2,\n]", "line 3, column 1: unexpected ']'; expected '[', '{', or a literal"},
      {"[1] 2", "line 1, column 5: unexpected number literal; expected end of input"},
      {"nul", "line 1, column 4: invalid literal"},
      {"01", "line 1, column 2: unexpected number literal; expected end of input"},
      {"\"abc", "line 1, column 5: invalid string: missing closing quote"},
      {"\"a\nb\"",
       "line 1, column 3: invalid string: control character U+000A (LF) must be escaped "
       "to \\u000A or \\n"},
      {"\"a\xff\"", "line 1, column 3: invalid string: ill-formed UTF-8 byte"},
      {"[\"\\ud800\" 1]", "line 1, column 11: unexpected number literal; expected ']'"},
  };
  for (const Case& c : cases) {
    CAPTURE(c.text);
    CHECK(ErrorOf([&] { ParseJson(c.text, "the answer"); }) ==
          "permanent: the answer is no valid JSON at " + c.message);
  }
  CHECK(ErrorOf([] { ParseJson("?"); }) ==
        "permanent: the text is no valid JSON at line 1, column 1: invalid literal");
}

TEST_CASE(
    "halves of surrogate pairs and numbers beyond all doubles are no reason to refuse a text") {
  constexpr double kLargest = std::numeric_limits<double>::max();
  CHECK(ParseJson(R"("\ud83d")") == "\xEF\xBF\xBD");
  CHECK(ParseJson(R"("a\ud83dz\ude00")") == "a\xEF\xBF\xBDz\xEF\xBF\xBD");
  CHECK(ParseJson(R"("\ud83d\ud83d\ude00")") == "\xEF\xBF\xBD\xF0\x9F\x98\x80");
  CHECK(ParseJson(R"("\\ud83d\ud83d\n\"")") == "\\ud83d\xEF\xBF\xBD\n\"");
  CHECK(ParseJson(R"({"\udc00": [1e400, -1e999, 1e-400, 2]})") ==
        Json({{"\xEF\xBF\xBD", {kLargest, -kLargest, 0.0, 2}}}));
  CHECK(ParseJson(std::string(400, '9')) == kLargest);
  // In a text for the other parser as well.
  const std::string blanks(std::size_t{2} << 20, ' ');
  CHECK(ParseJson(blanks + R"(["\ud83d", 1e400])") == Json::array({"\xEF\xBF\xBD", kLargest}));
}

TEST_CASE("a parse error does not repeat the text") {
  const std::string secret = "s3cret; expected '" + std::string(100'000, 'x');
  const std::string message = ErrorOf([&] { ParseJson("[\"" + secret); });
  CHECK(message.find("s3cret") == std::string::npos);
  CHECK(message.size() < 200);
}

TEST_CASE("long texts, which another parser reads, give the same as short ones") {
  const std::string long_blank(std::size_t{1} << 20, ' ');
  const std::string whole =
      R"({"a":[1,-2,3.5,1e3,true,false,null,18446744073709551615],"ä\u00e9\n":{"a":{},"b":[[]]},"a":"x"})";
  const auto outcome = [](const std::string& text) {
    try {
      return DumpJson(ParseJson(text));
    } catch (const Error&) {
      return std::string("error");
    }
  };
  std::mt19937 random(7);
  CHECK(outcome(long_blank + whole) == outcome(whole));
  int valid = 0;
  for (int i = 0; i < 60; ++i) {
    std::string text = whole;
    constexpr std::string_view kBytes = "{}[],:\"0-e.\\tn \xff";
    text[random() % text.size()] = kBytes[random() % kBytes.size()];
    CAPTURE(text);
    const std::string quick = outcome(text);
    valid += quick == "error" ? 0 : 1;
    CHECK(outcome(long_blank + text) == quick);
  }
  CHECK(valid > 5);
  CHECK(valid < 60);
}

TEST_CASE("nesting is bounded") {
  CHECK(DumpJson(ParseJson(Nested(kMaxJsonDepth))) == Nested(kMaxJsonDepth));
  CHECK(ErrorOf([] { ParseJson(Nested(kMaxJsonDepth + 1), "the body"); }) ==
        "permanent: the body is nested deeper than 1000 levels");
  CHECK(ErrorOf([] { ParseJson(std::string(1'000'000, '['), "the body"); }) ==
        "permanent: the body is nested deeper than 1000 levels");
}

TEST_CASE("a value is printed as the library prints it") {
  const Json value = {{"plain", "text é"},
                      {"quo\"te", "a\\b\n\t\x01\x7f"},
                      {"bad \xff", "\xC3(\xE2\x82"},
                      {"numbers",
                       {0, -1, 1.5, 1e300, -0.0, std::uint64_t{18446744073709551615U},
                        std::numeric_limits<std::int64_t>::min()}},
                      {"empty", {Json::array(), Json::object(), ""}},
                      {"rest", {nullptr, true, false, std::nan("")}}};
  CHECK(DumpJson(value) == value.dump(-1, ' ', false, Json::error_handler_t::replace));
}

TEST_CASE("printing never throws") {
  CHECK(DumpJson(Json("a\xff z")) == "\"a\xEF\xBF\xBD z\"");
  CHECK(DumpJson(Json{{"\xC3", 1}}) == "{\"\xEF\xBF\xBD\":1}");
  CHECK(DumpJson(Json(std::nan(""))) == "null");
  CHECK(PrettyJson(Json{{"a", {1}}}) == "{\n  \"a\": [\n    1\n  ]\n}");
}

TEST_CASE("the approximate size is near the printed one") {
  for (const std::string text :
       {R"({"id":"10000","self":"https://site.example.net/rest/api/3/issue/10000","key":"PRJ-1"})",
        R"([{"a":1,"b":[true,false,null]},{"a":"text of some length","c":{}}])",
        R"([1,2,3,4,5,6,7,8,9,10])", R"("a string")", "[]"}) {
    CAPTURE(text);
    const std::size_t size = ApproximateSize(ParseJson(text));
    CHECK(size * 5 >= text.size());
    CHECK(size <= text.size() * 5);
  }
  const std::string large(1'000'000, 'x');
  CHECK(ApproximateSize(Json{{"a", large}}) > 1'000'000);
  CHECK(Batch(std::vector<Json>{large, large}).bytes() > 2'000'000);
  CHECK(Batch(std::vector<Json>{large}, 5).bytes() == 5);
}

TEST_CASE("members are read without throwing") {
  const Json object = {{"name", "Ada"}, {"age", 36}, {"none", nullptr}};
  CHECK(Get(object, "age") == 36);
  for (const Json& no_object : {Json(), Json(1), Json("name"), Json::array({1})}) {
    CHECK(Get(no_object, "name").is_null());
  }
  CHECK(Get(object, "nope").is_null());
  CHECK(GetString(object, "name") == "Ada");
  CHECK(GetString(object, "age").empty());
  CHECK(GetString(object, "age", "?") == "?");
  CHECK(GetString(object, "none", "?") == "?");
  CHECK(GetString(Json::array(), "name", "?") == "?");
}

TEST_CASE("types are named as JSON has them") {
  const std::vector<std::pair<std::string, std::string>> cases = {
      {"null", "null"},  {"true", "boolean"}, {"1", "number"}, {"-1", "number"},
      {"1.5", "number"}, {"\"\"", "string"},  {"[]", "array"}, {"{}", "object"}};
  for (const auto& [text, name] : cases) CHECK(TypeName(ParseJson(text)) == name);
}

TEST_CASE("objects are equal whatever their order, nested too") {
  CHECK(ParseJson(R"({"a":1,"b":{"c":2,"d":3}})") == ParseJson(R"({"b":{"d":3,"c":2},"a":1})"));
  CHECK_FALSE(ParseJson(R"({"a":1})") == ParseJson(R"({"a":2})"));
}

TEST_CASE("a page keeps its doubt") {
  Batch page(std::vector<Json>{1, 2});
  CHECK(page.doubt().empty());
  page.MarkDoubtful("the list shrank");
  const Batch moved = std::move(page);
  CHECK(moved.doubt() == "the list shrank");
  CHECK(moved.size() == 2);
}

}  // namespace
}  // namespace ocean
