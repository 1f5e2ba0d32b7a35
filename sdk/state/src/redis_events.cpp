#include "redis_events.hpp"

#include <chrono>

#include "event_writer.hpp"
#include "ocean/base/error.hpp"
#include "ocean/base/hash.hpp"
#include "ocean/base/json.hpp"
#include "ocean/base/text.hpp"

namespace ocean::state {

namespace {

constexpr int kIndexBits = 5;
constexpr int kCountBits = 16;
/// Processes that were away for longer begin anew, and need no notes.
constexpr std::chrono::minutes kNotesKept{10};

constexpr auto kAppend = R"lua(
if KEYS[2] and not redis.call('SET', KEYS[2], '*', 'NX', 'EX', ARGV[1]) then return 0 end
redis.call('XADD', KEYS[1], '*', unpack(ARGV, 2))
return 1
)lua";

constexpr auto kFirst = R"lua(
local known = redis.call('GET', KEYS[1])
if known then return known end
redis.call('SET', KEYS[1], ARGV[1], 'EX', ARGV[2])
return ARGV[1]
)lua";

/// Begins what follows; ends with `settle`, which marks one event of an entry as done.
constexpr auto kSettle = R"lua(
local stream, attempts, gone = KEYS[1], KEYS[2], KEYS[3]
local group, entry, index, count, oldest = ARGV[1], ARGV[2], ARGV[3], tonumber(ARGV[4]), ARGV[5]
local function note(kind, id) redis.call('XADD', gone, 'MINID', '~', oldest, '*', kind, id) end
local function settle()
  redis.call('HSET', attempts, entry .. '/' .. index, 'done')
  for i = 0, count - 1 do
    if redis.call('HGET', attempts, entry .. '/' .. i) ~= 'done' then return end
  end
  for i = 0, count - 1 do redis.call('HDEL', attempts, entry .. '/' .. i) end
  redis.call('XACK', stream, group, entry)
  redis.call('XDEL', stream, entry)
  note('pending', entry)
end
if #redis.call('XRANGE', stream, entry, entry) == 0 then return 0 end
if redis.call('HGET', attempts, entry .. '/' .. index) == 'done' then return 0 end
)lua";

constexpr auto kDone = "settle() return 1";

constexpr auto kBury = R"lua(
local dead = KEYS[4]
redis.call('XADD', dead, '*', unpack(ARGV, 7))
while redis.call('XLEN', dead) > tonumber(ARGV[6]) do
  local id = redis.call('XRANGE', dead, '-', '+', 'COUNT', 1)[1][1]
  redis.call('XDEL', dead, id)
  note('dead', id)
end
settle()
return 1
)lua";

constexpr auto kRetry = R"lua(
if #redis.call('XRANGE', KEYS[1], ARGV[1], ARGV[1]) == 0 then return 0 end
redis.call('HSET', KEYS[2], ARGV[2], ARGV[3])
return 1
)lua";

constexpr auto kForgetDead = R"lua(
if redis.call('XDEL', KEYS[1], ARGV[1]) == 0 then return 0 end
redis.call('XADD', KEYS[2], 'MINID', '~', ARGV[2], '*', 'dead', ARGV[1])
return 1
)lua";

RedisCommand Script(const std::string& text, const std::vector<std::string>& keys,
                    const std::vector<std::string>& arguments) {
  RedisCommand command = {"EVAL", text, std::to_string(keys.size())};
  command.insert(command.end(), keys.begin(), keys.end());
  command.insert(command.end(), arguments.begin(), arguments.end());
  return command;
}

std::int64_t Milliseconds(TimePoint time) {
  return std::chrono::duration_cast<std::chrono::milliseconds>(time.time_since_epoch()).count();
}

std::string OldestNote(TimePoint now) {
  return std::to_string(Milliseconds(now - kNotesKept));
}

RedisCommand SettleScript(const RedisKeys& keys, const char* rest, const std::string& group,
                          const EventNumber& number, std::size_t count, TimePoint now,
                          const std::vector<std::string>& more) {
  std::vector<std::string> arguments = {group, number.Entry(), std::to_string(number.Index()),
                                        std::to_string(count), OldestNote(now)};
  arguments.insert(arguments.end(), more.begin(), more.end());
  return Script(std::string(kSettle) + rest, {keys.stream, keys.attempts, keys.gone, keys.dead},
                arguments);
}

