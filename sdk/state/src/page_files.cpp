#include "page_files.hpp"

#include <cerrno>
#include <fstream>
#include <iterator>
#include <system_error>
#include <utility>

#include "ocean/base/error.hpp"

namespace ocean::state {

PageFiles::PageFiles(std::filesystem::path folder) : folder_(std::move(folder)) {}

void PageFiles::Write(std::int64_t number, std::string_view text) const {
  std::error_code ignored;
  std::filesystem::create_directory(folder_, ignored);
  const std::filesystem::path file = FileOf(number);
  errno = 0;
  std::ofstream out(file, std::ios::binary | std::ios::trunc);
  out.write(text.data(), static_cast<std::streamsize>(text.size()));
  out.close();
  if (!out) {
    const std::string reason = std::generic_category().message(errno);
    Remove(number);
    throw Error(ErrorKind::kTransient, "writing " + file.string() + ": " + reason);
  }
}

std::string PageFiles::Read(std::int64_t number) const {
  std::ifstream in(FileOf(number), std::ios::binary);
  return {std::istreambuf_iterator<char>(in), {}};
}

void PageFiles::Remove(std::int64_t number) const {
  std::error_code ignored;
  std::filesystem::remove(FileOf(number), ignored);
}

void PageFiles::RemoveAllBut(const std::set<std::int64_t>& numbers) const {
  std::set<std::filesystem::path> kept;
  for (const std::int64_t number : numbers) kept.insert(FileOf(number));
  std::error_code ignored;
  for (const auto& entry : std::filesystem::directory_iterator(folder_, ignored)) {
    if (!kept.contains(entry.path())) std::filesystem::remove(entry.path(), ignored);
  }
}

std::filesystem::path PageFiles::FileOf(std::int64_t number) const {
  return folder_ / std::to_string(number);
}

}  // namespace ocean::state
