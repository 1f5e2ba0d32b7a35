#include "ocean/testing/temp_dir.hpp"

#include "ocean/catch.hpp"
#include "ocean/error_of.hpp"

namespace ocean::testing {
namespace {

TEST_CASE("folders are unique, and gone at the end with all that is in them") {
  std::filesystem::path kept;
  {
    const TempDir first;
    const TempDir second;
    CHECK(first.path() != second.path());
    kept = first.path();
    const auto file = first.Write("a/b/file.txt", std::string("te\0xt", 5));
    CHECK(file == first / "a/b/file.txt");
    CHECK(ReadFile(file) == std::string("te\0xt", 5));
    WriteFile(file, "");
    CHECK(ReadFile(file).empty());
  }
  CHECK_FALSE(std::filesystem::exists(kept));
}

TEST_CASE("files that cannot be used are named") {
  CHECK(ErrorOf([] { ReadFile("/no/such/file"); }) == "config: reading /no/such/file failed");
  CHECK(ErrorOf([] { WriteFile("/no/such/file", "x"); }) == "config: writing /no/such/file failed");
}

}  // namespace
}  // namespace ocean::testing
