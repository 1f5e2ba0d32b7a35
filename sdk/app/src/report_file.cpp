#include "report_file.hpp"

#include <unistd.h>

#include <cerrno>
#include <cstring>
#include <fstream>
#include <string>
#include <system_error>

#include "ocean/base/error.hpp"

namespace ocean::app {

namespace {

namespace fs = std::filesystem;

fs::path Draft(const fs::path& file) {
  return file.string() + ".new-" + std::to_string(getpid());
}

[[noreturn]] void Fail(ErrorKind kind, const fs::path& file, const std::string& cause) {
  throw Error(kind, file.string() + " cannot be written: " + cause);
}

void Write(ErrorKind kind, const fs::path& file, const std::string& text) {
  errno = 0;
  std::ofstream out(Draft(file));
  out << text;
  out.close();
  if (!out) Fail(kind, file, std::strerror(errno != 0 ? errno : EIO));
}

}  // namespace

void CheckReportFile(const fs::path& file) {
  if (fs::is_directory(file)) Fail(ErrorKind::kConfig, file, "it is a folder");
  Write(ErrorKind::kConfig, file, "");
  std::error_code ignored;
  fs::remove(Draft(file), ignored);
}

void WriteReportFile(const fs::path& file, const Json& report) {
  Write(ErrorKind::kTransient, file, PrettyJson(report) + "\n");
  std::error_code error;
  fs::rename(Draft(file), file, error);
  if (error) Fail(ErrorKind::kTransient, file, error.message());
}

}  // namespace ocean::app
