#include "events.hpp"

#include <algorithm>
#include <iostream>
#include <memory>

#include "ocean/app/event_desk.hpp"
#include "ocean/base/error.hpp"
#include "ocean/base/json.hpp"
#include "ocean/base/text.hpp"
#include "ocean/config/configuration.hpp"
#include "ocean/state/journal.hpp"
#include "places.hpp"

namespace ocean::cli {

namespace {

using state::EventDesk;
using state::EventRow;

std::unique_ptr<EventDesk> DeskOf(const EventsPlace& place) {
  if (!place.data.empty()) return std::make_unique<state::JournalDesk>(place.data);
  const config::Configuration configuration =
      config::Load({.folder = RequireIntegration(place.path),
                    .environment = config::ProcessEnvironment(),
                    .require_port_credentials = false});
  return app::OpenEventDesk(configuration);
}

std::int64_t AgeSeconds(const EventRow& row) {
  const Duration age = Clock::System().Now() - row.received_at;
  return std::chrono::duration_cast<std::chrono::seconds>(age).count();
}

bool HasKind(const EventRow& row, const std::string& kind) {
  const auto kinds = Split(row.kinds, ',');
  return std::find(kinds.begin(), kinds.end(), kind) != kinds.end();
}

bool IsWanted(const EventsListRequest& request, const EventRow& row) {
  return (!request.dead || row.dead) && (request.webhook.empty() || row.path == request.webhook) &&
         (request.kind.empty() || HasKind(row, request.kind)) &&
         AgeSeconds(row) >= request.older_than_seconds;
}

Json ToJson(const EventRow& row) {
  return {{"event", row.sequence},
          {"state", row.dead ? "dead" : "pending"},
          {"path", row.path},
          {"processor", row.processor},
          {"key", row.key},
          {"kinds", row.kinds.empty() ? Json::array() : Json(Split(row.kinds, ','))},
          {"received_at", FormatIso8601(row.received_at)},
          {"attempts", row.attempts},
          {"error", row.error},
          {"bytes", row.bytes}};
}

std::string Line(const EventRow& row) {
  std::string line = std::to_string(row.sequence) + "  " + (row.dead ? "dead   " : "pending") +
                     "  " + HumanDuration(AgeSeconds(row) * 1000) + " old  " + row.path + "  " +
                     row.kinds + "  " + row.key;
  if (row.attempts > 0) {
    line += "\n    " + std::to_string(row.attempts) + " attempts; the last: " + row.error;
  }
  return line;
}

/// A key or an error may hold what a sender wrote: it must not reach the terminal as commands.
std::string Printable(std::string text) {
  std::replace_if(
      text.begin(), text.end(), [](char c) { return (c >= 0 && c < ' ' && c != '\n') || c == 127; },
      '?');
  return text;
}

std::vector<std::int64_t> Chosen(const EventDesk& desk, const EventsChangeRequest& request) {
  std::vector<std::int64_t> chosen = request.events;
  if (request.dead) {
    for (const EventRow& row : desk.List()) {
      if (row.dead) chosen.push_back(row.sequence);
    }
  } else if (chosen.empty()) {
    throw Error(ErrorKind::kConfig,
                "name events by their numbers, or give --dead for all dead ones");
  }
  return chosen;
}

[[noreturn]] void ThrowNoEvent(std::int64_t event) {
  throw Error(ErrorKind::kNotFound, "there is no event " + std::to_string(event) +
                                        "; it may have been handled: see `ocean events list`");
}

}  // namespace

int EventsList(const EventsListRequest& request) {
  const auto desk = DeskOf(request.place);
  Json list = Json::array();
  for (const EventRow& row : desk->List()) {
    if (!IsWanted(request, row)) continue;
    if (request.json) {
      list.push_back(ToJson(row));
    } else {
      std::cout << Printable(Line(row)) << "\n";
    }
  }
  if (request.json) std::cout << PrettyJson(list) << "\n";
  return 0;
}

int EventsShow(const EventsShowRequest& request) {
  const auto desk = DeskOf(request.place);
  const auto row = desk->Find(request.event);
  const auto content = desk->Content(request.event);
  if (!row || !content) ThrowNoEvent(request.event);
  Json shown = ToJson(*row);
  shown["headers"] = ParseJson(content->headers, "the headers of the event");
  shown["body"] = ParseJson(content->body, "the body of the event");
  std::cout << PrettyJson(shown) << "\n";
  return 0;
}

int EventsReplay(const EventsChangeRequest& request) {
  const auto desk = DeskOf(request.place);
  for (const std::int64_t event : Chosen(*desk, request)) {
    const auto replayed = desk->Replay(event);
    if (!replayed) ThrowNoEvent(event);
    std::cout << "event " << event << " is pending again, as " << *replayed << "\n";
  }
  return 0;
}

int EventsDrop(const EventsChangeRequest& request) {
  const auto desk = DeskOf(request.place);
  for (const std::int64_t event : Chosen(*desk, request)) {
    if (!desk->Drop(event)) ThrowNoEvent(event);
    std::cout << "event " << event << " is dropped\n";
  }
  return 0;
}

}  // namespace ocean::cli
