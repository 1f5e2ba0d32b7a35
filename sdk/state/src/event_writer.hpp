#pragma once
/// @file The thread that writes for a queue of events.

#include <condition_variable>
#include <cstdint>
#include <deque>
#include <functional>
#include <map>
#include <mutex>
#include <string>
#include <thread>
#include <variant>
#include <vector>

#include "ocean/base/log.hpp"
#include "ocean/state/event_queue.hpp"

namespace ocean::state {

/// To be stored, and answered.
struct Incoming {
  Delivery delivery;
  EventQueue::Answer answer;
  TimePoint received_at;
  AppendOutcome outcome = AppendOutcome::kFailed;
};
/// Done.
struct Forget {
  std::vector<std::int64_t> sequences;
};
/// Failed: for now or, if `dead`, for good.
struct Attempt {
  std::int64_t sequence = 0;
  int attempts = 0;
  TimePoint not_before;
  bool dead = false;
  std::string error;
};
using Operation = std::variant<Incoming, Forget, Attempt>;

struct Usage {
  std::int64_t events = 0;
  std::int64_t bytes = 0;

  void Add(const Usage& more) {
    events += more.events;
    bytes += more.bytes;
  }
  void Subtract(const Usage& less) { Add({-less.events, -less.bytes}); }
};

std::int64_t BytesOf(const Delivery& delivery);
Usage UsageOf(const Delivery& delivery);
/// By which a delivery is known again.
std::string DeliveryKey(const std::string& path, const std::string& id);

/// Where an EventWriter writes to.
class BatchSink {
 public:
  BatchSink() = default;
  BatchSink(const BatchSink&) = delete;
  BatchSink& operator=(const BatchSink&) = delete;
  virtual ~BatchSink() = default;

  /// Writes for good, in order, and sets the outcomes of what is appended. Throws Error when it cannot: then nothing of the batch
  /// counts as written, and what is no append comes again. Called by the writer's thread only.
  virtual void Write(std::vector<Operation>& batch) = 0;
  /// What is pending on a path. Called by all threads.
  virtual Usage Stored(const std::string& path) const = 0;
};

/// Writes operations in their order, as many at once as wait, so that one sync serves many requests.
///
/// What cannot be stored is told at once, and all else is kept for later; while something is wrong the thread tries again each
/// second.
/// Lifetime  borrows the sink and the clock; writes what is queued before it ends
/// Threads   all operations may overlap; answers and `on_stored` come from its thread
class EventWriter {
 public:
  struct Options {
    /// Of what is pending on one path, and on its way there.
    std::int64_t max_events = 0;
    std::int64_t max_bytes = 0;
    /// Called after answers for what is stored now.
    std::function<void()> on_stored = {};
  };
  EventWriter(BatchSink& sink, Options options, Clock& clock, Logger logger);

  void Append(Delivery delivery, EventQueue::Answer answer);
  void Post(Operation operation);
  /// Why nothing can be written at present; empty when all is well.
  std::string problem() const;

 private:
  void Run(const std::stop_token& stop);
  std::vector<Operation> NextBatch(const std::stop_token& stop);
  void Write(std::vector<Operation>& batch, const std::stop_token& stop);
  void AnswerAll(std::vector<Operation>& batch) const;
  void NoteProblem(const std::string& news);

  BatchSink& sink_;
  const Options options_;
  Clock& clock_;
  const Logger logger_;

  mutable std::mutex mutex_;
  std::condition_variable_any wake_;
  std::deque<Operation> queue_;
  std::size_t queued_appends_ = 0;
  /// Of each path: what is on its way.
  std::map<std::string, Usage> coming_;
  std::string problem_;

  /// Last: it uses all of the above.
  std::jthread thread_;
};

}  // namespace ocean::state
