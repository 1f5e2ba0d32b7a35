#include "ocean/testing/conformance.hpp"

#include <algorithm>
#include <atomic>
#include <chrono>
#include <future>
#include <stop_token>

#include "faulty_proxy.hpp"
#include "ocean/base/error.hpp"
#include "ocean/base/text.hpp"
#include "ocean/config/spec.hpp"
#include "ocean/config/yaml.hpp"
#include "ocean/testing/examples.hpp"
#include "ocean/testing/run_kind.hpp"
#include "replaced.hpp"
#include "with_integration.hpp"

namespace ocean::testing {

namespace {

using Findings = std::vector<std::string>;

/// Far more requests than any walk of one page over and over needs to notice it.
constexpr std::size_t kPatience = 20;
/// Requests that a stop is tried at.
constexpr std::size_t kStops = 5;
/// Only a request that does not end by itself takes so long.
constexpr std::chrono::seconds kStopPatience{10};

/// One reading of a kind through the proxy.
class Reading {
 public:
  Reading(const ConformanceSubject& subject, const std::string& kind, FaultyProxy::Fault fault = {})
      : subject_(subject), kind_(kind), proxy_(subject.upstream_url, std::move(fault)) {}

  FaultyProxy& proxy() { return proxy_; }
  KindRun Run(const std::stop_token& stop = {}) {
    const auto selector = subject_.selectors.find(kind_);
    return RunKind(subject_.folder.string(),
                   Replaced(subject_.config, subject_.upstream_url, proxy_.url()), subject_.setup,
                   kind_, selector == subject_.selectors.end() ? Json::object() : selector->second,
                   stop);
  }

 private:
  const ConformanceSubject& subject_;
  const std::string& kind_;
  FaultyProxy proxy_;
};

bool IsSilent(const KindRun& run) {
  return run.error.empty() && run.incomplete.empty();
}

void CheckFailure(const ConformanceSubject& subject, const std::string& kind, std::size_t position,
                  Findings& findings) {
  Reading reading(subject, kind, [position](std::size_t number) {
    return number == position ? std::optional(http::ServerResponse::OfText(500, "conformance"))
                              : std::nullopt;
  });
  if (IsSilent(reading.Run())) {
    findings.push_back(kind + ": a 500 to request " + std::to_string(position) +
                       " is taken for the end, and entities would be deleted because of it");
  }
}

void CheckLimit(const ConformanceSubject& subject, const std::string& kind, std::size_t items,
                Findings& findings) {
  Reading reading(subject, kind, [](std::size_t number) {
    auto limited = http::ServerResponse::OfText(429, "slow down");
    limited.headers.Add("Retry-After", "7");
    return number == 1 ? std::optional(limited) : std::nullopt;
  });
  const KindRun run = reading.Run();
  if (!IsSilent(run) || run.items.size() != items) {
    findings.push_back(kind + ": a 429 with Retry-After is not waited for: " + run.error);
  }
}

void CheckRepetition(const ConformanceSubject& subject, const std::string& kind,
                     const KindRun& whole, std::size_t requests, Findings& findings) {
  const std::size_t enough = kPatience * (requests + 1);
  Reading reading(subject, kind, [enough](std::size_t number) {
    return number > enough ? std::optional(http::ServerResponse::OfText(404, "conformance"))
                           : std::nullopt;
  });
  reading.proxy().RepeatAnswers();
  const KindRun run = reading.Run();
  if (reading.proxy().requests() > enough) {
    findings.push_back(kind + ": a page that comes again and again is asked for without end");
  } else if (IsSilent(run) && run.items.size() != whole.items.size()) {
    findings.push_back(kind + ": a page that comes again is taken for the end");
  }
}

/// The run is ended, as by a newer one, while the third party does not answer.
void CheckStop(const ConformanceSubject& subject, const std::string& kind, std::size_t position,
               Findings& findings) {
  std::stop_source stop;
  std::promise<void> ended;
  const std::shared_future<void> end = ended.get_future().share();
  std::atomic<bool> was_late = false;
  Reading reading(subject, kind, [&](std::size_t number) {
    if (number == position) {
      stop.request_stop();
      was_late = end.wait_for(kStopPatience) != std::future_status::ready;
    }
    return std::nullopt;
  });
  const KindRun run = reading.Run(stop.get_token());
  ended.set_value();
  if (run.error_kind != ErrorKind::kCancelled || was_late) {
    findings.push_back(
        kind + ": a stop does not end it while request " + std::to_string(position) +
        " is on its way (give requests and ranges of its own ctx.Stop()): " + run.error);
  }
}

void CheckSelector(const Integration& integration, const std::string& kind, Findings& findings) {
  const auto definition = integration.kinds().Find(kind);
  config::Problems problems;
  if (definition) definition->check_selector({{"noSuchField", 1}}, "selector", problems);
  if (definition && problems.empty()) {
    findings.push_back(kind + ": its selector takes a field that it does not know");
  }
}

Findings CheckKinds(const ConformanceSubject& subject, const config::Spec& spec) {
  Findings findings;
  WithIntegration(subject.folder.string(), subject.config, subject.setup, CaptureLog(),
                  [&](const Integration& integration) {
                    const auto registered = integration.kinds().names();
                    auto declared = spec.kinds;
                    std::sort(declared.begin(), declared.end());
                    if (registered != declared) {
                      findings.push_back("the spec has the kinds " + Join(declared, ", ") +
                                         "; registered are " + Join(registered, ", "));
                    }
                    if (integration.kinds().takes_any_name() != spec.allow_custom_kinds) {
                      findings.emplace_back("allowCustomKinds of the spec is not what is so");
                    }
                    for (const std::string& kind : declared) {
                      CheckSelector(integration, kind, findings);
                    }
                  });
  return findings;
}

}  // namespace

Findings CheckDeclarations(const ConformanceSubject& subject) {
  const config::Spec spec = config::Spec::Load(subject.folder);
  Findings findings = CheckKinds(subject, spec);
  if (spec.version.empty()) findings.emplace_back("the spec has no version");
  config::LoadYamlFile(subject.folder / "config.example.yaml");
  for (std::string& finding : CheckExamples(subject.folder)) {
    findings.push_back(std::move(finding));
  }
  return findings;
}

Findings CheckKind(const ConformanceSubject& subject, const std::string& kind) {
  Findings findings;
  Reading undisturbed(subject, kind);
  const KindRun whole = undisturbed.Run();
  const std::size_t requests = undisturbed.proxy().requests();
  if (!whole.error.empty()) findings.push_back(kind + ": " + whole.error);
  if (whole.items.empty()) findings.push_back(kind + ": there is nothing to read");
  if (!findings.empty()) return findings;
  CheckFailure(subject, kind, requests, findings);
  if (requests > 1) CheckFailure(subject, kind, requests / 2 + 1, findings);
  CheckLimit(subject, kind, whole.items.size(), findings);
  CheckRepetition(subject, kind, whole, requests, findings);
  for (std::size_t position = 1; position <= std::min(requests, kStops) && findings.empty();
       ++position)
    CheckStop(subject, kind, position, findings);
  return findings;
}

}  // namespace ocean::testing
