#pragma once
/// @file A third party with faults in front of it.

#include <atomic>
#include <cstddef>
#include <functional>
#include <map>
#include <mutex>
#include <optional>
#include <string>

#include "ocean/base/clock.hpp"
#include "ocean/http/client.hpp"
#include "ocean/testing/fake_upstream.hpp"

namespace ocean::testing {

/// Passes requests on, but for those that a fault answers.
class FaultyProxy {
 public:
  /// Is asked with the request's number, from 1.
  using Fault = std::function<std::optional<http::ServerResponse>(std::size_t number)>;

  explicit FaultyProxy(const std::string& target, Fault fault = {});

  std::string url() const { return upstream_.url(); }
  std::size_t requests() const { return requests_; }
  /// From now on each path gives the answer that it gave first, whatever page is asked for.
  void RepeatAnswers() { repeats_ = true; }

 private:
  http::ServerResponse Answer(const http::ServerRequest& request);
  http::ServerResponse Forward(const http::ServerRequest& request) const;

  const Fault fault_;
  const http::Client client_;
  std::atomic<std::size_t> requests_{0};
  std::atomic<bool> repeats_{false};
  std::mutex mutex_;
  std::map<std::string, http::ServerResponse> first_answers_;
  /// Last: its threads end before what they use.
  FakeUpstream upstream_;
};

}  // namespace ocean::testing
