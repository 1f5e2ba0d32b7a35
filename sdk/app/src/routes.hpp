#pragma once
/// @file The paths that every running integration serves.

#include <string>

#include "live_events.hpp"
#include "monitor.hpp"
#include "ocean/http/server.hpp"
#include "ocean/state/store.hpp"

namespace ocean::app {

/// What the paths show. Borrowed: it must outlive the server.
struct RouteSources {
  const Monitor& monitor;
  const sync::Progress& progress;
  const state::Store& store;
  const RunMeter& meter;
  /// Null where no webhooks are taken.
  const LiveEvents* live_events = nullptr;
  /// {"type", "version", "identifier", "sdk_version"}
  Json identity;
};

/// Adds GET /health/live, /health/ready, /metrics and /status, each behind `prefix`.
void AddRoutes(http::Server& server, const std::string& prefix, const RouteSources& sources);

}  // namespace ocean::app
