#pragma once
/// @file The one error class, and the closed set of kinds that says what is done about an error.

#include <optional>
#include <stdexcept>
#include <string>
#include <string_view>

namespace ocean {

/// What an error means to the engine. The set is closed: policy lives in one place.
enum class ErrorKind {
  kConfig,  ///< A setting, a mapping or a file of the user's is wrong: the process stops with the
            ///< message.
  kAuth,    ///< Credentials were refused (401): no retry; the block, or the start, fails.
  kForbidden,  ///< The credentials lack a permission (403): no retry; a parent may be skipped where
               ///< that is opted for.
  kNotFound,   ///< The thing is not there (404): no retry; on a live event it means "deleted".
  kRateLimited,  ///< Still limited (429) after all waiting: the block is incomplete.
  kTransient,  ///< Network, time-out, 5xx, after all retries: the block is incomplete; the next run
               ///< tries again.
  kPermanent,  ///< The other side refused or answered nonsense: no retry; the block is incomplete.
  kCancelled,  ///< A stop was requested: everything unwinds, nothing is deleted.
  kBug,        ///< Ours: reported with a request to file an issue.
};

/// "config", "auth", … as metrics and reports spell it.
std::string_view ToString(ErrorKind kind);

/// Every failure of the SDK.
///
/// The message says what was tried, on what, and what came back; for bad input also where and what
/// to do. Context is added while unwinding, with WithContext("fetching page 3").
class Error : public std::runtime_error {
 public:
  Error(ErrorKind kind, const std::string& message) : std::runtime_error(message), kind_(kind) {}

  ErrorKind kind() const { return kind_; }

  /// The HTTP status that led here, 0 when there was none.
  int http_status() const { return http_status_; }
  Error& set_http_status(int status) {
    http_status_ = status;
    return *this;
  }

  /// A copy that says first what was being done: "fetching page 3: …".
  Error WithContext(std::string_view doing) const;

 private:
  ErrorKind kind_;
  int http_status_ = 0;
};

/// Throws Error{kCancelled}, "cancelled while <doing>".
[[noreturn]] void ThrowCancelled(std::string_view doing);

}  // namespace ocean
