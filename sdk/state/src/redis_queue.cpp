#include "ocean/state/redis_queue.hpp"

#include <utility>

#include "event_writer.hpp"
#include "ocean/base/error.hpp"
#include "ocean/base/text.hpp"
#include "redis_reader.hpp"

namespace ocean::state {

namespace {

/// A batch is a pipeline: the server syncs once for all of it, as far as it can.
class Pipelines : public BatchSink {
 public:
  Pipelines(const RedisQueueOptions& options, const RedisKeys& keys, SharedLanes& shared,
            Clock& clock)
      : options_(options), keys_(keys), shared_(shared), clock_(clock) {}

  void Write(std::vector<Operation>& batch) override {
    try {
      if (!redis_) redis_.emplace(options_.address, std::chrono::milliseconds(0));
      WriteWith(*redis_, batch);
    } catch (const Error&) {
      redis_.reset();
      throw;
    }
  }

  Usage Stored(const std::string& path) const override {
    std::lock_guard lock(shared_.mutex);
    return shared_.lanes.Stored(path);
  }

 private:
  void WriteWith(RedisConnection& redis, std::vector<Operation>& batch) {
    commands_.clear();
    appends_.clear();
    for (Operation& operation : batch) {
      std::visit([&](auto& one) { Translate(redis, one); }, operation);
    }
    if (commands_.empty()) commands_.push_back({"PING"});
    const std::vector<RedisReply> replies = redis.RunAll(commands_);
    for (const RedisReply& reply : replies) ThrowIfError(reply, "to keep events");
    for (const auto& [index, incoming] : appends_) {
      const bool is_new = replies[index].integer != 0;
      incoming->outcome = is_new ? AppendOutcome::kStored : AppendOutcome::kDuplicate;
    }
  }

  void Translate(RedisConnection&, Incoming& incoming) {
    appends_.emplace_back(commands_.size(), &incoming);
    commands_.push_back(
        AppendCommand(keys_, incoming.delivery, incoming.received_at, options_.dedupe_window));
  }

  void Translate(RedisConnection&, const Forget& forget) {
    for (const std::int64_t sequence : forget.sequences) {
      const EventNumber number(sequence);
      const std::size_t count = CountOf(number);
      if (count == 0) continue;
      commands_.push_back(DoneCommand(keys_, options_.group, number, count, clock_.Now()));
    }
  }

  void Translate(RedisConnection& redis, const Attempt& attempt) {
    const EventNumber number(attempt.sequence);
    if (!attempt.dead) {
      commands_.push_back(RetryCommand(
          keys_, number, {false, attempt.attempts, attempt.not_before, attempt.error}));
      return;
    }
    const auto entry = ReadEntry(redis, keys_.stream, number.Entry());
    const std::size_t count = CountOf(number);
    if (!entry || count == 0) return;
    const Delivery delivery = AdmissionOf(*entry, options_.admit).delivery;
    EventRow row = RowOf(attempt.sequence);
    row.attempts = attempt.attempts;
    row.error = attempt.error;
    commands_.push_back(BuryCommand(keys_, options_.group, row, count,
                                    {delivery.headers, delivery.body}, clock_.Now(),
                                    options_.max_dead));
  }

  /// 0 when the entry is gone.
  std::size_t CountOf(const EventNumber& number) const {
    std::lock_guard lock(shared_.mutex);
    return shared_.lanes.CountOf(number.First());
  }

  EventRow RowOf(std::int64_t sequence) const {
    std::lock_guard lock(shared_.mutex);
    const EventRow* row = shared_.lanes.Find(sequence);
    return row != nullptr ? *row : EventRow{.sequence = sequence};
  }

