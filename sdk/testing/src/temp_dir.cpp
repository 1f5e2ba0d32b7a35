#include "ocean/testing/temp_dir.hpp"

#include <cerrno>
#include <cstdlib>
#include <cstring>
#include <fstream>
#include <iterator>

#include "ocean/base/error.hpp"

namespace ocean::testing {

TempDir::TempDir() {
  std::string name = (std::filesystem::temp_directory_path() / "ocean-test-XXXXXX").string();
  if (mkdtemp(name.data()) == nullptr) {
    throw Error(ErrorKind::kConfig, "making the folder " + name + ": " + std::strerror(errno));
  }
  path_ = name;
}

TempDir::~TempDir() {
  std::error_code ignored;  // a folder that stays is no reason to fail a test
  std::filesystem::remove_all(path_, ignored);
}

std::filesystem::path TempDir::Write(const std::filesystem::path& inside,
                                     std::string_view text) const {
  const std::filesystem::path file = path_ / inside;
  std::filesystem::create_directories(file.parent_path());
  WriteFile(file, text);
  return file;
}

std::string ReadFile(const std::filesystem::path& file) {
  std::ifstream in(file, std::ios::binary);
  std::string text((std::istreambuf_iterator<char>(in)), {});
  if (!in) throw Error(ErrorKind::kConfig, "reading " + file.string() + " failed");
  return text;
}

void WriteFile(const std::filesystem::path& file, std::string_view text) {
  std::ofstream out(file, std::ios::binary | std::ios::trunc);
  out << text << std::flush;
  if (!out) throw Error(ErrorKind::kConfig, "writing " + file.string() + " failed");
}

}  // namespace ocean::testing
