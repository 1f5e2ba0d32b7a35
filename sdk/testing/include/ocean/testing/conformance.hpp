#pragma once
/// @file What every integration must do right, whatever it reads.

#include <filesystem>
#include <functional>
#include <map>
#include <string>
#include <vector>

#include "ocean/app/integration.hpp"
#include "ocean/base/json.hpp"

namespace ocean::testing {

/// The integration under examination.
struct ConformanceSubject {
  std::filesystem::path folder;
  std::function<void(Integration&)> setup;
  /// The integration's configuration. Where it names `upstream_url`, the suite puts itself in between.
  Json config;
  /// A third party that is running and has something of every kind, best more than a page. Empty for
  /// an integration that has its own: what needs faults is left out then.
  std::string upstream_url = {};
  /// By kind, where the default selector finds too little.
  std::map<std::string, Json> selectors = {};
};

/// Says what is wrong with what the integration declares: the spec is valid and can be synced, the
/// example of the configuration parses, the kinds of the spec are those that are registered, no kind
/// takes a selector that it does not know, and the examples map as CheckExamples wants it.
std::vector<std::string> CheckDeclarations(const ConformanceSubject& subject);

/// Says what is wrong with the way a kind is read: it reads something; a 500 in the middle or at the
/// end is never taken for the end; a 429 is waited for; a page that comes again and again ends the
/// walk, and not in silence; the end of its run ends it at once, whatever it waits for.
std::vector<std::string> CheckKind(const ConformanceSubject& subject, const std::string& kind);

}  // namespace ocean::testing
