#include "ocean/base/error.hpp"

namespace ocean {

std::string_view ToString(ErrorKind kind) {
  switch (kind) {
    case ErrorKind::kConfig:
      return "config";
    case ErrorKind::kAuth:
      return "auth";
    case ErrorKind::kForbidden:
      return "forbidden";
    case ErrorKind::kNotFound:
      return "not_found";
    case ErrorKind::kRateLimited:
      return "rate_limited";
    case ErrorKind::kTransient:
      return "transient";
    case ErrorKind::kPermanent:
      return "permanent";
    case ErrorKind::kCancelled:
      return "cancelled";
    case ErrorKind::kBug:
      return "bug";
  }
  return "bug";
}

Error Error::WithContext(std::string_view doing) const {
  Error error(kind_, std::string(doing) + ": " + what());
  error.http_status_ = http_status_;
  return error;
}

void ThrowCancelled(std::string_view doing) {
  throw Error(ErrorKind::kCancelled, "cancelled while " + std::string(doing));
}

}  // namespace ocean
