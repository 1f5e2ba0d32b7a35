#include "identifier.hpp"

#include <string>

#include "ocean/catch.hpp"

namespace ocean::catalog {
namespace {

TEST_CASE("identifiers are letters of any script, digits and some signs") {
  for (const char* good : {"a", "PRJ-1", "557058:aa-bb", "user@example.com", "a/b\\c", "...",
                           "Ünïcödé", "課題", "=+"}) {
    INFO(good);
    CHECK(IsIdentifier(good));
  }
  for (const char* bad : {"", ".", "..", "a b", "a|b", "it's", "a\tb", "😀", "a\u00a0b", "\xff",
                          "a\xc3", "x\u2013y"}) {
    INFO(bad);
    CHECK_FALSE(IsIdentifier(bad));
  }
}

TEST_CASE("identifiers have at most 1000 characters, however many bytes those take") {
  std::string letters;
  for (int i = 0; i < 1000; ++i) letters += "é";
  CHECK(IsIdentifier(letters));
  CHECK_FALSE(IsIdentifier(letters + "e"));
}

}  // namespace
}  // namespace ocean::catalog
