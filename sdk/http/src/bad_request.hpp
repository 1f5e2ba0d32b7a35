#pragma once
/// @file The one error of a handler that is the client's fault.

#include <string>

#include "ocean/base/error.hpp"

namespace ocean::http {

/// Thrown by ServerRequest::ParseBody: the server answers 400 with the message, not 500.
class BadRequest : public Error {
 public:
  explicit BadRequest(const std::string& message) : Error(ErrorKind::kPermanent, message) {}
};

}  // namespace ocean::http
