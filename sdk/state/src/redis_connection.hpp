#pragma once
/// @file One connection to Redis.

#include <chrono>
#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "ocean/state/redis_queue.hpp"

struct redisContext;  // NOLINT(readability-identifier-naming): the name is hiredis's

namespace ocean::state {

/// What Redis answers.
struct RedisReply {
  enum class Kind { kNil, kText, kInteger, kList, kError };
  Kind kind = Kind::kNil;
  /// Of a text, a status or an error.
  std::string text = {};
  std::int64_t integer = 0;
  std::vector<RedisReply> items = {};

  bool IsNil() const { return kind == Kind::kNil; }
  bool IsError(std::string_view code) const {
    return kind == Kind::kError && text.starts_with(code);
  }
};

using RedisCommand = std::vector<std::string>;

/// Errors    Error{kTransient} when the server cannot be reached, does not answer in time, or does not take a command at present;
///           Error{kConfig} when it refuses us
/// Threads   one at a time, but for Interrupt
class RedisConnection {
 public:
  /// `longest_block` is how long a command may keep the server waiting.
  RedisConnection(const RedisAddress& address, std::chrono::milliseconds longest_block);
  ~RedisConnection();

  /// The answer, which is no error.
  RedisReply Run(const RedisCommand& command);
  /// Sends all at once; answers may be errors.
  std::vector<RedisReply> RunAll(const std::vector<RedisCommand>& commands);
  /// Makes what waits for an answer, now or later, fail. From any thread.
  void Interrupt();

 private:
  struct Close {
    void operator()(redisContext* context) const;
  };

  void Connect(const RedisAddress& address, std::chrono::milliseconds longest_block);
  void SignIn(const RedisAddress& address);
  [[noreturn]] void ThrowBroken(const std::string& doing) const;

  std::string where_;
  std::unique_ptr<redisContext, Close> context_;
};

/// Throws what an error among Redis's answers means.
void ThrowIfError(const RedisReply& reply, std::string_view doing);

}  // namespace ocean::state
