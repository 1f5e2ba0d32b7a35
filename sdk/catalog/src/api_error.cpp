#include "api_error.hpp"

#include <utility>

#include "ocean/base/text.hpp"

namespace ocean::catalog {

namespace {

Json WhatIsMissing(std::string_view resource, std::string_view identifier) {
  return Json{{"resource", resource}, {"field", "identifier"}, {"withValue", identifier}};
}

}  // namespace

ApiError::ApiError(int status, std::string code, const std::string& message, Json details)
    : Error(ErrorKind::kPermanent, message), code_(std::move(code)), details_(std::move(details)) {
  set_http_status(status);
}

Json ApiError::ToJson() const {
  return Json{{"ok", false}, {"error", code_}, {"message", what()}, {"details", details_}};
}

ApiError Invalid(const std::string& message, Json details) {
  return {422, "invalid_request", message, std::move(details)};
}

void RefuseProblems(const std::vector<std::string>& problems) {
  if (!problems.empty()) throw Invalid(Join(problems, "; "), Json{{"problems", problems}});
}

ApiError NotFound(std::string_view resource, std::string_view identifier) {
  return {
      404, "not_found",
      std::string(resource) + " with identifier \"" + std::string(identifier) + "\" was not found",
      WhatIsMissing(resource, identifier)};
}

ApiError EntityNotFound(std::string_view blueprint, std::string_view identifier) {
  return {404, "not_found",
          "Entity with identifier \"" + std::string(identifier) + "\" of blueprint \"" +
              std::string(blueprint) + "\" was not found",
          WhatIsMissing("Entity", identifier)};
}

}  // namespace ocean::catalog
