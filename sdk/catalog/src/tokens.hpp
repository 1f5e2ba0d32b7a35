#pragma once
/// @file Who may ask: the tokens that were given out.

#include <chrono>
#include <cstddef>
#include <map>
#include <mutex>
#include <optional>
#include <string>
#include <string_view>

#include "ocean/base/clock.hpp"
#include "ocean/base/secret.hpp"

namespace ocean::catalog {

/// Gives out tokens and recognises them until they expire or the process ends.
///
/// Rules     At most kMost are known at a time: the one that would expire first makes room. Only digests are kept
/// Threads   all operations may overlap
/// Lifetime  borrows the clock, which must outlive it
class Tokens {
 public:
  static constexpr std::chrono::seconds kLifetime{10'800};
  static constexpr std::size_t kMost = 1000;

  explicit Tokens(const Clock& clock) : clock_(clock) {}

  /// A token nobody can guess, in the form of a machine's JSON web token.
  Secret Issue(const std::string& client_id);
  /// The client id that got the token of an Authorization header ("Bearer …"); empty when it is none, or has expired.
  std::optional<std::string> ClientOf(std::string_view authorization) const;

 private:
  struct Entry {
    std::string client_id;
    Duration expires_at{};
  };
  void MakeRoom();

  const Clock& clock_;
  mutable std::mutex mutex_;
  /// By the digest of the header, which says nothing about how much of a guess was right.
  std::map<std::string, Entry, std::less<>> entries_;
};

}  // namespace ocean::catalog
