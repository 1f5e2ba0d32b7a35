#pragma once
/// @file The client of the fake API.

#include <string>

#include "ocean/ocean.hpp"
#include "src/config.hpp"
#include "src/fake_api.hpp"

namespace fake {

/// Threads   all operations may overlap
/// Lifetime  borrows the API
class FakeClient {
 public:
  FakeClient(FakeConfig config, const ocean::http::ClientFactory& http, FakeApi& api);

  /// Those that are configured: all, or the first.
  ocean::Batch Departments() const;
  /// All persons of a department, in batches of the configured size. Persons that change from
  /// resync to resync are told apart by `generation`.
  ocean::PageRange Employees(const std::string& department, const std::string& generation) const;
  /// "offices", "teams" or "projects".
  ocean::Batch List(const std::string& name) const;

 private:
  const FakeConfig config_;
  FakeApi& api_;
  ocean::http::Client http_;
};

}  // namespace fake
