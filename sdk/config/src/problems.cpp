#include "ocean/config/problems.hpp"

#include <utility>

#include "ocean/base/error.hpp"

namespace ocean::config {

void Problems::Add(std::string path, std::string message) {
  problems_.push_back({std::move(path), std::move(message)});
}

void Problems::Warn(std::string path, std::string message) {
  warnings_.push_back({std::move(path), std::move(message)});
}

void Problems::ThrowIfAny(std::string_view heading) const {
  if (problems_.empty()) return;
  std::string text(heading);
  for (const Problem& problem : problems_) {
    text += "\n  ";
    if (!problem.path.empty()) text += problem.path + ": ";
    text += problem.message;
  }
  throw Error(ErrorKind::kConfig, text);
}

std::string JoinPath(std::string_view path, std::string_view key) {
  if (path.empty()) return std::string(key);
  return std::string(path) + "." + std::string(key);
}

}  // namespace ocean::config
