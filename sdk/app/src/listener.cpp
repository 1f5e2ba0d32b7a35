#include "listener.hpp"

#include <algorithm>
#include <string>
#include <utility>

#include "ocean/base/error.hpp"

namespace ocean::app {

void RequireSupported(config::EventListenerType type) {
  using enum config::EventListenerType;
  if (type == kPolling || type == kOnce) return;
  throw Error(ErrorKind::kConfig, "event_listener.type: " + NameOf(type) +
                                      " is not supported yet: use POLLING or ONCE");
}

PollingListener::PollingListener(Options options, ListenerHooks hooks, Clock& clock, Logger logger)
    : options_(options), hooks_(std::move(hooks)), clock_(clock), logger_(std::move(logger)) {}

void PollingListener::Run(const std::stop_token& stop) {
  if (options_.scheduled) next_scheduled_ = clock_.Elapsed() + *options_.scheduled;
  Start(stop);
  while (!stop.stop_requested() && clock_.SleepFor(UntilNextTurn(), stop)) {
    const Duration now = clock_.Elapsed();
    if (next_scheduled_ && now >= *next_scheduled_) {
      RunScheduled();
    } else if (now >= next_poll_) {
      Poll();
    }
  }
}

void PollingListener::Start(const std::stop_token& stop) {
  try {
    baseline_ = hooks_.last_resync();
  } catch (const Error& error) {
    logger_.Warning("Port did not say when the last resync was", {{"error", error.what()}});
  }
  if (stop.stop_requested()) return;
  if (!options_.resync_on_start) {
    Poll();
    return;
  }
  MarkHandled(ReadRequest());
  hooks_.resync("start");
  next_poll_ = clock_.Elapsed() + options_.interval;
}

void PollingListener::Poll() {
  const std::optional<TimePoint> request = ReadRequest();
  if (request && (!baseline_ || *request > *baseline_)) {
    MarkHandled(request);
    hooks_.resync("request");
  }
  next_poll_ = clock_.Elapsed() + options_.interval;
}

void PollingListener::RunScheduled() {
  MarkHandled(ReadRequest());
  hooks_.resync("schedule");
  // A run that took longer than the interval is not made up for.
  const Duration now = clock_.Elapsed();
  while (*next_scheduled_ <= now) *next_scheduled_ += *options_.scheduled;
}

Duration PollingListener::UntilNextTurn() const {
  const Duration next = next_scheduled_ ? std::min(next_poll_, *next_scheduled_) : next_poll_;
  return std::max(next - clock_.Elapsed(), Duration::zero());
}

std::optional<TimePoint> PollingListener::ReadRequest() {
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

void PollingListener::MarkHandled(std::optional<TimePoint> request) {
  if (request && (!baseline_ || *request > *baseline_)) baseline_ = request;
}

}  // namespace ocean::app
