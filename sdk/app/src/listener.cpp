#include "listener.hpp"

#include <algorithm>
#include <thread>
#include <utility>

#include "ocean/base/error.hpp"
#include "ocean/base/stop.hpp"

namespace ocean::app {

namespace {

/// How long to wait where nothing is planned.
constexpr Duration kNoPlan = std::chrono::hours(24);

}  // namespace

void RequireSupported(config::EventListenerType type) {
  using enum config::EventListenerType;
  if (type != kActionsOnly) return;
  throw Error(ErrorKind::kConfig,
              "event_listener.type: " + NameOf(type) +
                  " is not supported: use POLLING, ONCE, WEBHOOK, KAFKA or WEBHOOKS_ONLY");
}

void ResyncRequests::Ask(std::string trigger) {
  Put(std::move(trigger)).request_stop();
}

std::stop_source ResyncRequests::Put(std::string trigger) {
  std::lock_guard lock(mutex_);
  pending_ = std::move(trigger);
  return arrival_;
}

std::stop_source ResyncRequests::Arrival() {
  std::lock_guard lock(mutex_);
  return arrival_;
}

std::optional<std::string> ResyncRequests::Take() {
  std::lock_guard lock(mutex_);
  arrival_ = std::stop_source();
  return std::exchange(pending_, std::nullopt);
}

std::optional<std::string> ResyncRequests::Await(Duration duration, Clock& clock,
                                                 const std::stop_token& stop) {
  AwaitArrival(duration, clock, stop);
  if (stop.stop_requested()) return std::nullopt;
  return Take();
}

bool ResyncRequests::AwaitArrival(Duration duration, Clock& clock, const std::stop_token& stop) {
  LinkedStopSource wake(stop);
  const std::stop_callback on_arrival(Arrival().get_token(), [&] { wake.RequestStop(); });
  clock.SleepFor(duration, wake.Token());
  std::lock_guard lock(mutex_);
  return pending_.has_value();
}

Listener::Listener(Options options, ListenerHooks hooks, ResyncRequests& requests, Clock& clock,
                   Logger logger)
    : options_(options),
      hooks_(std::move(hooks)),
      requests_(requests),
      clock_(clock),
      logger_(std::move(logger)) {}

void Listener::Run(const std::stop_token& stop) {
  stop_ = stop;
  if (options_.scheduled) next_scheduled_ = clock_.Elapsed() + *options_.scheduled;
  Start(stop);
  while (!stop.stop_requested()) {
    const auto trigger = requests_.Await(UntilNextTurn(), clock_, stop);
    if (stop.stop_requested()) return;
    if (trigger) {
      Resync(*trigger);
    } else {
      TakeTurn();
    }
  }
}

void Listener::Start(const std::stop_token& stop) {
  try {
    baseline_ = hooks_.last_resync();
  } catch (const Error& error) {
    logger_.Warning("Port did not say when the last resync was", {{"error", error.what()}});
  }
  if (stop.stop_requested()) return;
  if (options_.resync_on_start) {
    Resync("start");
  } else if (options_.poll_interval) {
    Poll();
  }
}

void Listener::TakeTurn() {
  const Duration now = clock_.Elapsed();
  if (next_scheduled_ && now >= *next_scheduled_) {
    RunScheduled();
  } else if (next_poll_ && now >= *next_poll_) {
    Poll();
  }
}

void Listener::Poll() {
  const std::optional<TimePoint> request = ReadRequest();
  if (!IsNew(request)) return PlanNextPoll();
  MarkHandled(request);
  Drive("request");
}

void Listener::RunScheduled() {
  Resync("schedule");
  // A run that took longer than the interval is not made up for.
  const Duration now = clock_.Elapsed();
  while (*next_scheduled_ <= now) *next_scheduled_ += *options_.scheduled;
}

void Listener::Resync(std::string_view trigger) {
  MarkHandled(ReadRequest());
  Drive(trigger);
}

void Listener::Drive(std::string_view trigger) {
  bool another = false;
  {
    LinkedStopSource run(stop_);
    std::jthread watch;
    if (options_.abort_running) {
      watch = std::jthread([&](const std::stop_token& over) {
        another = AwaitAnother(over);
        if (another) run.RequestStop();
      });
    }
    hooks_.resync(trigger, run.Token());
  }
  PlanNextPoll();
  if (another && next_poll_) next_poll_ = clock_.Elapsed();
}

bool Listener::AwaitAnother(const std::stop_token& over) {
  const Duration between_looks =
      options_.poll_interval ? Duration(*options_.poll_interval) : kNoPlan;
  while (!over.stop_requested()) {
    if (requests_.AwaitArrival(between_looks, clock_, over)) return true;
    if (!over.stop_requested() && IsNew(ReadRequest())) return true;
  }
  return false;
}

void Listener::PlanNextPoll() {
  if (options_.poll_interval) next_poll_ = clock_.Elapsed() + *options_.poll_interval;
}

Duration Listener::UntilNextTurn() const {
  const Duration now = clock_.Elapsed();
  const Duration next =
      std::min(next_poll_.value_or(now + kNoPlan), next_scheduled_.value_or(now + kNoPlan));
  return std::max(next - now, Duration::zero());
}

std::optional<TimePoint> Listener::ReadRequest() {
  if (!options_.poll_interval) return std::nullopt;
  try {
    const std::optional<TimePoint> request = hooks_.resync_request();
    if (!port_answers_) logger_.Info("Port answers again");
    port_answers_ = true;
    return request;
  } catch (const Error& error) {
    if (error.kind() == ErrorKind::kCancelled) return std::nullopt;
    // Once per outage: a poll a minute would fill the log with the same line.
    if (port_answers_) {
      logger_.Warning("Port cannot be asked for resync requests; trying on",
                      {{"error", error.what()}});
    }
    port_answers_ = false;
    return std::nullopt;
  }
}

bool Listener::IsNew(std::optional<TimePoint> request) const {
  return request && (!baseline_ || *request > *baseline_);
}

void Listener::MarkHandled(std::optional<TimePoint> request) {
  if (IsNew(request)) baseline_ = request;
}

}  // namespace ocean::app
