#include "event_writer.hpp"

#include <utility>

#include "ocean/base/error.hpp"
#include "ocean/base/hash.hpp"

namespace ocean::state {

namespace {

/// Bounds a batch: answers wait for its end.
constexpr std::size_t kMaxBatch = 2048;
constexpr std::chrono::seconds kProbeInterval{1};

constexpr auto kStarting = "starting";

/// Separates what must be told at once from what can wait for better times.
bool IsAppend(const Operation& operation) {
  return std::holds_alternative<Incoming>(operation);
}

}  // namespace

std::int64_t BytesOf(const Delivery& delivery) {
  return static_cast<std::int64_t>(delivery.body.size() + delivery.headers.size());
}

Usage UsageOf(const Delivery& delivery) {
  const auto events = static_cast<std::int64_t>(delivery.entries.size());
  return {events, events * BytesOf(delivery)};
}

std::string DeliveryKey(const std::string& path, const std::string& id) {
  return HashPair(path, id).Hex();
}

EventWriter::EventWriter(BatchSink& sink, Options options, Clock& clock, Logger logger)
    : sink_(sink),
      options_(std::move(options)),
      clock_(clock),
      logger_(std::move(logger)),
      problem_(kStarting),
      thread_([this](const std::stop_token& stop) { Run(stop); }) {}

void EventWriter::Append(Delivery delivery, EventQueue::Answer answer) {
  const Usage usage = UsageOf(delivery);
  const Usage stored = sink_.Stored(delivery.path);
  bool fits = false;
  {
    std::lock_guard lock(mutex_);
    Usage& coming = coming_[delivery.path];
    fits = stored.events + coming.events + usage.events <= options_.max_events &&
           stored.bytes + coming.bytes + usage.bytes <= options_.max_bytes;
    if (fits) coming.Add(usage);
  }
  if (!fits) return answer(AppendOutcome::kFull);
  Post(Incoming{std::move(delivery), std::move(answer), clock_.Now()});
}

void EventWriter::Post(Operation operation) {
  {
    std::lock_guard lock(mutex_);
    if (IsAppend(operation)) ++queued_appends_;
    queue_.push_back(std::move(operation));
  }
  wake_.notify_all();
}

std::string EventWriter::problem() const {
  std::lock_guard lock(mutex_);
  return problem_;
}

void EventWriter::Run(const std::stop_token& stop) {
  std::vector<Operation> batch;
  // The first batch is empty: it opens what is written to, so that its state is known from the start.
  do {
    Write(batch, stop);
    batch = NextBatch(stop);
  } while (!batch.empty() || !stop.stop_requested());
}

/// Waits for work; while something is wrong, for something new to store, or for the time of the next probe.
std::vector<Operation> EventWriter::NextBatch(const std::stop_token& stop) {
  std::unique_lock lock(mutex_);
  if (problem_.empty()) {
    wake_.wait(lock, stop, [this] { return !queue_.empty(); });
  } else {
    wake_.wait_for(lock, stop, kProbeInterval, [this] { return queued_appends_ > 0; });
  }
  std::vector<Operation> batch;
  while (!queue_.empty() && batch.size() < kMaxBatch) {
    if (IsAppend(queue_.front())) --queued_appends_;
    batch.push_back(std::move(queue_.front()));
    queue_.pop_front();
  }
  return batch;
}

void EventWriter::Write(std::vector<Operation>& batch, const std::stop_token& stop) {
  std::string failure;
  try {
    sink_.Write(batch);
  } catch (const Error& error) {
    failure = error.what();
  }
  NoteProblem(failure);
  {
    std::lock_guard lock(mutex_);
    for (Operation& operation : batch) {
      auto* incoming = std::get_if<Incoming>(&operation);
      if (incoming == nullptr) continue;
      coming_[incoming->delivery.path].Subtract(UsageOf(incoming->delivery));
      if (!failure.empty()) incoming->outcome = AppendOutcome::kFailed;
    }
  }
  AnswerAll(batch);
  if (failure.empty() || stop.stop_requested()) return;
  // What was done stays to be written: else it would be done again after the next start.
  std::lock_guard lock(mutex_);
  for (auto it = batch.rbegin(); it != batch.rend(); ++it) {
    if (!IsAppend(*it)) queue_.push_front(std::move(*it));
  }
}

void EventWriter::AnswerAll(std::vector<Operation>& batch) const {
  bool any_stored = false;
  for (Operation& operation : batch) {
    auto* incoming = std::get_if<Incoming>(&operation);
    if (incoming == nullptr) continue;
    any_stored |= incoming->outcome == AppendOutcome::kStored;
    incoming->answer(incoming->outcome);
  }
  if (any_stored && options_.on_stored) options_.on_stored();
}

void EventWriter::NoteProblem(const std::string& news) {
  std::string before;
  {
    std::lock_guard lock(mutex_);
    before = std::exchange(problem_, news);
  }
  if (before == news) return;
  if (!news.empty()) {
    logger_.Error("live events cannot be stored, and are refused: " + news);
  } else if (before != kStarting) {
    logger_.Info("live events can be stored again");
  }
}

}  // namespace ocean::state
