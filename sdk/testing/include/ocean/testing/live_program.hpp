#pragma once
/// @file A program that runs on, for live events from the request to the catalog.

#include <functional>
#include <map>
#include <string>

#include "ocean/http/client.hpp"
#include "ocean/testing/installation.hpp"
#include "ocean/testing/process.hpp"

namespace ocean::testing {

/// The program of an installation, listening on a free port, with https://ocean.example.com as its base URL.
///
/// Lifetime  borrows the installation; the program ends with it
/// Threads   use from one thread
class LiveProgram {
 public:
  /// Starts it; returns once its first resync has ended. Error{kTransient} with its output when that takes too long.
  explicit LiveProgram(const Installation& installation,
                       const std::map<std::string, std::string>& more_variables = {});

  /// Posts an event to /integration<path>; the status of the answer.
  int Post(const std::string& path, const std::string& body, const http::Headers& headers) const;
  /// Whether the catalog comes to be so.
  bool Becomes(const std::function<bool(const Content&)>& condition) const;

 private:
  void WaitFor(std::string_view text);

  const Installation& installation_;
  Process process_;
  http::Client client_;
  std::string url_;
};

}  // namespace ocean::testing
