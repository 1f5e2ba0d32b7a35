#pragma once
/// @file The queue of live events that several processes share: a Redis stream.

#include <chrono>
#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "ocean/base/clock.hpp"
#include "ocean/base/log.hpp"
#include "ocean/base/secret.hpp"
#include "ocean/state/event_queue.hpp"

namespace ocean::state {

struct RedisAddress {
  std::string host = "localhost";
  int port = 6379;
  std::string user = {};
  Secret password = {};
  int database = 0;
};
/// Reads "redis://[user[:password]@]host[:port][/database]". Error{kConfig} for anything else.
RedisAddress ParseRedisUrl(std::string_view url);

/// An event that somebody else put into the stream, such as a gateway: nobody has checked it yet.
struct ForeignEvent {
  std::string path;
  /// A JSON object.
  std::string headers;
  std::string body;
  TimePoint received_at;
};
struct Admission {
  Delivery delivery;
  /// Why it has no entries; empty where nobody wants it.
  std::string refusal = {};
};
using Admit = std::function<Admission(const ForeignEvent&)>;

struct RedisQueueOptions {
  RedisAddress address = {};
  /// The stream's key. All other keys begin with it in braces, so that they are on the same node of a cluster.
  std::string stream = {};
  std::string group = {};
  /// Who we are in the group; no other process may have the name, and after a restart it should be the same.
  std::string consumer = {};
  /// Of pending events of one path; roughly, as others append, too.
  std::int64_t max_events = 100'000;
  std::int64_t max_bytes = std::int64_t{256} * 1024 * 1024;
  /// Dead events that are kept; the oldest make room.
  std::int64_t max_dead = 10'000;
  /// How long a delivery is recognised when it comes again.
  std::chrono::seconds dedupe_window{3600};
  /// A consumer that gave no sign of life for so long has lost its events to the others.
  std::chrono::milliseconds stuck_after{60'000};
  /// How often such consumers are looked for.
  std::chrono::milliseconds scan_interval{30'000};
  /// Longest wait for new events; a sign of life is given as often.
  std::chrono::milliseconds block{1000};
  /// Events that are read at once.
  int read_count = 10;
  /// Lanes that this process works on, or has waiting for it: the rest is for others.
  std::size_t max_lanes = 64;
  /// Before a connection that broke is made anew.
  std::chrono::milliseconds backoff{1000};
  /// Checks a foreign event: what is to be done about it. One without entries is dropped. Called by several threads.
  Admit admit = {};
};

/// The queue that several processes share.
///
/// Events are entries of a stream; one group of consumers works them off. An entry is acknowledged and deleted once it is done.
/// Every process reads the whole stream and so knows, without asking, what is older than an event of its own: it takes one
/// only when all older ones of its lane are gone or its own. What is done is told in a second stream, so that others go on at once.
/// What was given up goes into a third. Events of a process that gives no sign of life are claimed by the others.
///
/// Rule      an event may be handled twice when its process dies, or is cut off for longer than `stuck_after` while it handles it
/// Errors    construction throws none: a server that cannot be reached is a problem(), and heals
/// Lifetime  borrows the clock
class RedisQueue : public EventQueue {
 public:
  RedisQueue(RedisQueueOptions options, Clock& clock, Logger logger);
  /// Writes what is queued, if the server can be reached, then ends.
  ~RedisQueue() override;

  void Append(Delivery delivery, Answer answer) override;
  void Done(std::vector<std::int64_t> sequences) override;
  void Retry(std::int64_t sequence, int attempts, TimePoint not_before, std::string error) override;
  void Bury(std::int64_t sequence, int attempts, std::string error) override;
  std::vector<EventRow> Take(std::size_t count) override;
  std::optional<EventContent> Content(std::int64_t sequence) const override;
  std::vector<EventCount> Counts() const override;
  std::string problem() const override;
  void OnStored(std::function<void()> notify) override;

 private:
  struct Impl;
  std::unique_ptr<Impl> impl_;
};

/// The events of a stream, for people. Of foreign ones that nobody has handled yet only the path is known.
///
/// Errors    Error{kTransient | kConfig}
class RedisDesk : public EventDesk {
 public:
  RedisDesk(const RedisAddress& address, std::string stream, std::string group);
  ~RedisDesk() override;

  std::vector<EventRow> List() const override;
  std::optional<EventRow> Find(std::int64_t sequence) const override;
  std::optional<EventContent> Content(std::int64_t sequence) const override;
  std::optional<std::int64_t> Replay(std::int64_t sequence) override;
  bool Drop(std::int64_t sequence) override;

 private:
  struct Impl;
  std::unique_ptr<Impl> impl_;
};

}  // namespace ocean::state
