#include "files.hpp"

#include <fstream>
#include <iterator>

#include "ocean/base/error.hpp"

namespace ocean::cli {

std::string ReadFile(const std::filesystem::path& file) {
  // One can be opened, and reads as nothing.
  if (std::filesystem::is_directory(file))
    throw Error(ErrorKind::kConfig, file.string() + " is a folder; name a file in it");
  std::ifstream in(file, std::ios::binary);
  if (!in) throw Error(ErrorKind::kConfig, file.string() + " cannot be read");
  return {std::istreambuf_iterator<char>(in), {}};
}

void WriteFile(const std::filesystem::path& file, const std::string& text) {
  std::filesystem::create_directories(file.parent_path());
  std::ofstream out(file, std::ios::binary);
  out << text;
  out.close();
  if (!out) throw Error(ErrorKind::kConfig, "cannot write " + file.string());
}

}  // namespace ocean::cli
