#include "ocean/state/key_file.hpp"

#include <algorithm>
#include <filesystem>

#include "ocean/base/error.hpp"
#include "ocean/catch.hpp"

namespace ocean::state {
namespace {

/// A folder of its own, which goes with it.
struct Folder {
  Folder() { std::filesystem::create_directory(path); }
  Folder(const Folder&) = delete;
  Folder& operator=(const Folder&) = delete;
  ~Folder() { std::filesystem::remove_all(path); }
  const std::filesystem::path path =
      std::filesystem::temp_directory_path() / ("ocean-keys-" + RandomUuid());
};

std::vector<Hash128> Keys(const std::string& prefix, int count) {
  std::vector<Hash128> keys;
  for (int i = 0; i < count; ++i) keys.push_back(HashPair(prefix, std::to_string(i)));
  std::sort(keys.begin(), keys.end());
  return keys;
}

TEST_CASE("keys in a file keep their numbers, and others are not found") {
  const Folder folder;
  KeyFile file(folder.path);
  CHECK_FALSE(file.Find(HashPair("a", "0")));
  // Fewer than fill a bucket, and many.
  const std::vector<std::vector<Hash128>> batches = {Keys("a", 1), Keys("b", 256), Keys("c", 3000)};
  for (const auto& batch : batches) file.Add(batch);
  CHECK(file.size() == 3257);
  std::size_t number = 0;
  for (const auto& batch : batches) {
    for (const Hash128& key : batch) CHECK(file.Find(key) == number++);
  }
  for (const Hash128& key : Keys("d", 3000)) CHECK_FALSE(file.Find(key));
}

TEST_CASE("keys that differ in one half only are told apart") {
  const Folder folder;
  KeyFile file(folder.path);
  const Hash128 key{7, 9};
  file.Add({key});
  CHECK(file.Find(key) == 0U);
  for (const Hash128& other : {Hash128{7, 8}, Hash128{8, 9}, Hash128{6, 9}, Hash128{7, 9 + 65536}})
    CHECK_FALSE(file.Find(other));
}

TEST_CASE("a file of keys leaves nothing behind, and says where it cannot be") {
  const Folder folder;
  KeyFile file(folder.path);
  file.Add(Keys("a", 10));
  CHECK(std::filesystem::is_empty(folder.path));
  CHECK_THROWS_WITH(
      KeyFile(folder.path / "missing"),
      Catch::Matchers::Contains("missing") && Catch::Matchers::Contains("No such file"));
}

}  // namespace
}  // namespace ocean::state
