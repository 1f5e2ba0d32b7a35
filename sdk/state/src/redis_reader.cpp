#include "redis_reader.hpp"

#include <algorithm>
#include <utility>

#include "ocean/base/error.hpp"
#include "ocean/base/text.hpp"

namespace ocean::state {

namespace {

/// Bounds what one answer holds.
constexpr std::size_t kEntriesPerRead = 200;
/// Who hears nothing for so long may miss notes of what is gone.
constexpr std::chrono::minutes kLongestPause{5};
/// Behind everything that can be in a stream.
constexpr auto kNoEntry = "18446744073709551615-18446744073709551615";
/// Consumers without events that were not seen for so long are removed from the group.
constexpr std::chrono::hours kConsumerKept{24};

/// The value behind a name in one of Redis's lists of both.
const RedisReply& ValueOf(const RedisReply& list, std::string_view name) {
  static const RedisReply kNone;
  for (std::size_t i = 0; i + 1 < list.items.size(); i += 2) {
    if (list.items[i].text == name) return list.items[i + 1];
  }
  return kNone;
}

}  // namespace

RedisReader::RedisReader(const RedisQueueOptions& options, const RedisKeys& keys,
                         SharedLanes& shared, Clock& clock, Logger logger)
    : options_(options),
      keys_(keys),
      shared_(shared),
      clock_(clock),
      logger_(std::move(logger)),
      thread_([this](const std::stop_token& stop) { Run(stop); }) {}

void RedisReader::Run(const std::stop_token& stop) {
  while (!stop.stop_requested()) {
    try {
      RedisConnection redis(options_.address, options_.block);
      const std::stop_callback on_stop(stop, [&] { redis.Interrupt(); });
      Follow(redis, stop);
    } catch (const Error& error) {
      if (stop.stop_requested()) return;
      NoteProblem(error.what());
      clock_.SleepFor(options_.backoff, stop);
    }
  }
}

void RedisReader::Follow(RedisConnection& redis, const std::stop_token& stop) {
  CreateGroup(redis);
  {
    std::lock_guard lock(shared_.mutex);
    shared_.lanes.BeginReload();
  }
  Tail tail;
  // From here on nothing that goes is missed.
  const auto last = EntriesOf(redis.Run({"XREVRANGE", keys_.gone, "+", "-", "COUNT", "1"}));
  if (!last.empty()) tail.gone = last.front().id;
  ReadOwn(redis);
  bool is_current = false;
  bool may_be_more = true;
  Duration heard = clock_.Elapsed();
  while (!stop.stop_requested()) {
    if (ReadNews(redis, tail, !may_be_more) && !std::exchange(is_current, true)) {
      {
        std::lock_guard lock(shared_.mutex);
        shared_.lanes.EndReload();
      }
      NoteProblem("");
    }
    may_be_more = ReadGroup(redis);
    ClaimStuck(redis);
    TellReady();
    if (clock_.Elapsed() - std::exchange(heard, clock_.Elapsed()) > kLongestPause) {
      throw Error(ErrorKind::kTransient, "the process was held up for minutes");
    }
  }
}

void RedisReader::NoteProblem(const std::string& news) {
  std::string before;
  {
    std::lock_guard lock(shared_.mutex);
    before = std::exchange(shared_.problem, news);
  }
  if (before == news) return;
  if (!news.empty()) {
    logger_.Error("the stream of live events cannot be read: " + news);
  } else {
    logger_.Info("the stream of live events is read", {{"stream", keys_.stream}});
  }
}

void RedisReader::CreateGroup(RedisConnection& redis) const {
  const RedisReply reply =
      redis.RunAll({{"XGROUP", "CREATE", keys_.stream, options_.group, "0", "MKSTREAM"}}).front();
  if (!reply.IsError("BUSYGROUP")) ThrowIfError(reply, "the group of consumers");
}

void RedisReader::ReadOwn(RedisConnection& redis) {
  std::set<std::int64_t> own;
  std::string after = "0";
  for (;;) {
    const RedisReply reply =
        redis.Run({"XREADGROUP", "GROUP", options_.group, options_.consumer, "COUNT",
                   std::to_string(kEntriesPerRead), "STREAMS", keys_.stream, after});
    const auto entries = EntriesOf(reply.items.at(0).items.at(1));
    if (entries.empty()) break;
    after = entries.back().id;
    for (const RedisEntry& entry : entries) own.insert(EventNumber(entry.id, 0).value());
    Own(redis, entries, false);
  }
  std::lock_guard lock(shared_.mutex);
  shared_.lanes.OwnOnly(own);
}

bool RedisReader::ReadNews(RedisConnection& redis, Tail& tail, bool waits) {
  RedisCommand command = {"XREAD", "COUNT", std::to_string(kEntriesPerRead)};
  if (waits) command.insert(command.end(), {"BLOCK", std::to_string(options_.block.count())});
  command.insert(command.end(), {"STREAMS", keys_.stream, keys_.dead, keys_.gone, tail.stream,
                                 tail.dead, tail.gone});
  const RedisReply reply = redis.Run(command);
  bool is_all = true;
  for (const RedisReply& stream : reply.items) {
    const std::vector<RedisEntry> entries = EntriesOf(stream.items.at(1));
    is_all = is_all && entries.size() < kEntriesPerRead;
    Take(stream.items.at(0).text, entries, tail);
  }
  return is_all;
}

void RedisReader::Take(const std::string& stream, const std::vector<RedisEntry>& entries,
                       Tail& tail) {
  for (const RedisEntry& entry : entries) {
    if (stream == keys_.gone) {
      tail.gone = entry.id;
      std::lock_guard lock(shared_.mutex);
      for (const auto& [kind, id] : entry.fields) {
        if (kind == "dead") {
          shared_.lanes.RemoveDead(EventNumber(id, 0).value());
        } else {
          shared_.lanes.Remove(EventNumber(id, 0).value());
        }
      }
      continue;
    }
    const std::int64_t number = EventNumber(entry.id, 0).value();
    if (stream == keys_.dead) {
      tail.dead = entry.id;
      std::lock_guard lock(shared_.mutex);
      shared_.lanes.AddDead(number, entry.Field("webhookPath"));
      continue;
    }
    tail.stream = entry.id;
    const Admission admission = AdmissionOf(entry, options_.admit);
    std::lock_guard lock(shared_.mutex);
    shared_.lanes.Add(number, admission.delivery.path, RowsOf(entry, admission.delivery));
  }
}

bool RedisReader::ReadGroup(RedisConnection& redis) {
  bool has_room = false;
  {
    std::lock_guard lock(shared_.mutex);
    has_room = shared_.consuming && shared_.lanes.BusyLanes() < options_.max_lanes;
  }
  const RedisReply reply = redis.Run({"XREADGROUP", "GROUP", options_.group, options_.consumer,
                                      "COUNT", std::to_string(options_.read_count), "STREAMS",
                                      keys_.stream, has_room ? ">" : kNoEntry});
  if (reply.IsNil()) return false;
  const std::vector<RedisEntry> entries = EntriesOf(reply.items.at(0).items.at(1));
  Own(redis, entries, true);
  return !entries.empty();
}

void RedisReader::ClaimStuck(RedisConnection& redis) {
  {
    std::lock_guard lock(shared_.mutex);
    if (!shared_.consuming || clock_.Elapsed() < next_scan_) return;
  }
  next_scan_ = clock_.Elapsed() + options_.scan_interval;
  const std::chrono::milliseconds kept = kConsumerKept;
  for (const RedisReply& consumer :
       redis.Run({"XINFO", "CONSUMERS", keys_.stream, options_.group}).items) {
    const std::string& name = ValueOf(consumer, "name").text;
    const std::int64_t pending = ValueOf(consumer, "pending").integer;
    const std::int64_t idle = ValueOf(consumer, "idle").integer;
    if (name == options_.consumer || idle < options_.stuck_after.count()) continue;
    if (pending > 0) ClaimFrom(redis, name);
    if (pending == 0 && idle > kept.count()) {
      redis.Run({"XGROUP", "DELCONSUMER", keys_.stream, options_.group, name});
    }
  }
}

void RedisReader::ClaimFrom(RedisConnection& redis, const std::string& consumer) {
  logger_.Warning("the events of a consumer that gives no sign of life are taken over",
                  {{"consumer", consumer}});
  const std::string idle = std::to_string(options_.stuck_after.count());
  for (;;) {
    const RedisReply pending = redis.Run({"XPENDING", keys_.stream, options_.group, "IDLE", idle,
                                          "-", "+", std::to_string(kEntriesPerRead), consumer});
    if (pending.items.empty()) return;
    RedisCommand claim = {"XCLAIM", keys_.stream, options_.group, options_.consumer, idle};
    for (const RedisReply& one : pending.items) claim.push_back(one.items.at(0).text);
    Own(redis, EntriesOf(redis.Run(claim)), false);
  }
}

void RedisReader::Own(RedisConnection& redis, const std::vector<RedisEntry>& entries,
                      bool are_new) {
  for (const RedisEntry& entry : entries) OwnOne(redis, entry, are_new);
}

void RedisReader::OwnOne(RedisConnection& redis, const RedisEntry& entry, bool is_new) {
  if (entry.fields.empty()) {
    // Somebody deleted it, and nobody will ever do it.
    redis.Run({"XACK", keys_.stream, options_.group, entry.id});
    return;
  }
  const Admission admission = AdmissionOf(entry, options_.admit);
  const Delivery& delivery = admission.delivery;
  if (delivery.entries.empty()) return Discard(redis, entry, admission);
  std::vector<RedisAttempts> tries;
  if (is_new) {
    const bool may_repeat =
        !IsOurs(entry) && !delivery.id.empty() && options_.dedupe_window.count() > 0;
    if (may_repeat &&
        redis.Run(FirstCommand(keys_, entry, delivery, options_.dedupe_window)).text != entry.id) {
      return Discard(redis, entry, {{}, {}});
    }
  } else {
    RedisCommand command = {"HMGET", keys_.attempts};
    for (const EventRow& row : RowsOf(entry, delivery)) {
      command.push_back(AttemptsField(EventNumber(row.sequence)));
    }
    for (const RedisReply& reply : redis.Run(command).items) tries.push_back(AttemptsOf(reply));
  }
  std::lock_guard lock(shared_.mutex);
  shared_.lanes.Own(EventNumber(entry.id, 0).value(), std::move(tries));
}

/// Acknowledges what nobody here wants, and what does not get in.
void RedisReader::Discard(RedisConnection& redis, const RedisEntry& entry,
                          const Admission& admission) {
  if (!admission.refusal.empty()) {
    logger_.Warning("an event of the stream is dropped: " + admission.refusal,
                    {{"entry", entry.id}, {"path", admission.delivery.path}});
  }
  redis.Run(DoneCommand(keys_, options_.group, EventNumber(entry.id, 0), 1, clock_.Now()));
}

void RedisReader::TellReady() const {
  std::function<void()> tell;
  {
    std::lock_guard lock(shared_.mutex);
    if (shared_.lanes.HasReady()) tell = shared_.on_ready;
  }
  if (tell) tell();
}

}  // namespace ocean::state
