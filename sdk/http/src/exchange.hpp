#pragma once
/// @file One request of a client's, from its first try to its answer.

#include <functional>
#include <optional>
#include <stop_token>
#include <string>

#include "client_core.hpp"
#include "ocean/base/error.hpp"

namespace ocean::http {

/// Sends a request until it is answered for good: with the client's headers and credentials, within its limits, again after what
/// passes, and once again with new credentials.
class Exchange {
 public:
  /// How one try is sent.
  using Deliver = std::function<Response(const WireRequest&, const std::stop_token&)>;

  /// Without `deliver` the transport sends it.
  Exchange(ClientCore& core, const Request& request, std::stop_token stop, Deliver deliver = {});

  Response Run();

 private:
  /// What one try came to: an answer of any status, or an error that may pass.
  struct Outcome {
    std::optional<Response> response;
    std::optional<Error> error;
    /// What a rule says about the response; empty when none matches.
    std::optional<ErrorAction> action;
  };

  Outcome Try();
  Outcome TryWithRefresh();
  bool MayPass(const Outcome& outcome) const;
  void WaitBeforeRetry(int retry, const Outcome& outcome);
  void NoteRateLimitWait(Duration wait) const;
  void Judge(Outcome& outcome) const;
  Response Finish(Outcome outcome, int tries) const;
  bool IsAnswer(const Outcome& outcome) const;
  Error ErrorOf(const Response& response, int tries) const;
  bool IsExpected(int status) const;

  ClientCore& core_;
  const std::stop_token stop_;
  const Deliver deliver_;
  WireRequest wire_;
  const std::string source_;
  RateLimiter& limiter_;
  bool refreshed_ = false;
};

}  // namespace ocean::http
