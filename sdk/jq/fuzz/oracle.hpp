#pragma once
/// @file The reference jq, in a process of its own.

#include <cstdio>
#include <string>
#include <vector>

#include "ocean/base/json.hpp"

namespace ocean::jq::fuzz {

/// Runs oracle.mjs; what it reads and answers is told there.
class Oracle {
 public:
  /// Errors    Error{kConfig} when it does not start, or is no jq 1.8
  explicit Oracle(const std::vector<std::string>& command);
  ~Oracle();
  Oracle(const Oracle&) = delete;
  Oracle& operator=(const Oracle&) = delete;

  const std::string& version() const { return version_; }

  /// An answer for each question, in order.
  ///
  /// Errors    Error{kPermanent} when the process has ended
  std::vector<Json> Ask(const std::vector<Json>& questions);

 private:
  std::string ReadLine();

  int pid_ = 0;
  std::FILE* questions_ = nullptr;
  std::FILE* answers_ = nullptr;
  std::string version_;
};

}  // namespace ocean::jq::fuzz
