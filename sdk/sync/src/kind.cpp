#include "ocean/sync/kind.hpp"

#include "ocean/base/error.hpp"

namespace ocean::sync {

void Kinds::Add(std::string name, Kind kind) {
  const auto [place, added] = kinds_.emplace(std::move(name), std::move(kind));
  if (!added) {
    throw Error(ErrorKind::kBug, "the kind \"" + place->first + "\" is registered twice");
  }
}

void Kinds::SetOther(Other other) {
  if (other_) throw Error(ErrorKind::kBug, "other kinds are registered twice");
  other_ = std::move(other);
}

std::optional<Kind> Kinds::Find(std::string_view name) const {
  if (const auto found = kinds_.find(name); found != kinds_.end()) return found->second;
  if (other_) return other_(std::string(name));
  return std::nullopt;
}

std::vector<std::string> Kinds::names() const {
  std::vector<std::string> names;
  for (const auto& [name, kind] : kinds_) names.push_back(name);
  return names;
}

}  // namespace ocean::sync
