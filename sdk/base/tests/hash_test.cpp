#include "ocean/base/hash.hpp"

#include <set>
#include <string>
#include <utility>
#include <vector>

#include "ocean/catch.hpp"

namespace ocean {
namespace {

TEST_CASE("hashes are those of XXH3 with 128 bits") {
  const std::vector<std::pair<std::string, std::string>> cases = {
      {"", "99aa06d3014798d86001c324468d497f"},
      {"a", "a96faf705af16834e6c632b61e964e1f"},
      {"abc", "06b05ab6733a618578af5f94892f3950"},
  };
  for (const auto& [text, hex] : cases) {
    CAPTURE(text);
    CHECK(HashBytes(text).Hex() == hex);
  }
  CHECK(HashBytes("a") == HashBytes("a"));
  CHECK(HashBytes("a") != HashBytes("b"));
}

TEST_CASE("where a pair is cut makes a difference") {
  std::set<Hash128> hashes;
  const std::string text = "blueprint/identifier";
  for (std::size_t i = 0; i <= text.size(); ++i) {
    hashes.insert(HashPair(text.substr(0, i), text.substr(i)));
  }
  CHECK(hashes.size() == text.size() + 1);
  CHECK(HashPair("a", "b") == HashPair("a", "b"));
  CHECK(HashPair("a", "b") != HashPair("b", "a"));
  CHECK(HashPair(std::string(1, '\0'), "") != HashPair("", std::string(1, '\0')));
}

TEST_CASE("many pairs do not collide") {
  std::set<Hash128> hashes;
  std::set<std::size_t> words;
  for (int i = 0; i < 10'000; ++i) {
    const Hash128 hash = HashPair("issue", std::to_string(i));
    hashes.insert(hash);
    words.insert(std::hash<Hash128>{}(hash));
  }
  CHECK(hashes.size() == 10'000);
  CHECK(words.size() == 10'000);
}

TEST_CASE("SHA-256 is the standard's") {
  CHECK(Sha256Hex("") == "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855");
  CHECK(Sha256Hex("abc") == "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
}

TEST_CASE("random UUIDs are of version 4 and differ") {
  std::set<std::string> uuids;
  for (int i = 0; i < 1000; ++i) {
    const std::string uuid = RandomUuid();
    REQUIRE(uuid.size() == 36);
    for (const std::size_t dash : {8, 13, 18, 23}) REQUIRE(uuid[dash] == '-');
    REQUIRE(uuid[14] == '4');
    REQUIRE(std::string("89ab").find(uuid[19]) != std::string::npos);
    REQUIRE(uuid.find_first_not_of("0123456789abcdef-") == std::string::npos);
    uuids.insert(uuid);
  }
  CHECK(uuids.size() == 1000);
}

}  // namespace
}  // namespace ocean
