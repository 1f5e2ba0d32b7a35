#pragma once
/// @file Port as strict as it is: what it would refuse fails a test.

#include <chrono>
#include <cstddef>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "ocean/http/server.hpp"

namespace ocean::testing {

/// What Port's published API has against a request, one finding per element: an unknown path, query parameter or body
/// member, a value of another form, a limit, a header; empty for a good one.
std::vector<std::string> ContractViolations(const http::ServerRequest& request);

/// An empty embedded catalog behind a gate that checks each request against Port's contract.
///
/// A request that breaks the contract is answered 422 and kept: `Violations()` must be empty at the end of a good test.
/// Threads   what is asked of it may overlap with requests
class StrictPort {
 public:
  StrictPort();
  ~StrictPort();

  std::string url() const;
  /// "PUT /v1/nowhere: …", in the order of arrival.
  std::vector<std::string> Violations() const;
  /// All requests so far, in the order of arrival.
  std::vector<http::ServerRequest> Requests() const;
  /// "PATCH /v1/integration/me" for each of them.
  std::vector<std::string> Calls() const;
  /// Waits until so many matching requests have arrived since the start; false when they have not in time.
  bool Await(http::Method method, std::string_view path_prefix, std::size_t count,
             std::chrono::milliseconds patience) const;
  /// The next `times` requests that match get `response` instead of the catalog's.
  void FailNext(http::Method method, std::string_view path_prefix, int times,
                http::ServerResponse response);

 private:
  struct Impl;
  std::unique_ptr<Impl> impl_;
};

}  // namespace ocean::testing
