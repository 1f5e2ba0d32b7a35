#include "log_shipper.hpp"

#include <unistd.h>

#include <algorithm>
#include <array>
#include <condition_variable>
#include <deque>
#include <iterator>
#include <mutex>
#include <stop_token>
#include <thread>
#include <utility>
#include <vector>

#include "ocean/base/error.hpp"
#include "ocean/base/hash.hpp"

namespace ocean::app {

namespace {

std::string HostName() {
  std::array<char, 256> name{};
  return gethostname(name.data(), name.size() - 1) == 0 ? std::string(name.data()) : "";
}

/// With microseconds, as Port has it.
std::string Timestamp(TimePoint time) {
  const auto micros =
      std::chrono::duration_cast<std::chrono::microseconds>(time.time_since_epoch()).count() % 1000;
  std::string digits = std::to_string(1000 + (micros < 0 ? micros + 1000 : micros)).substr(1);
  std::string text = FormatIso8601(time);
  return text.insert(text.size() - 1, digits);
}

}  // namespace

/// What one request sends.
struct LogShipper::Batch {
  std::vector<LogRecord> records;
  /// So many before them were dropped.
  std::size_t dropped = 0;
};

struct LogShipper::State {
  State(Options the_options, Logger the_logger)
      : options(the_options), logger(std::move(the_logger)) {}

  const Options options;
  const Logger logger;
  const std::string host = HostName();
  const std::string instance = RandomUuid();
  Send send;
  std::jthread sender;

  std::mutex mutex;
  std::condition_variable_any wake;
  std::deque<LogRecord> records;
  std::size_t dropped = 0;
  bool ended = false;

  void Add(const LogRecord& record);
  void Drive(const std::stop_token& stop);
  Batch Take();
  void PutBack(Batch batch);
  Json ToJson(const Batch& batch) const;
  Json ToJson(const LogRecord& record) const;
  bool SendBatch();
};

void LogShipper::State::Add(const LogRecord& record) {
  {
    std::lock_guard lock(mutex);
    if (ended) return;
    records.push_back(record);
    if (records.size() > options.capacity) {
      records.pop_front();
      ++dropped;
    }
    if (records.size() < options.batch) return;
  }
  wake.notify_one();
}

LogShipper::Batch LogShipper::State::Take() {
  std::lock_guard lock(mutex);
  const auto end =
      records.begin() + static_cast<std::ptrdiff_t>(std::min(records.size(), options.batch));
  Batch batch{{std::make_move_iterator(records.begin()), std::make_move_iterator(end)}};
  records.erase(records.begin(), end);
  if (!batch.records.empty()) batch.dropped = std::exchange(dropped, 0);
  return batch;
}

void LogShipper::State::PutBack(Batch batch) {
  std::lock_guard lock(mutex);
  dropped += batch.dropped;
  records.insert(records.begin(), std::make_move_iterator(batch.records.begin()),
                 std::make_move_iterator(batch.records.end()));
  for (; records.size() > options.capacity; records.pop_front()) ++dropped;
}

Json LogShipper::State::ToJson(const Batch& batch) const {
  Json logs = Json::array();
  if (batch.dropped > 0) {
    logs.push_back(
        ToJson({.time = batch.records.front().time,
                .level = LogLevel::kWarning,
                .message = std::to_string(batch.dropped) + " log records were dropped here",
                .fields = {}}));
  }
  for (const LogRecord& record : batch.records) logs.push_back(ToJson(record));
  return logs;
}

Json LogShipper::State::ToJson(const LogRecord& record) const {
  Json extra = {{"hostname", host}, {"instance", instance}};
  for (const auto& [name, value] : record.fields) extra[name] = value;
  return {{"message", record.message},
          {"level", ToString(record.level)},
          {"timestamp", Timestamp(record.time)},
          {"extra", std::move(extra)}};
}

/// False when the batch could not be sent; it is kept.
bool LogShipper::State::SendBatch() {
  Batch batch = Take();
  if (batch.records.empty()) return true;
  try {
    send(ToJson(batch));
    return true;
  } catch (const Error& error) {
    PutBack(std::move(batch));
    if (error.kind() != ErrorKind::kCancelled)
      logger.Debug("log records could not be sent to Port: " + std::string(error.what()));
    return false;
  }
}

void LogShipper::State::Drive(const std::stop_token& stop) {
  bool in_outage = false;
  while (!stop.stop_requested()) {
    {
      std::unique_lock lock(mutex);
      wake.wait_for(lock, stop, options.interval,
                    [&] { return !in_outage && records.size() >= options.batch; });
    }
    if (stop.stop_requested()) break;
    const bool sent = SendBatch();
    if (!sent && !in_outage) logger.Warning("log records cannot be sent to Port; trying on");
    in_outage = !sent;
  }
  while (SendBatch()) {
    std::lock_guard lock(mutex);
    if (records.empty()) return;
  }
}

LogShipper::LogShipper(Options options, const Logger& logger)
    : state_(std::make_shared<State>(options, logger)) {
  logger.AddSink([state = std::weak_ptr(state_)](const LogRecord& record) {
    if (const auto alive = state.lock()) alive->Add(record);
  });
}

LogShipper::~LogShipper() {
  Stop();
}

void LogShipper::Start(Send send) {
  state_->send = std::move(send);
  state_->sender =
      std::jthread([state = state_.get()](const std::stop_token& stop) { state->Drive(stop); });
}

void LogShipper::Stop() {
  state_->sender = {};
  std::lock_guard lock(state_->mutex);
  state_->ended = true;
  state_->records.clear();
}

}  // namespace ocean::app
