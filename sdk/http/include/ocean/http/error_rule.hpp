#pragma once
/// @file What is done about answers that are no plain success.

#include <string>
#include <vector>

#include "ocean/base/error.hpp"

namespace ocean::http {

enum class ErrorAction {
  /// Sent again like a passing failure, if the request may be sent again; the last answer is an
  /// error.
  kRetry,
  /// SkippedParent is thrown: the one item that the request was made for cannot be read.
  kSkipParent,
  /// There is nothing, and that is certain ("the feature is off"): Response::declared_empty; JSON is
  /// null, pages end. What is not certain must be kSkipParent: entities are deleted because of it.
  kEmpty,
  /// An error at once.
  kFail,
};

/// One row of a policy: the first that matches decides, a request's rows before its client's. What no
/// row matches: expected statuses are answers, RetryPolicy's are retried, from 400 on it is an error.
struct ErrorRule {
  /// Also 2xx: some servers report errors so. Never looked at for a 401 that Auth::Refresh cures.
  std::vector<int> statuses;
  ErrorAction action = ErrorAction::kFail;
  /// A text that the body must contain, in any case of letters; empty: any body.
  std::string body_contains = {};
  /// A header that the answer must have, and, if not empty, the value it must have.
  std::string header = {};
  std::string header_value = {};
};

/// Says that a rule skips what the request was made for.
///
/// ResyncContext::ForEach marks the block incomplete and goes on with the next item; outside of one
/// the block fails. It is never an empty list.
class SkippedParent : public Error {
 public:
  explicit SkippedParent(const Error& error) : Error(error) {}
};

}  // namespace ocean::http
