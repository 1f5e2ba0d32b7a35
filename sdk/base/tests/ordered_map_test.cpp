#include "ocean/base/ordered_map.hpp"

#include <cstddef>
#include <stdexcept>
#include <string>
#include <type_traits>
#include <utility>
#include <vector>

#include "ocean/base/json.hpp"
#include "ocean/catch.hpp"

namespace ocean {
namespace {

using Map = OrderedMap<std::string, int>;

std::string Key(std::size_t number) {
  return "key-" + std::to_string(number);
}

Map Numbered(std::size_t count) {
  Map map;
  for (std::size_t i = 0; i < count; ++i) map.emplace(Key(i), static_cast<int>(i));
  return map;
}

std::string Order(const Map& map) {
  std::string text;
  for (const auto& [key, value] : map) text += key + "=" + std::to_string(value) + " ";
  return text;
}

/// Members, look-ups and order agree with `expected`.
void CheckContent(const Map& map, const std::vector<std::pair<std::string, int>>& expected) {
  REQUIRE(map.size() == expected.size());
  std::size_t wrong = 0;
  std::size_t position = 0;
  for (const auto& [key, value] : map) {
    const auto& [wanted_key, wanted_value] = expected[position++];
    if (key != wanted_key || value != wanted_value) ++wrong;
    const auto found = map.find(key);
    if (found == map.end() || found->second != wanted_value) ++wrong;
  }
  CHECK(wrong == 0);
  CHECK(map.find("not there") == map.end());
  CHECK(map.count("not there") == 0);
}

/// A key that counts how often it is compared.
struct CountingKey {
  std::string text;
  static inline std::size_t comparisons = 0;