  const RedisQueueOptions& options_;
  const RedisKeys& keys_;
  SharedLanes& shared_;
  Clock& clock_;
  std::optional<RedisConnection> redis_;
  std::vector<RedisCommand> commands_;
  /// Which command appends what.
  std::vector<std::pair<std::size_t, Incoming*>> appends_;
};

}  // namespace

RedisAddress ParseRedisUrl(std::string_view url) {
  constexpr std::string_view kScheme = "redis://";
  const auto fail = [&](const std::string& why) -> Error {
    return {ErrorKind::kConfig, "live_events.redis_stream.url: " + why};
  };
  if (url.starts_with("rediss://")) {
    throw fail(
        "TLS is not spoken to Redis; lead the connection through a TLS proxy on this "
        "machine, and name that one with redis://");
  }
  if (!url.starts_with(kScheme))
    throw fail("expected redis://[user:password@]host[:port][/number]");
  url.remove_prefix(kScheme.size());
  RedisAddress address;
  if (const auto at = url.rfind('@'); at != std::string_view::npos) {
    const std::string_view sign_in = url.substr(0, at);
    const auto colon = sign_in.find(':');
    address.user = PercentDecode(sign_in.substr(0, colon));
    if (colon != std::string_view::npos) {
      address.password = Secret(PercentDecode(sign_in.substr(colon + 1)));
    }
    url.remove_prefix(at + 1);
  }
  const auto number = [&](std::string_view text, std::int64_t most) {
    const auto value = ParseInt(text);
    if (!value || *value < 0 || *value > most) throw fail(std::string(text) + " is no such number");
    return static_cast<int>(*value);
  };
  if (const auto slash = url.find('/'); slash != std::string_view::npos) {
    if (slash + 1 < url.size()) address.database = number(url.substr(slash + 1), 1'000'000);
    url = url.substr(0, slash);
  }
  if (const auto colon = url.rfind(':'); colon != std::string_view::npos && !url.ends_with(']')) {
    address.port = number(url.substr(colon + 1), 65'535);
    url = url.substr(0, colon);
  }
  if (url.starts_with('[') && url.ends_with(']')) url = url.substr(1, url.size() - 2);
  if (url.empty()) throw fail("the host is missing");
  address.host = url;
  return address;
}

struct RedisQueue::Impl {
  Impl(RedisQueueOptions the_options, Clock& the_clock, Logger logger)
      : options(std::move(the_options)),
        keys(options.stream),
        clock(the_clock),
        pipelines(options, keys, shared, clock),
        writer(pipelines, {.max_events = options.max_events, .max_bytes = options.max_bytes}, clock,
               logger),
        reader(options, keys, shared, clock, std::move(logger)) {}

  /// Reads with a connection of its own, made anew after an error.
  template <class Work>
  auto Read(Work&& work) {
    std::lock_guard lock(content_mutex);
    try {
      if (!content) content.emplace(options.address, std::chrono::milliseconds(0));
      return work(*content);
    } catch (const Error&) {
      content.reset();
      throw;
    }
  }

  bool IsOwn(std::int64_t sequence) const {
    std::lock_guard lock(shared.mutex);
    return shared.lanes.IsOwn(EventNumber(sequence).First());
  }

  const RedisQueueOptions options;
  const RedisKeys keys;
  Clock& clock;
  SharedLanes shared;

  std::mutex content_mutex;
  std::optional<RedisConnection> content;

  Pipelines pipelines;
  /// Last: their threads use all of the above. What is done is written until the end.
  EventWriter writer;
  RedisReader reader;
};

RedisQueue::RedisQueue(RedisQueueOptions options, Clock& clock, Logger logger)
    : impl_(std::make_unique<Impl>(std::move(options), clock, std::move(logger))) {}

RedisQueue::~RedisQueue() = default;

void RedisQueue::Append(Delivery delivery, Answer answer) {
  impl_->writer.Append(std::move(delivery), std::move(answer));
}

void RedisQueue::Done(std::vector<std::int64_t> sequences) {
  // What others have claimed meanwhile is theirs to settle.
  std::erase_if(sequences, [this](std::int64_t sequence) { return !impl_->IsOwn(sequence); });
  if (!sequences.empty()) impl_->writer.Post(Forget{std::move(sequences)});
}

void RedisQueue::Retry(std::int64_t sequence, int attempts, TimePoint not_before,
                       std::string error) {
  {
    std::lock_guard lock(impl_->shared.mutex);
    impl_->shared.lanes.Delay(sequence);
  }
  impl_->writer.Post(Attempt{sequence, attempts, not_before, false, std::move(error)});
}

void RedisQueue::Bury(std::int64_t sequence, int attempts, std::string error) {
  if (!impl_->IsOwn(sequence)) return;
  impl_->writer.Post(Attempt{sequence, attempts, {}, true, std::move(error)});
}

std::vector<EventRow> RedisQueue::Take(std::size_t count) {
  std::lock_guard lock(impl_->shared.mutex);
  impl_->shared.consuming = true;
  return impl_->shared.lanes.Take(count);
}

std::optional<EventContent> RedisQueue::Content(std::int64_t sequence) const {
  const std::string id = EventNumber(sequence).Entry();
  const RedisKeys& keys = impl_->keys;
  const RedisQueueOptions& options = impl_->options;
  return impl_->Read([&](RedisConnection& redis) -> std::optional<EventContent> {
    const RedisReply pending =
        redis.Run({"XPENDING", keys.stream, options.group, id, id, "1", options.consumer});
    const auto entry = ReadEntry(redis, keys.stream, id);
    if (pending.items.empty() || !entry) {
      std::lock_guard lock(impl_->shared.mutex);
      impl_->shared.lanes.Disown(EventNumber(sequence).First());
      return std::nullopt;
    }
    Delivery delivery = AdmissionOf(*entry, options.admit).delivery;
    return EventContent{std::move(delivery.headers), std::move(delivery.body)};
  });
}

std::vector<EventCount> RedisQueue::Counts() const {
  std::lock_guard lock(impl_->shared.mutex);
  return impl_->shared.lanes.Counts();
}

std::string RedisQueue::problem() const {
  std::string problem = impl_->writer.problem();
  if (!problem.empty()) return problem;
  std::lock_guard lock(impl_->shared.mutex);
  return impl_->shared.problem;
}

void RedisQueue::OnStored(std::function<void()> notify) {
  std::lock_guard lock(impl_->shared.mutex);
  impl_->shared.on_ready = std::move(notify);
}

}  // namespace ocean::state