std::string ClaimsOf(const Delivery& delivery) {
  Json claims = Json::array();
  for (const EventEntry& entry : delivery.entries) {
    claims.push_back({entry.processor, entry.key, entry.kinds});
  }
  return DumpJson(claims);
}

}  // namespace

RedisKeys::RedisKeys(std::string the_stream)
    : stream(std::move(the_stream)), prefix_("{" + stream + "}:") {
  attempts = prefix_ + "attempts";
  dead = prefix_ + "dead";
  gone = prefix_ + "gone";
}

std::string RedisKeys::Seen(const std::string& path, const std::string& delivery_id) const {
  return prefix_ + "seen:" + DeliveryKey(path, delivery_id);
}

EventNumber::EventNumber(std::string_view entry, int index) {
  const auto dash = entry.find('-');
  const auto time = ParseInt(entry.substr(0, dash));
  const auto count = dash == std::string_view::npos ? std::optional<std::int64_t>(0)
                                                    : ParseInt(entry.substr(dash + 1));
  constexpr std::int64_t kLatest = std::int64_t{1} << (63 - kCountBits - kIndexBits);
  if (!time || !count || *time < 0 || *time >= kLatest || *count < 0 ||
      *count >= (1 << kCountBits)) {
    throw Error(ErrorKind::kPermanent, "an entry of the stream has the id " + std::string(entry) +
                                           ", which no clock makes");
  }
  number_ = (((*time << kCountBits) | *count) << kIndexBits) | index;
}

std::string EventNumber::Entry() const {
  const std::int64_t entry = number_ >> kIndexBits;
  return std::to_string(entry >> kCountBits) + "-" +
         std::to_string(entry & ((1 << kCountBits) - 1));
}

const std::string& RedisEntry::Field(std::string_view name) const {
  static const std::string kNone;
  const auto found = fields.find(name);
  return found != fields.end() ? found->second : kNone;
}

RedisEntry EntryOf(const RedisReply& item) {
  RedisEntry entry{item.items.at(0).text, {}};
  const std::vector<RedisReply>& words = item.items.at(1).items;
  for (std::size_t i = 0; i + 1 < words.size(); i += 2) {
    entry.fields[words[i].text] = words[i + 1].text;
  }
  return entry;
}

std::vector<RedisEntry> EntriesOf(const RedisReply& list) {
  std::vector<RedisEntry> entries;
  for (const RedisReply& item : list.items) entries.push_back(EntryOf(item));
  return entries;
}

std::optional<RedisEntry> ReadEntry(RedisConnection& redis, const std::string& key,
                                    const std::string& id) {
  std::vector<RedisEntry> entries = EntriesOf(redis.Run({"XRANGE", key, id, id}));
  if (entries.empty()) return std::nullopt;
  return std::move(entries.front());
}

TimePoint ReceivedAt(const RedisEntry& entry) {
  const auto queued = ParseInt(entry.Field("queuedAt"));
  if (queued)
    return TimePoint(std::chrono::duration_cast<Duration>(std::chrono::nanoseconds(*queued)));
  const auto time = ParseInt(entry.id.substr(0, entry.id.find('-')));
  return TimePoint(std::chrono::milliseconds(time.value_or(0)));
}

bool IsOurs(const RedisEntry& entry) {
  return entry.fields.contains("claims");
}

Admission AdmissionOf(const RedisEntry& entry, const Admit& admit) {
  const std::string& said = entry.Field("webhookPath");
  Admission admission{{.path = said.starts_with('/') ? said : "/" + said,
                       .headers = entry.Field("headers"),
                       .body = entry.Field("payload")}};
  Delivery& delivery = admission.delivery;
  if (!IsOurs(entry)) {
    if (!admit) return admission;
    return admit({delivery.path, delivery.headers, delivery.body, ReceivedAt(entry)});
  }
  try {
    for (const Json& claim : ParseJson(entry.Field("claims"), "the claims of an event")) {
      delivery.entries.push_back({claim.at(0).get<std::string>(), claim.at(1).get<std::string>(),
                                  claim.at(2).get<std::string>()});
    }
  } catch (const std::exception& error) {
    delivery.entries.clear();
    admission.refusal = error.what();
  }
  return admission;
}

