#pragma once
/// @file Runs one kind of an integration and collects what it emits, without an engine.

#include <functional>
#include <optional>
#include <stop_token>
#include <string>
#include <vector>

#include "ocean/app/integration.hpp"
#include "ocean/base/error.hpp"
#include "ocean/base/json.hpp"
#include "ocean/base/log.hpp"

namespace ocean::testing {

/// What a kind's handler did.
struct KindRun {
  /// In the order in which they were emitted.
  std::vector<Json> items;
  std::size_t pages = 0;
  /// Reasons given to MarkIncomplete and by doubtful pages.
  std::vector<std::string> incomplete;
  /// What the handler threw; empty when it returned.
  std::string error;
  /// Its kind, when it was an ocean::Error.
  std::optional<ErrorKind> error_kind;
  std::vector<LogRecord> log;
};

/// Sets an integration up as Main would, with `config` as its integration configuration (checked
/// against the spec in `folder`), and runs the handler of `kind` with `selector`. The third party
/// is whatever URL the configuration names: start a FakeUpstream first.
///
/// Waits for retries and rate limits take no time. Neither the environment nor a config.yaml or .env
/// in the folder has a say. `stop` ends the run as a newer one would, and not the process.
///
/// Errors    Error{kConfig} when the configuration is not valid or the kind is not registered; what
///           the handler throws, and what is wrong with the selector, is in the result
KindRun RunKind(const std::string& folder, const Json& config,
                const std::function<void(Integration&)>& setup, const std::string& kind,
                const Json& selector = Json::object(), const std::stop_token& stop = {});

}  // namespace ocean::testing
