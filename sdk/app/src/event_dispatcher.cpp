#include "event_dispatcher.hpp"

#include <algorithm>
#include <utility>

#include "ocean/base/error.hpp"

namespace ocean::app {

namespace {

constexpr std::size_t kRowsPerRead = 1000;
/// How often the queue is looked at without a call: people may replay events from another process.
constexpr Duration kTick = std::chrono::seconds(1);
constexpr Duration kFirstWait = std::chrono::seconds(1);
constexpr Duration kLongestWait = std::chrono::seconds(60);

LogFields FieldsOf(const state::EventRow& row) {
  return {{"event", std::to_string(row.sequence)},
          {"path", row.path},
          {"processor", row.processor},
          {"attempts", std::to_string(row.attempts + 1)}};
}

Duration WaitAfter(int waits) {
  return std::min(kLongestWait, kFirstWait * (1 << std::min(waits, 6)));
}

}  // namespace

/// Cancels one run when its time is over.
class EventDispatcher::TimeLimit {
 public:
  explicit TimeLimit(EventDispatcher& dispatcher)
      : dispatcher_(dispatcher), source_(dispatcher.stop_.Token()) {
    const Duration now = dispatcher.parts_.clock.Elapsed();
    std::lock_guard lock(dispatcher.mutex_);
    auto& running = dispatcher.running_;
    place_ = running.insert(running.end(), {now + dispatcher.options_.max_processing, &source_});
  }
  TimeLimit(const TimeLimit&) = delete;
  TimeLimit& operator=(const TimeLimit&) = delete;
  ~TimeLimit() {
    std::lock_guard lock(dispatcher_.mutex_);
    dispatcher_.running_.erase(place_);
  }
  std::stop_token Token() const { return source_.Token(); }

