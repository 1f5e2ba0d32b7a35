#include <algorithm>

#include "ocean/base/error.hpp"
#include "redis_events.hpp"

namespace ocean::state {

namespace {

/// Bounds what one answer holds.
constexpr auto kEntriesPerRead = "200";

template <class Visit>
void ForEachEntry(RedisConnection& redis, const std::string& key, Visit&& visit) {
  std::string after = "-";
  for (;;) {
    const auto entries =
        EntriesOf(redis.Run({"XRANGE", key, after, "+", "COUNT", kEntriesPerRead}));
    if (entries.empty()) return;
    for (const RedisEntry& entry : entries) visit(entry);
    after = "(" + entries.back().id;
  }
}

/// What can be said of a foreign event before one of its processors has seen it.
Delivery Described(const RedisEntry& entry) {
  Delivery delivery = AdmissionOf(entry, {}).delivery;
  if (delivery.entries.empty()) delivery.entries.push_back({});
  return delivery;
}

}  // namespace

struct RedisDesk::Impl {
  /// Of an entry of the stream; those that are done already are left out.
  std::vector<EventRow> PendingRows(const RedisEntry& entry) {
    std::vector<EventRow> rows;
    for (EventRow& row : RowsOf(entry, Described(entry))) {
      const EventNumber number(row.sequence);
      const RedisAttempts tries =
          AttemptsOf(redis.Run({"HGET", keys.attempts, AttemptsField(number)}));
      if (tries.done) continue;
      row.attempts = tries.attempts;
      row.not_before = tries.not_before;
      row.error = tries.error;
      rows.push_back(std::move(row));
    }
    return rows;
  }

  std::optional<RedisEntry> Entry(const EventNumber& number) {
    return ReadEntry(redis, number.IsDead() ? keys.dead : keys.stream, number.Entry());
  }

  RedisConnection redis;
  const RedisKeys keys;
  const std::string group;
};

RedisDesk::RedisDesk(const RedisAddress& address, std::string stream, std::string group)
    : impl_(new Impl{RedisConnection(address, std::chrono::milliseconds(0)),
                     RedisKeys(std::move(stream)), std::move(group)}) {}

RedisDesk::~RedisDesk() = default;

std::vector<EventRow> RedisDesk::List() const {
  std::vector<EventRow> rows;
  ForEachEntry(impl_->redis, impl_->keys.stream, [&](const RedisEntry& entry) {
    for (EventRow& row : impl_->PendingRows(entry)) rows.push_back(std::move(row));
  });
  ForEachEntry(impl_->redis, impl_->keys.dead,
               [&](const RedisEntry& entry) { rows.push_back(DeadRowOf(entry)); });
  std::sort(rows.begin(), rows.end(), [](const EventRow& left, const EventRow& right) {
    return left.sequence < right.sequence;
  });
  return rows;
}

std::optional<EventRow> RedisDesk::Find(std::int64_t sequence) const {
  const EventNumber number(sequence);
  const auto entry = impl_->Entry(number);
  if (!entry) return std::nullopt;
  if (number.IsDead()) return DeadRowOf(*entry);
  for (EventRow& row : impl_->PendingRows(*entry)) {
    if (row.sequence == sequence) return std::move(row);
  }
  return std::nullopt;
}

std::optional<EventContent> RedisDesk::Content(std::int64_t sequence) const {
  const auto entry = impl_->Entry(EventNumber(sequence));
  if (!entry) return std::nullopt;
  return EventContent{entry->Field("headers"), entry->Field("payload")};
}

std::optional<std::int64_t> RedisDesk::Replay(std::int64_t sequence) {
  const EventNumber number(sequence);
  const auto entry = impl_->Entry(number);
  const auto row = Find(sequence);
  if (!entry || !row) return std::nullopt;
  RedisCommand append = {"XADD", impl_->keys.stream, "*"};
  if (IsOurs(*entry)) {
    const Delivery alone{.path = row->path,
                         .headers = entry->Field("headers"),
                         .body = entry->Field("payload"),
                         .entries = {{row->processor, row->key, row->kinds}}};
    const RedisCommand fields = FieldsOf(alone, row->received_at);
    append.insert(append.end(), fields.begin(), fields.end());
  } else {
    for (const auto& [name, value] : entry->fields) append.insert(append.end(), {name, value});
  }
  const std::string id = impl_->redis.Run(append).text;
  Drop(sequence);
  return EventNumber(id, 0).value();
}

bool RedisDesk::Drop(std::int64_t sequence) {
  const EventNumber number(sequence);
  const TimePoint now = Clock::System().Now();
  if (number.IsDead()) {
    return impl_->redis.Run(ForgetDeadCommand(impl_->keys, number.Entry(), now)).integer != 0;
  }
  const auto entry = impl_->Entry(number);
  if (!entry) return false;
  const std::size_t count = Described(*entry).entries.size();
  return impl_->redis.Run(DoneCommand(impl_->keys, impl_->group, number, count, now)).integer != 0;
}

}  // namespace ocean::state