std::vector<EventRow> RowsOf(const RedisEntry& entry, const Delivery& delivery) {
  std::vector<EventRow> rows;
  for (const EventEntry& claim : delivery.entries) {
    rows.push_back({.sequence = EventNumber(entry.id, static_cast<int>(rows.size())).value(),
                    .path = delivery.path,
                    .processor = claim.processor,
                    .key = claim.key,
                    .kinds = claim.kinds,
                    .received_at = ReceivedAt(entry),
                    .bytes = BytesOf(delivery)});
  }
  return rows;
}

EventRow DeadRowOf(const RedisEntry& entry) {
  EventRow row = RowsOf(entry, AdmissionOf(entry, {}).delivery).at(0);
  row.sequence = EventNumber(entry.id, EventNumber::kDead).value();
  row.attempts = static_cast<int>(ParseInt(entry.Field("attempts")).value_or(0));
  row.dead = true;
  row.error = entry.Field("error");
  return row;
}

RedisAttempts AttemptsOf(const RedisReply& reply) {
  if (reply.IsNil()) return {};
  if (reply.text == "done") return {.done = true};
  const Json kept = ParseJson(reply.text, "the attempts of an event");
  return {.attempts = kept.at("attempts"),
          .not_before = TimePoint(Duration(kept.at("not_before").get<std::int64_t>())),
          .error = kept.at("error")};
}

std::string AttemptsField(const EventNumber& number) {
  return number.Entry() + "/" + std::to_string(number.Index());
}

RedisCommand FieldsOf(const Delivery& delivery, TimePoint received_at) {
  const std::chrono::nanoseconds queued = received_at.time_since_epoch();
  return {"eventId",     delivery.id.empty() ? RandomUuid() : delivery.id,
          "webhookPath", delivery.path,
          "payload",     delivery.body,
          "headers",     delivery.headers,
          "queuedAt",    std::to_string(queued.count()),
          "claims",      ClaimsOf(delivery)};
}

RedisCommand AppendCommand(const RedisKeys& keys, const Delivery& delivery, TimePoint received_at,
                           std::chrono::seconds window) {
  std::vector<std::string> names = {keys.stream};
  if (!delivery.id.empty() && window.count() > 0) {
    names.push_back(keys.Seen(delivery.path, delivery.id));
  }
  std::vector<std::string> arguments = FieldsOf(delivery, received_at);
  arguments.insert(arguments.begin(), std::to_string(window.count()));
  return Script(kAppend, names, arguments);
}

RedisCommand FirstCommand(const RedisKeys& keys, const RedisEntry& entry, const Delivery& delivery,
                          std::chrono::seconds window) {
  return Script(kFirst, {keys.Seen(delivery.path, delivery.id)},
                {entry.id, std::to_string(window.count())});
}

RedisCommand DoneCommand(const RedisKeys& keys, const std::string& group, const EventNumber& number,
                         std::size_t count, TimePoint now) {
  return SettleScript(keys, kDone, group, number, count, now, {});
}

RedisCommand RetryCommand(const RedisKeys& keys, const EventNumber& number,
                          const RedisAttempts& attempts) {
  const Json kept = {{"attempts", attempts.attempts},
                     {"not_before", attempts.not_before.time_since_epoch().count()},
                     {"error", attempts.error}};
  return Script(kRetry, {keys.stream, keys.attempts},
                {number.Entry(), AttemptsField(number), DumpJson(kept)});
}

RedisCommand BuryCommand(const RedisKeys& keys, const std::string& group, const EventRow& row,
                         std::size_t count, const EventContent& content, TimePoint now,
                         std::int64_t max_dead) {
  const Delivery alone{.path = row.path,
                       .headers = content.headers,
                       .body = content.body,
                       .entries = {{row.processor, row.key, row.kinds}}};
  std::vector<std::string> fields = FieldsOf(alone, row.received_at);
  fields.insert(fields.end(), {"attempts", std::to_string(row.attempts), "error", row.error});
  fields.insert(fields.begin(), std::to_string(max_dead));
  return SettleScript(keys, kBury, group, EventNumber(row.sequence), count, now, fields);
}

RedisCommand ForgetDeadCommand(const RedisKeys& keys, const std::string& id, TimePoint now) {
  return Script(kForgetDead, {keys.dead, keys.gone}, {id, OldestNote(now)});
}

}  // namespace ocean::state
