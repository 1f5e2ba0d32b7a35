#pragma once
/// @file The thread that follows a stream: what is new, what is gone, and what is ours to do.

#include <functional>
#include <map>
#include <mutex>
#include <set>
#include <string>
#include <thread>
#include <vector>

#include "redis_lanes.hpp"

namespace ocean::state {

/// What the threads of a queue share.
struct SharedLanes {
  mutable std::mutex mutex;
  RedisLanes lanes;
  /// Why the stream cannot be read at present.
  std::string problem = "starting";
  /// Whether events are to be handled here, too.
  bool consuming = false;
  std::function<void()> on_ready;
};

/// Keeps the lanes as the stream is, takes new events for us while there is room, and claims those of consumers that are stuck.
///
/// Lifetime  borrows its parts
class RedisReader {
 public:
  RedisReader(const RedisQueueOptions& options, const RedisKeys& keys, SharedLanes& shared,
              Clock& clock, Logger logger);

 private:
  /// How far the three streams were read.
  struct Tail {
    std::string stream = "0-0";
    std::string dead = "0-0";
    std::string gone = "0-0";
  };

  void Run(const std::stop_token& stop);
  void Follow(RedisConnection& redis, const std::stop_token& stop);
  void NoteProblem(const std::string& news);

  void CreateGroup(RedisConnection& redis) const;
  void ReadOwn(RedisConnection& redis);
  /// True when all that there is was read. Waits a while for something new, or not at all.
  bool ReadNews(RedisConnection& redis, Tail& tail, bool waits);
  void Take(const std::string& stream, const std::vector<RedisEntry>& entries, Tail& tail);
  /// Takes new events while there is room; in any case the group sees that we are alive. True when it got some.
  bool ReadGroup(RedisConnection& redis);
  void ClaimStuck(RedisConnection& redis);
  void ClaimFrom(RedisConnection& redis, const std::string& consumer);
  void Own(RedisConnection& redis, const std::vector<RedisEntry>& entries, bool are_new);
  void OwnOne(RedisConnection& redis, const RedisEntry& entry, bool is_new);
  void Discard(RedisConnection& redis, const RedisEntry& entry, const Admission& admission);
  void TellReady() const;

  const RedisQueueOptions& options_;
  const RedisKeys& keys_;
  SharedLanes& shared_;
  Clock& clock_;
  const Logger logger_;
  Duration next_scan_{};
  /// Last: it uses all of the above.
  std::jthread thread_;
};

}  // namespace ocean::state
