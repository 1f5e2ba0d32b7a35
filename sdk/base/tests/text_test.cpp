#include "ocean/base/text.hpp"

#include <cstdint>
#include <limits>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "ocean/catch.hpp"

namespace ocean {
namespace {

using Pairs = std::vector<std::pair<std::string, std::string>>;
using Words = std::vector<std::string>;

template <class Function>
void CheckTable(const Pairs& cases, Function function) {
  for (const auto& [input, output] : cases) {
    CAPTURE(input);
    CHECK(function(input) == output);
  }
}

TEST_CASE("Trim takes blanks from both ends") {
  CheckTable(
      {{"", ""}, {" \t\r\n\f\v", ""}, {"a", "a"}, {"  a b\n", "a b"}, {"\xC2\xA0x", "\xC2\xA0x"}},
      [](const std::string& text) { return Trim(text); });
}

TEST_CASE("Split and Join undo each other") {
  const std::vector<std::pair<std::string, Words>> cases = {{"", {""}},
                                                            {",", {"", ""}},
                                                            {"a", {"a"}},
                                                            {"a,b", {"a", "b"}},
                                                            {",a,,b,", {"", "a", "", "b", ""}}};
  for (const auto& [text, parts] : cases) {
    CAPTURE(text);
    CHECK(Split(text, ',') == parts);
    CHECK(Join(parts, ",") == text);
  }
  CHECK(Join({}, ", ").empty());
  CHECK(Join({"a", "b", "c"}, ", ") == "a, b, c");
}

TEST_CASE("letters change case in ASCII only") {
  CHECK(ToLower("ÄBC-9z") == "Äbc-9z");
  CHECK(ToUpper("äbc-9Z") == "äBC-9Z");
}

TEST_CASE("ReplaceAll goes once over the text") {
  CHECK(ReplaceAll("aaa", "a", "aa") == "aaaaaa");
  CHECK(ReplaceAll("aaa", "aa", "b") == "ba");
  CHECK(ReplaceAll("abc", "", "x") == "abc");
  CHECK(ReplaceAll("abc", "abc", "").empty());
  CHECK(ReplaceAll("", "a", "b").empty());
}

TEST_CASE("names change to snake_case") {
  CheckTable({{"", ""},
              {"jiraHost", "jira_host"},
              {"webhookURL", "webhook_url"},
              {"URLOfHost", "url_of_host"},
              {"oauth2Token", "oauth2_token"},
              {"S3Bucket", "s3_bucket"},
              {"JiraHost", "jira_host"},
              {"already_snake", "already_snake"},
              {"some-flag", "some_flag"},
              {"jira_Host", "jira_host"},
              {"A", "a"},
              {"ABC", "abc"}},
             ToSnakeCase);
}

TEST_CASE("names change to camelCase") {
  CheckTable({{"", ""},
              {"jira_host", "jiraHost"},
              {"a_b_c", "aBC"},
              {"_private", "_private"},
              {"trailing_", "trailing"},
              {"two__bars", "twoBars"},
              {"alreadyCamel", "alreadyCamel"},
              {"oauth2_token", "oauth2Token"}},
             ToCamelCase);
}

TEST_CASE("percent-encoding escapes all but the unreserved") {
  CheckTable({{"", ""},
              {"AZaz09-._~", "AZaz09-._~"},
              {"a b/c?d=e&f+g", "a%20b%2Fc%3Fd%3De%26f%2Bg"},
              {"é", "%C3%A9"},
              {std::string("\0\xff", 2), "%00%FF"}},
             PercentEncode);
}

TEST_CASE("percent-decoding leaves what is malformed") {
  CheckTable({{"", ""},
              {"a%20b", "a b"},
              {"%c3%A9", "é"},
              {"%", "%"},
              {"%2", "%2"},
              {"%zz", "%zz"},
              {"%%41", "%A"},
              {"a+b", "a+b"},
              {"%41%4", "A%4"}},
             [](const std::string& text) { return PercentDecode(text); });
  CHECK(PercentDecode("a+b%2B", true) == "a b+");
  std::string all;
  for (int byte = 0; byte < 256; ++byte) all.push_back(static_cast<char>(byte));
  CHECK(PercentDecode(PercentEncode(all)) == all);
}

TEST_CASE("Base64 is the standard's, with padding") {
  CheckTable({{"", ""},
              {"f", "Zg=="},
              {"fo", "Zm8="},
              {"foo", "Zm9v"},
              {"foob", "Zm9vYg=="},
              {"user:password", "dXNlcjpwYXNzd29yZA=="},
              {"\xff\xfe\xfd", "//79"}},
             Base64Encode);
}

TEST_CASE("Base64 is decoded only when it is whole") {
  for (const std::string& bytes : Words{"", "f", "fo", "foo", "user:password", "\xff\xfe\xfd"}) {
    CHECK(Base64Decode(Base64Encode(bytes)) == bytes);
  }
  for (const std::string& bad : Words{"Zg", "Zg=", "Zm9v\n", " Zm9v", "Zm-_", "Z===", "Zg==Zg=="}) {
    CAPTURE(bad);
    CHECK_FALSE(Base64Decode(bad).has_value());
  }
}

TEST_CASE("hexadecimal digits are lower case") {
  CHECK(HexEncode(std::string_view("\x00\x0f\xff\xa5", 4)) == "000fffa5");
}

TEST_CASE("UTF-8 is told from what is none") {
  for (const std::string good :
       {"", "plain", "é", "€", "😀", "\x7f", "\xC2\x80", "\xE0\xA0\x80", "\xED\x9F\xBF",
        "\xEE\x80\x80", "\xF0\x90\x80\x80", "\xF4\x8F\xBF\xBF"}) {
    CAPTURE(good);
    CHECK(IsUtf8(good));
  }
  const Words bad_texts = {"\x80",
                           "\xC3",
                           "\xC0\x80",
                           "\xC1\xBF",
                           "\xE0\x9F\xBF",
                           "\xED\xA0\x80",
                           "\xE2\x82",
                           "\xF0\x8F\xBF\xBF",
                           "\xF0\x9F\x98",
                           "\xF4\x90\x80\x80",
                           "\xF5\x80\x80\x80",
                           "\xff",
                           "ok \xC3( no"};
  for (const std::string& bad : bad_texts) {
    CAPTURE(bad);
    CHECK_FALSE(IsUtf8(bad));
  }
}

TEST_CASE("whole decimal numbers are read, and nothing else") {
  const std::vector<std::pair<std::string, std::optional<std::int64_t>>> cases = {
      {"0", 0},
      {"-12", -12},
      {"007", 7},
      {"9223372036854775807", std::numeric_limits<std::int64_t>::max()},
      {"9223372036854775808", {}},
      {"", {}},
      {"-", {}},
      {"+1", {}},
      {" 1", {}},
      {"1 ", {}},
      {"1.0", {}},
      {"0x1", {}},
      {"one", {}}};
  for (const auto& [text, number] : cases) {
    CAPTURE(text);
    CHECK(ParseInt(text) == number);
  }
}

TEST_CASE("the closest match is what was meant, or nothing") {
  const Words candidates = {"project", "issue", "user", "sprint"};
  const std::vector<std::pair<std::string, std::optional<std::string>>> cases = {
      {"isue", "issue"}, {"issues", "issue"}, {"Issue", "issue"}, {"porject", "project"},
      {"usr", "user"},   {"board", {}},       {"", {}},           {"x", {}}};
  for (const auto& [word, match] : cases) {
    CAPTURE(word);
    CHECK(ClosestMatch(word, candidates) == match);
  }
  CHECK_FALSE(ClosestMatch("issue", {}).has_value());
}

TEST_CASE("numbers are grouped for people") {
  const std::vector<std::pair<std::int64_t, std::string>> cases = {
      {0, "0"},
      {999, "999"},
      {1000, "1,000"},
      {1234567, "1,234,567"},
      {-999, "-999"},
      {-1000, "-1,000"},
      {std::numeric_limits<std::int64_t>::min(), "-9,223,372,036,854,775,808"}};
  for (const auto& [number, text] : cases) CHECK(GroupDigits(number) == text);
}

TEST_CASE("durations are written for people") {
  const std::vector<std::pair<std::int64_t, std::string>> cases = {{0, "0 ms"},
                                                                   {850, "850 ms"},
                                                                   {999, "999 ms"},
                                                                   {1000, "1.0 s"},
                                                                   {12'340, "12.3 s"},
                                                                   {59'949, "59.9 s"},
                                                                   {59'950, "1 min 00 s"},
                                                                   {60'000, "1 min 00 s"},
                                                                   {245'000, "4 min 05 s"},
                                                                   {3'599'400, "59 min 59 s"},
                                                                   {3'599'500, "1 h 00 min"},
                                                                   {7'500'000, "2 h 05 min"}};
  for (const auto& [milliseconds, text] : cases) {
    CAPTURE(milliseconds);
    CHECK(HumanDuration(milliseconds) == text);
  }
}

TEST_CASE("amounts of memory are written for people") {
  const std::vector<std::pair<std::uint64_t, std::string>> cases = {
      {0, "0 B"},
      {1023, "1023 B"},
      {1024, "1.0 KiB"},
      {1536, "1.5 KiB"},
      {1'048'575, "1.0 MiB"},
      {1'468'006, "1.4 MiB"},
      {std::uint64_t{5} << 30, "5.0 GiB"},
      {std::uint64_t{3} << 50, "3072.0 TiB"}};
  for (const auto& [bytes, text] : cases) {
    CAPTURE(bytes);
    CHECK(HumanBytes(bytes) == text);
  }
}

}  // namespace
}  // namespace ocean
