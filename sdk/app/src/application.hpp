#pragma once
/// @file One running integration, from a valid configuration to its exit code.

#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <thread>
#include <vector>

#include "listener.hpp"
#include "live_events.hpp"
#include "log_shipper.hpp"
#include "monitor.hpp"
#include "ocean/app/integration.hpp"
#include "ocean/app/signals.hpp"
#include "ocean/base/stop.hpp"
#include "ocean/http/server.hpp"
#include "ocean/port/client.hpp"
#include "ocean/state/store.hpp"
#include "ocean/sync/engine.hpp"
#include "progress_view.hpp"
#include "sail_options.hpp"
#include "sync_metrics.hpp"

namespace ocean::app {

/// The program around an integration.
struct Program {
  std::string type;
  /// Empty takes the spec's.
  std::string version;
  std::function<void(Integration&)> setup;
};

/// Everything that a running integration consists of.
///
/// Lifetime  borrows its parts
class Application {
 public:
  struct Parts {
    const Program& program;
    const SailOptions& options;
    const config::Configuration& configuration;
    Logger logger;
    const SignalStop& signals;
    /// To be carried out; null for a resync.
    const sync::Plan* plan = nullptr;
    Clock& clock = Clock::System();
  };
  explicit Application(Parts parts);
  ~Application();

  /// Sets Port up and runs the listener until it ends or a stop is requested. Returns the exit
  /// code. Errors    what keeps it from running, with what was being done
  int Run();
  /// Makes a plan and tells it; sets nothing up and changes nothing in Port. Returns the exit code.
  int MakePlan();

 private:
  void StartServer();
  bool TakesWebhooks() const;
  LiveEvents::Parts LiveParts();
  /// Fetches a token, so that wrong credentials and an unreachable Port show before anything else.
  void ReachPort();
  void ReachThirdParty();
  /// Returns when Port last heard of a resync.
  std::optional<TimePoint> SetUpPort();
  /// From now on Port gets the log too.
  void ShipLogs(const std::string& url);
  void StartHooks();
  void RunHook(const std::function<void(StartContext&)>& hook);
  int RunOnce();
  int Listen(std::optional<TimePoint> last_resync);
  int ServeOnly();
  /// When a resync was last asked for in Port. Readiness follows the answer.
  std::optional<TimePoint> AskPort();
  /// Asks every now and then, where nothing else does: readiness says whether Port answers.
  std::jthread WatchPort();

  /// One resync with everything around it; a failure is in the report. Throws only
  /// Error{kCancelled}.
  sync::RunReport Resync(const std::stop_token& stop);
  sync::RunReport CallEngine(const std::stop_token& stop);
  /// The run itself, with what it costs.
  sync::RunReport Measured(const std::stop_token& stop);
  /// Keeps the request on disk until a resync has answered it.
  void AskForResync();
  void NoteResyncDue();
  void LogReport(const sync::RunReport& report) const;
  void TellReport(const sync::RunReport& report);
  void TellPlan(const sync::Plan& plan);
  ProgressView::Parts ViewParts();
  bool ServesHttp() const;

  Parts parts_;
  Clock& clock_;
  /// Ends what works in the background: hooks, and requests to the source.
  LinkedStopSource work_stop_;
  state::Store store_;
  std::shared_ptr<http::ClientStats> source_stats_;
  http::ClientFactory source_http_;
  port::Client port_;
  LogShipper log_shipper_;
  Integration integration_;
  Monitor monitor_;
  sync::Progress progress_;
  RunMeter meter_;
  sync::LiveWrites live_writes_;
  MetricsTarget metrics_target_;
  sync::Engine engine_;
  ResyncRequests resync_requests_;
  std::optional<http::Server> server_;
  /// After the server: answers may come until the end of the journal.
  std::optional<LiveEvents> live_events_;
  std::vector<std::jthread> hooks_;
};

/// Loads the configuration and runs an Application. Throws what keeps it from running.
int Sail(const Program& program, const SailOptions& options);
/// The same for a plan.
int MakePlan(const Program& program, const SailOptions& options);

}  // namespace ocean::app
