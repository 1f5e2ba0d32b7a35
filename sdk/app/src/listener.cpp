#include "listener.hpp"

#include <algorithm>
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
  if (type != kKafka && type != kActionsOnly) return;
  throw Error(ErrorKind::kConfig,
              "event_listener.type: " + NameOf(type) +
                  " is not supported: use POLLING, ONCE, WEBHOOK or WEBHOOKS_ONLY");
}

void ResyncRequests::Ask(std::string trigger) {
  std::stop_source arrival;
  {
    std::lock_guard lock(mutex_);
    pending_ = std::move(trigger);
    arrival = arrival_;
  }
  arrival.request_stop();
}

std::optional<std::string> ResyncRequests::Take() {
  std::lock_guard lock(mutex_);
  arrival_ = std::stop_source();
  return std::exchange(pending_, std::nullopt);
}

std::optional<std::string> ResyncRequests::Await(Duration duration, Clock& clock,
                                                 const std::stop_token& stop) {
  std::stop_source arrival;
  {
    std::lock_guard lock(mutex_);
    arrival = arrival_;
  }
  LinkedStopSource wake(stop);
  const std::stop_callback on_arrival(arrival.get_token(), [&] { wake.RequestStop(); });
  clock.SleepFor(duration, wake.Token());
  if (stop.stop_requested()) return std::nullopt;
  return Take();
}

Listener::Listener(Options options, ListenerHooks hooks, ResyncRequests& requests, Clock& clock,
                   Logger logger)
    : options_(options),
      hooks_(std::move(hooks)),
      requests_(requests),
      clock_(clock),
      logger_(std::move(logger)) {}

void Listener::Run(const std::stop_token& stop) {
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
  if (request && (!baseline_ || *request > *baseline_)) {
    MarkHandled(request);
    hooks_.resync("request");
  }
  PlanNextPoll();
}

void Listener::RunScheduled() {
  Resync("schedule");
  // A run that took longer than the interval is not made up for.
  const Duration now = clock_.Elapsed();
  while (*next_scheduled_ <= now) *next_scheduled_ += *options_.scheduled;
}

void Listener::Resync(std::string_view trigger) {
  MarkHandled(ReadRequest());
  hooks_.resync(trigger);
  PlanNextPoll();
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

void Listener::MarkHandled(std::optional<TimePoint> request) {
  if (request && (!baseline_ || *request > *baseline_)) baseline_ = request;
}

}  // namespace ocean::app