 private:
  EventDispatcher& dispatcher_;
  LinkedStopSource source_;
  std::list<Running>::iterator place_;
};

EventDispatcher::EventDispatcher(Parts parts, Options options)
    : parts_(std::move(parts)), options_(std::move(options)), stop_(options_.stop) {}

EventDispatcher::~EventDispatcher() {
  parts_.queue.OnStored({});
  stop_.RequestStop();
}

void EventDispatcher::Start() {
  parts_.queue.OnStored([this] { Wake(); });
  threads_.emplace_back([this] { Feed(); });
  for (int i = 0; i < options_.workers; ++i) threads_.emplace_back([this] { Work(); });
}

void EventDispatcher::Wake() {
  std::stop_source wake;
  {
    std::lock_guard lock(mutex_);
    wake = wake_;
  }
  wake.request_stop();
}

/// Brings rows from the queue and lanes whose time has come to the workers.
void EventDispatcher::Feed() {
  const std::stop_token stop = stop_.Token();
  while (!stop.stop_requested()) {
    LinkedStopSource awake(stop);
    std::stop_source news;
    {
      std::lock_guard lock(mutex_);
      wake_ = news;
    }
    // What is stored from here on ends the sleep below.
    const std::stop_callback on_news(news.get_token(), [&] { awake.RequestStop(); });
    LoadNew();
    CheckTime();
    parts_.clock.SleepFor(UntilNextTurn(), awake.Token());
  }
}

void EventDispatcher::LoadNew() {
  try {
    std::vector<state::EventRow> rows;
    do {
      rows = parts_.queue.Take(kRowsPerRead);
      std::lock_guard lock(mutex_);
      for (state::EventRow& row : rows) {
        const std::string name = row.Lane();
        const auto [lane, is_new] = lanes_.try_emplace(name);
        const Duration delay = row.not_before - parts_.clock.Now();
        lane->second.rows.push_back(std::move(row));
        if (!is_new) continue;
        if (delay > Duration::zero()) {
          delayed_.emplace(parts_.clock.Elapsed() + delay, name);
        } else {
          ready_.push_back(name);
        }
      }
      has_ready_.notify_all();
    } while (rows.size() == kRowsPerRead);
    queue_reads_ = true;
  } catch (const Error& error) {
    // Once per outage.
    if (std::exchange(queue_reads_, false)) {
      parts_.logger.Error("stored events cannot be read: " + std::string(error.what()));
    }
  }
}

void EventDispatcher::CheckTime() {
  const Duration now = parts_.clock.Elapsed();
  std::lock_guard lock(mutex_);
  while (!delayed_.empty() && delayed_.begin()->first <= now) {
    ready_.push_back(std::move(delayed_.begin()->second));
    delayed_.erase(delayed_.begin());
  }
  for (const Running& one : running_) {
    if (one.deadline <= now) one.stop->RequestStop();
  }
  has_ready_.notify_all();
}

Duration EventDispatcher::UntilNextTurn() const {
  std::lock_guard lock(mutex_);
  if (delayed_.empty()) return kTick;
  return std::clamp(delayed_.begin()->first - parts_.clock.Elapsed(), Duration::zero(), kTick);
}

void EventDispatcher::Work() {
  const std::stop_token stop = stop_.Token();
  for (;;) {
    Task task;
    {
      std::unique_lock lock(mutex_);
      if (!has_ready_.wait(lock, stop, [this] { return !ready_.empty(); })) return;
      if (stop.stop_requested()) return;
      task = Take();
    }
    RunTask(task);
  }
}

/// Called with the lock held. The lane stays away from others until it is released.
EventDispatcher::Task EventDispatcher::Take() {
  Task task{std::move(ready_.front()), {}};
  ready_.pop_front();
  const Lane& lane = lanes_.at(task.lane);
  const WebhookProcessor* processor = parts_.runner.Find(lane.rows.front());
  const bool all = processor != nullptr && processor->Refetches();
  task.rows.assign(lane.rows.begin(), all ? lane.rows.end() : lane.rows.begin() + 1);
  return task;
}

void EventDispatcher::RunTask(const Task& task) {
  try {
    Settle(task, RunEvent(task.newest()));
  } catch (const Error& error) {
    const bool cancelled = error.kind() == ErrorKind::kCancelled;
    // It stays in the queue for the next start.
    if (cancelled && stop_.Token().stop_requested()) return;
    Settle(task, cancelled ? EventVerdict{EventOutcome::kRetry,
                                          "it took longer than max_event_processing_seconds"}
                           : EventVerdict{EventOutcome::kWait, error.what()});
  } catch (const std::exception& error) {
    Settle(task, {EventOutcome::kDead, error.what()});
  }
}

EventVerdict EventDispatcher::RunEvent(const state::EventRow& row) {
  const auto content = parts_.queue.Content(row.sequence);
  // Somebody dropped it.
  if (!content) return {};
  const TimeLimit limit(*this);
  return parts_.runner.Run(row, *content, limit.Token());
}

void EventDispatcher::Settle(const Task& task, EventVerdict verdict) {
  const WebhookProcessor* processor = parts_.runner.Find(task.newest());
  const RetryPolicy policy = processor != nullptr ? processor->Retry() : RetryPolicy{};
  const bool spent = task.newest().attempts + 1 >= policy.max_attempts;
  if (verdict.outcome == EventOutcome::kRetry && spent) verdict.outcome = EventOutcome::kDead;

  // Whatever becomes of the newest, older events that it stands for are settled.
  const bool settled =
      verdict.outcome == EventOutcome::kDone || verdict.outcome == EventOutcome::kDead;
  std::vector<std::int64_t> done;
  for (const state::EventRow& row : task.rows) done.push_back(row.sequence);
  counts_.coalesced += static_cast<std::int64_t>(done.size()) - 1;
  if (verdict.outcome != EventOutcome::kDone) done.pop_back();
  if (!done.empty()) parts_.queue.Done(std::move(done));
  Forget(task.lane, task.rows.size() - (settled ? 0 : 1));

  Duration delay{};
  if (verdict.outcome == EventOutcome::kDone) {
    ++counts_.done;
  } else if (verdict.outcome == EventOutcome::kDead) {
    GiveUp(task, verdict.error);
  } else {
    delay = TryLater(task, verdict);
  }
  Release(task.lane, delay);
}

void EventDispatcher::Forget(const std::string& name, std::size_t count) {
  std::lock_guard lock(mutex_);
  Lane& lane = lanes_.at(name);
  lane.rows.erase(lane.rows.begin(), lane.rows.begin() + static_cast<std::ptrdiff_t>(count));
}

void EventDispatcher::GiveUp(const Task& task, const std::string& error) {
  const state::EventRow& row = task.newest();
  ++counts_.dead;
  parts_.queue.Bury(row.sequence, row.attempts + 1, error);
  parts_.logger.Error("an event is given up; `ocean events` shows it: " + error, FieldsOf(row));
}

Duration EventDispatcher::TryLater(const Task& task, const EventVerdict& verdict) {
  const state::EventRow& row = task.newest();
  const int attempts = row.attempts + 1;
  Duration delay{};
  {
    std::lock_guard lock(mutex_);
    Lane& lane = lanes_.at(task.lane);
    if (verdict.outcome == EventOutcome::kWait) {
      delay = WaitAfter(lane.waits++);
    } else {
      delay = parts_.runner.Find(row)->Retry().DelayAfter(attempts);
      lane.rows.front().attempts = attempts;
      lane.waits = 0;
    }
  }
  ++counts_.failed_attempts;
  if (verdict.outcome == EventOutcome::kRetry) {
    parts_.queue.Retry(row.sequence, attempts, parts_.clock.Now() + delay, verdict.error);
  }
  parts_.logger.Warning("an event is tried again later: " + verdict.error, FieldsOf(row));
  return delay;
}

void EventDispatcher::Release(const std::string& name, Duration delay) {
  {
    std::lock_guard lock(mutex_);
    if (lanes_.at(name).rows.empty()) {
      lanes_.erase(name);
      return;
    }
    if (delay > Duration::zero()) {
      delayed_.emplace(parts_.clock.Elapsed() + delay, name);
    } else {
      ready_.push_back(name);
    }
  }
  has_ready_.notify_one();
  if (delay > Duration::zero()) Wake();
}

}  // namespace ocean::app
