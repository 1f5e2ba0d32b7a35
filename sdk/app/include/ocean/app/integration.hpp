#pragma once
/// @file The author's entry: what an integration registers, and the program around it.

#include <functional>
#include <memory>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "ocean/app/webhook.hpp"
#include "ocean/base/log.hpp"
#include "ocean/config/configuration.hpp"
#include "ocean/config/fields.hpp"
#include "ocean/http/client.hpp"
#include "ocean/sync/direct.hpp"
#include "ocean/sync/kind.hpp"
#include "ocean/sync/resync_context.hpp"
#include "ocean/sync/resync_hooks.hpp"

namespace ocean {

/// What a start hook gets.
struct StartContext {
  std::stop_token stop;
  Logger logger;
  /// Public URL of this process, without a trailing slash; empty when none is configured.
  std::string base_url;
  /// Where webhooks are delivered to, without their path; empty when nothing can be delivered: without base_url, or when this process
  /// does not stay.
  std::string webhooks_url = {};
  /// Writes to the catalog while the hook runs, outside resyncs and live events. Null where a test makes the context.
  DirectOperations* catalog = nullptr;
};

/// A processor on its path.
struct WebhookEntry {
  std::string path;
  /// The processor's type, without namespaces: by it stored events are found again.
  std::string name;
  const WebhookProcessor* processor = nullptr;
};

/// The integration under construction: kinds and hooks are registered on it, in an order that the
/// source shows.
///
/// Built after the configuration was read and found valid; registering does no I/O.
class Integration {
 public:
  Integration(const config::Configuration& configuration, http::ClientFactory http, Logger logger)
      : configuration_(configuration), http_(std::move(http)), logger_(std::move(logger)) {}
  Integration(const Integration&) = delete;
  Integration& operator=(const Integration&) = delete;

  /// The integration's own configuration, as T::Describe() says. Errors Error{kConfig} with every
  /// problem.
  template <class T>
  T Config() const {
    return config::ParseIntegrationConfig<T>(configuration_.integration_config);
  }
  /// Makes HTTP clients for the third party.
  const http::ClientFactory& Http() const { return http_; }
  const Logger& Log() const { return logger_; }
  /// The name of this installation in Port.
  const std::string& identifier() const { return configuration_.settings.integration.identifier; }

  /// Constructs an object that lives as long as the integration.
  template <class T, class... Args>
  T& Own(Args&&... args) {
    auto owned = std::make_shared<T>(std::forward<Args>(args)...);
    T& object = *owned;
    owned_.push_back(std::move(owned));
    return object;
  }

  /// A kind without selector fields of its own.
  void Kind(std::string kind, std::function<void(ResyncContext&)> resync);
  /// A kind whose selector is a struct with Describe(): the engine parses and checks it.
  template <class Selector>
  void Kind(std::string kind, std::function<void(const Selector&, ResyncContext&)> resync) {
    kinds_.Add(std::move(kind), KindOf<Selector>(std::move(resync)));
  }
  /// Takes every kind that is not registered, by its name: for a third party whose resources are too
  /// many to name.
  template <class Selector>
  void OtherKinds(
      std::function<void(const std::string& kind, const Selector&, ResyncContext&)> resync) {
    kinds_.SetOther([resync = std::move(resync)](const std::string& kind) {
      return KindOf<Selector>([resync, kind](const Selector& selector, ResyncContext& ctx) {
        resync(kind, selector, ctx);
      });
    });
  }

  /// Runs at every start, before anything is made in Port: throw when the third party cannot be read at all (unreachable, credentials
  /// refused), and the process stops with that message and nothing changed.
  void Probe(std::function<void()> probe) { probes_.push_back(std::move(probe)); }

  /// Runs once after start, in the background; an error is logged and not fatal.
  void OnStart(std::function<void(StartContext&)> hook) { start_hooks_.push_back(std::move(hook)); }

  /// Runs before each resync reads anything, one after the other. After an error that passes (kTransient, kRateLimited) the resync goes
  /// on and deletes nothing; every other fails it.
  void OnResyncStart(ResyncHook hook) { resync_hooks_.start.push_back(std::move(hook)); }
  /// Runs behind each resync that read everything, also when the guard held deletions back, one after the other. An error makes the
  /// resync incomplete.
  void OnResyncComplete(ResyncHook hook) { resync_hooks_.complete.push_back(std::move(hook)); }

  /// Handles what is posted to /integration<path> with a processor made of `args`. A path may have several; each takes the events
  /// that its verifier and Matches accept.
  template <class Processor, class... Args>
  Processor& Webhook(std::string path, Args&&... args) {
    auto& processor = Own<Processor>(std::forward<Args>(args)...);
    AddWebhook(std::move(path), processor);
    return processor;
  }
  /// Sees to it, at every start, that the third party delivers to `path`: creates the webhook or brings it in line. Does nothing
  /// where nothing could be delivered: without base_url, or with the listener ONCE.
  void EnsureWebhook(std::string path, WebhookRegistration registration);
  /// The same for a third party that has several places with webhooks of their own, which are asked for then. One that fails is logged
  /// and holds up no other.
  void EnsureWebhooks(std::string path,
                      std::function<std::vector<WebhookRegistration>()> registrations);

  const sync::Kinds& kinds() const { return kinds_; }
  const std::vector<WebhookEntry>& webhooks() const { return webhooks_; }
  const std::vector<std::function<void()>>& probes() const { return probes_; }
  const std::vector<std::function<void(StartContext&)>>& start_hooks() const {
    return start_hooks_;
  }
  const sync::ResyncHooks& resync_hooks() const { return resync_hooks_; }

 private:
  void AddWebhook(std::string path, const WebhookProcessor& processor);
  template <class Selector>
  static sync::Kind KindOf(std::function<void(const Selector&, ResyncContext&)> resync) {
    return {.check_selector =
                [](const Json& selector, const std::string& path, config::Problems& problems) {
                  ParseFields<Selector>(selector, path, problems);
                },
            .resync =
                [resync = std::move(resync)](const Json& selector, ResyncContext& ctx) {
                  config::Problems problems;
                  const auto parsed = ParseFields<Selector>(selector, "selector", problems);
                  problems.ThrowIfAny("the selector is wrong");
                  resync(parsed, ctx);
                },
            .selector_fields = FieldsOf<Selector>().infos()};
  }

  const config::Configuration& configuration_;
  http::ClientFactory http_;
  Logger logger_;
  std::vector<std::shared_ptr<void>> owned_;
  sync::Kinds kinds_;
  std::vector<std::function<void()>> probes_;
  std::vector<std::function<void(StartContext&)>> start_hooks_;
  sync::ResyncHooks resync_hooks_;
  std::vector<WebhookEntry> webhooks_;
};

#ifndef OCEAN_INTEGRATION_VERSION
#define OCEAN_INTEGRATION_VERSION ""
#endif

/// The whole program `ocean-<type>`: command line, configuration, listeners, exit code.
///
/// `setup` runs after the configuration is read and valid. --help, --version and `spec json` need
/// no configuration. Returns the exit code: 0 success, 1 failed, 2 something was incomplete or held
/// back.
int Main(int argc, char** argv, std::string_view type,
         const std::function<void(Integration&)>& setup,
         std::string_view version = OCEAN_INTEGRATION_VERSION);

}  // namespace ocean
