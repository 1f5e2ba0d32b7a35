#pragma once
/// @file `ocean events`: live events that wait or were given up.

#include <cstdint>
#include <string>
#include <vector>

namespace ocean::cli {

/// Whose events.
struct EventsPlace {
  /// The journal's file; empty: that of the integration.
  std::string data;
  std::string path = ".";
};

struct EventsListRequest {
  EventsPlace place;
  /// Restrict what is shown; empty and 0 do not.
  std::string webhook;
  std::string kind;
  std::int64_t older_than_seconds = 0;
  bool dead = false;
  bool json = false;
};
int EventsList(const EventsListRequest& request);

struct EventsShowRequest {
  EventsPlace place;
  std::int64_t event = 0;
};
/// Prints one event with its headers and body, as JSON.
int EventsShow(const EventsShowRequest& request);

struct EventsChangeRequest {
  EventsPlace place;
  std::vector<std::int64_t> events;
  /// All that were given up, besides.
  bool dead = false;
};
/// Has events handled once more, as if they had just come.
int EventsReplay(const EventsChangeRequest& request);
int EventsDrop(const EventsChangeRequest& request);

}  // namespace ocean::cli