  operator std::string_view() const { return text; }  // NOLINT: the map looks keys up by text
  friend bool operator==(const CountingKey& a, std::string_view b) {
    ++comparisons;
    return a.text == b;
  }
};

TEST_CASE("members stay in the order in which they came") {
  Map map{{"zebra", 1}, {"apple", 2}, {"mango", 3}};
  map["banana"] = 4;
  map["apple"] = 5;
  CHECK(Order(map) == "zebra=1 apple=5 mango=3 banana=4 ");
}

TEST_CASE("look-ups work at every size around the index's limits") {
  for (const std::size_t count :
       {0, 1, 2, 15, 16, 17, 18, 31, 32, 33, 64, 65, 1000, 65535, 65536, 65537}) {
    CAPTURE(count);
    std::vector<std::pair<std::string, int>> expected;
    for (std::size_t i = 0; i < count; ++i) expected.emplace_back(Key(i), static_cast<int>(i));
    CheckContent(Numbered(count), expected);
  }
}

TEST_CASE("a key that is there already is not inserted again") {
  for (const std::size_t count : {3, 100}) {
    CAPTURE(count);
    Map map = Numbered(count);
    const auto [member, is_new] = map.emplace("key-1", 77);
    CHECK_FALSE(is_new);
    CHECK(member->second == 1);
    CHECK(map.size() == count);
    CHECK_FALSE(map.insert(std::pair<std::string, int>("key-2", 8)).second);
    CHECK(map.insert(std::pair<std::string, int>("new", 8)).second);
    CHECK(map.at("new") == 8);
  }
}

TEST_CASE("erasing keeps order and look-ups, with and without an index") {
  for (const std::size_t count : {5, 17, 40}) {
    for (const std::size_t gone : {std::size_t{0}, count / 2, count - 1}) {
      CAPTURE(count, gone);
      Map map = Numbered(count);
      CHECK(map.erase(Key(gone)) == 1);
      CHECK(map.erase(Key(gone)) == 0);
      std::vector<std::pair<std::string, int>> expected;
      for (std::size_t i = 0; i < count; ++i) {
        if (i != gone) expected.emplace_back(Key(i), static_cast<int>(i));
      }
      CheckContent(map, expected);
      map.emplace(Key(gone), -1);
      expected.emplace_back(Key(gone), -1);
      CheckContent(map, expected);
    }
  }
}

TEST_CASE("erasing a range returns what follows it") {
  for (const std::size_t count : {6, 30}) {
    CAPTURE(count);
    Map map = Numbered(count);
    const auto next = map.erase(map.begin() + 1, map.begin() + 4);
    CHECK(next->first == "key-4");
    CHECK(map.size() == count - 3);
    CHECK(map.find("key-2") == map.end());
    CHECK(map.at("key-5") == 5);
    CHECK(map.erase(map.begin(), map.begin()) == map.begin());
    CHECK(map.size() == count - 3);
    const auto end = map.erase(map.begin(), map.end());
    CHECK((end == map.end()));
    CHECK(map.empty());
    CHECK(map.find("key-0") == map.end());
  }
}

TEST_CASE("copies and moves are whole and independent") {
  for (const std::size_t count : {4, 50}) {
    CAPTURE(count);
    const Map original = Numbered(count);
    Map copy(original);
    copy["key-0"] = 99;
    CHECK(original.at("key-0") == 0);
    Map assigned{{"old", 1}};
    assigned = copy;
    CHECK(assigned == copy);
    CHECK(assigned.find("old") == assigned.end());
    Map& same = assigned;
    assigned = same;
    CHECK(assigned == copy);
    assigned = std::move(same);
    CHECK(assigned == copy);
    const Map moved(std::move(copy));
    CHECK(moved.at(Key(count - 1)) == static_cast<int>(count - 1));
    Map target{{"old", 1}};
    target = std::move(assigned);
    CHECK(target == moved);
    target.clear();
    CHECK(target.empty());
    CHECK(target.find("key-1") == target.end());
  }
}

TEST_CASE("equality ignores the order of members") {
  for (const std::size_t count : {3, 60}) {
    CAPTURE(count);
    const Map forward = Numbered(count);
    Map backward;
    for (std::size_t i = count; i-- > 0;) backward.emplace(Key(i), static_cast<int>(i));
    CHECK(forward == backward);
    backward["key-1"] = -1;
    CHECK_FALSE(forward == backward);
    backward["key-1"] = 1;
    backward.erase("key-0");
    CHECK_FALSE(forward == backward);
    backward.emplace("other", 0);
    CHECK_FALSE(forward == backward);
  }
}

TEST_CASE("at throws for a missing key") {
  Map map = Numbered(2);
  CHECK_THROWS_AS(map.at("nope"), std::out_of_range);
  CHECK_THROWS_AS(std::as_const(map).at("nope"), std::out_of_range);
  CHECK(std::as_const(map)["key-1"] == 1);
}

TEST_CASE("a value may be inserted from inside the map") {
  OrderedMap<std::string, std::string> map;
  map.emplace("first", std::string(100, 'x'));
  for (int i = 0; i < 40; ++i) map.emplace("copy-" + std::to_string(i), map.at("first"));
  CHECK(map.at("copy-39") == std::string(100, 'x'));
}

TEST_CASE("a growing map moves its members and copies none") {
  CHECK(std::is_nothrow_move_constructible_v<Json::object_t::value_type>);
  Json object = Json::object();
  object["first"] = std::string(100, 'x');
  const char* const characters = object["first"].get_ref<const std::string&>().data();
  for (std::size_t i = 0; i < 1000; ++i) object[Key(i)] = i;
  CHECK(object["first"].get_ref<const std::string&>().data() == characters);
}

TEST_CASE("a million keys need few comparisons each") {
  constexpr std::size_t kCount = 1'000'000;
  OrderedMap<CountingKey, int> map;
  CountingKey::comparisons = 0;
  for (std::size_t i = 0; i < kCount; ++i) map.emplace(CountingKey{Key(i)}, 0);
  const std::size_t building = CountingKey::comparisons;
  std::size_t missing = 0;
  for (std::size_t i = 0; i < kCount; ++i) {
    if (map.find(CountingKey{Key(i)}) == map.end()) ++missing;
  }
  CHECK(map.size() == kCount);
  CHECK(missing == 0);
  CHECK(building < 2 * kCount);
  CHECK(CountingKey::comparisons - building < 3 * kCount);
}

}  // namespace
}  // namespace ocean
