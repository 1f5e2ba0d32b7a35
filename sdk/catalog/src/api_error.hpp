#pragma once
/// @file Refusals in the words of Port's API.

#include <string>
#include <string_view>
#include <vector>

#include "ocean/base/error.hpp"
#include "ocean/base/json.hpp"

namespace ocean::catalog {

/// What a request is answered when it cannot be done. Whatever handles a request throws it; the route, or the batch whose
/// item it concerns, turns it into an answer.
class ApiError : public Error {
 public:
  ApiError(int status, std::string code, const std::string& message, Json details = Json::object());

  int status() const { return http_status(); }
  const std::string& code() const { return code_; }
  /// {"ok": false, "error": code, "message": …, "details": …}
  Json ToJson() const;

 private:
  std::string code_;
  Json details_;
};

/// 422: the request's body or query is wrong.
ApiError Invalid(const std::string& message, Json details = Json::object());
/// Throws an Invalid that tells all problems, unless there are none.
void RefuseProblems(const std::vector<std::string>& problems);
/// 404: `resource` is "Blueprint", "Entity", …
ApiError NotFound(std::string_view resource, std::string_view identifier);
/// 404 for an entity, which is only known with its blueprint.
ApiError EntityNotFound(std::string_view blueprint, std::string_view identifier);

}  // namespace ocean::catalog
