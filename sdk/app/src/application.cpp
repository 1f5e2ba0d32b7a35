#include "application.hpp"

#include <unistd.h>

#include <fstream>
#include <iostream>
#include <iterator>
#include <utility>

#include "kafka_requests.hpp"
#include "ocean/app/connection.hpp"
#include "ocean/app/terminal.hpp"
#include "ocean/base/error.hpp"
#include "ocean/base/hash.hpp"
#include "ocean/base/version.hpp"
#include "plan_text.hpp"
#include "port_setup.hpp"
#include "report_file.hpp"
#include "report_text.hpp"
#include "resync_route.hpp"
#include "routes.hpp"

namespace ocean::app {

namespace {

namespace fs = std::filesystem;

using config::Settings;

/// Of the note that a resync was asked for and has not been run.
constexpr auto kResyncDue = "resync_due";

http::ClientFactory SourceHttp(const Settings& settings, const Logger& logger,
                               std::shared_ptr<http::Transport> transport, Clock& clock,
                               std::stop_token stop, std::shared_ptr<http::ClientStats> stats) {
  return {.transport = std::move(transport),
          .clock = clock,
          .logger = logger,
          .stop = std::move(stop),
          .stats = std::move(stats),
          .timeout = settings.client_timeout,
          .tls = TlsOf(settings.ssl.third_party),
          .guard = {.enabled = !settings.disable_ip_outbound_blocker,
                    .remedy = "set " + config::EnvironmentName("disable_ip_outbound_blocker") +
                              "=true to allow the integration private addresses"},
          .oauth_token_file = settings.oauth_access_token_file_path.value_or("")};
}

/// Port outlives the stop by a grace period: it still has to hear that the run was aborted.
http::ClientFactory PortHttp(const http::ClientFactory& source, const Settings& settings,
                             std::stop_token late_stop) {
  return {.transport = source.transport,
          .clock = source.clock,
          .logger = source.logger,
          .stop = std::move(late_stop),
          .tls = TlsOf(settings.ssl.port)};
}

std::string VersionOf(const Program& program, const config::Configuration& configuration) {
  return program.version.empty() ? configuration.spec.version : program.version;
}

http::ServerOptions ServerOptions(const config::Configuration& configuration) {
  const config::ServerSettings& settings = configuration.settings.server;
  const auto file = [&](const std::optional<fs::path>& path) {
    return path ? InFolder(configuration, *path).string() : std::string();
  };
  http::ServerOptions options;
  options.port = static_cast<std::uint16_t>(configuration.settings.port_number);
  options.max_connections = settings.max_connections;
  options.max_requests_per_second = settings.max_requests_per_second;
  options.max_header_bytes = static_cast<std::size_t>(settings.max_header_bytes);
  options.max_body_bytes = static_cast<std::size_t>(settings.max_body_bytes);
  options.request_timeout = settings.request_timeout;
  options.idle_timeout = settings.idle_timeout;
  options.certificate_file = file(settings.certificate_file);
  options.key_file = file(settings.key_file);
  return options;
}

sync::EngineOptions EngineOptions(const Settings& settings, const SailOptions& options,
                                  TimePoint started_at) {
  sync::EngineOptions engine;
  engine.source = Sha256Hex(DumpJson(settings.integration.config));
  engine.memory_limit_bytes = static_cast<std::size_t>(settings.memory.limit);
  engine.block_concurrency = settings.resync.block_concurrency;
  engine.transform_workers = settings.resync.transform_workers;
  engine.items_to_parse_batch = static_cast<std::size_t>(settings.yield_items_to_parse_batch_size);
  engine.change_detection = settings.change_detection.mode;
  engine.full_comparison_interval = settings.change_detection.full_interval;
  engine.deletion_free_count = settings.deletion.free_count;
  engine.null_identifier_share = settings.deletion.null_identifier_share;
  engine.item_time_limit = settings.process_in_queue_timeout;
  engine.allow_environment_in_jq = settings.allow_environment_variables_jq_access;
  engine.send_examples = settings.send_raw_data_examples;
  engine.allow_delete = options.allow_delete;
  if (settings.scheduled_resync_interval)
    engine.schedule = {started_at, *settings.scheduled_resync_interval};
  return engine;
}

config::Configuration LoadConfiguration(const Program& program, const SailOptions& options) {
  config::Configuration configuration = config::Load({.folder = options.folder,
                                                      .environment = config::ProcessEnvironment(),
                                                      .overrides = options.overrides});
  if (configuration.spec.type != program.type) {
    throw Error(ErrorKind::kConfig, options.folder.string() + " is the integration \"" +
                                        configuration.spec.type + "\", and this program is ocean-" +
                                        program.type);
  }
  RequireSupported(configuration.settings.event_listener.type);
  return configuration;
}

bool LogsText(const config::Configuration& configuration) {
  return configuration.settings.log_format.value_or(LogFormat::kText) == LogFormat::kText;
}

/// A run that did not come to a report of its own. Its requests are counted by the caller.
sync::RunReport FailedRun(TimePoint started_at, Duration duration, const std::string& error) {
  sync::RunReport report;
  report.run_id = RandomUuid();
  report.outcome = sync::Outcome::kFailed;
  report.error = error;
  report.started_at = started_at;
  report.duration_ms = duration.count() / 1000;
  return report;
}

}  // namespace

Application::Application(Parts parts)
    : parts_(std::move(parts)),
      clock_(parts_.clock),
      work_stop_(parts_.signals.Stop()),
      store_(InFolder(parts_.configuration, parts_.configuration.settings.state.path)),
      source_stats_(std::make_shared<http::ClientStats>()),
      source_http_(SourceHttp(parts_.configuration.settings, parts_.logger,
                              http::MakeCurlTransport(), clock_, work_stop_.Token(),
                              source_stats_)),
      port_(PortOptionsOf(parts_.configuration, VersionOf(parts_.program, parts_.configuration)),
            PortHttp(source_http_, parts_.configuration.settings, parts_.signals.LateStop())),
      log_shipper_({}, parts_.logger),
      integration_(parts_.configuration, source_http_, parts_.logger),
      meter_({.source = *source_stats_, .port = port_.stats(), .clock = clock_}),
      engine_({.port = port_,
               .store = store_,
               .kinds = integration_.kinds(),
               .clock = clock_,
               .logger = parts_.logger,
               .source_stats = source_stats_,
               .live_writes = &live_writes_,
               .hooks = &integration_.resync_hooks()},
              EngineOptions(parts_.configuration.settings, parts_.options, clock_.Now())) {
  parts_.program.setup(integration_);
}

Application::~Application() {
  work_stop_.RequestStop();
  hooks_.clear();
  log_shipper_.Stop();
  if (server_) server_->Stop();
}

int Application::Run() {
  const Settings& settings = parts_.configuration.settings;
  parts_.logger.Info("ocean-" + parts_.program.type + " " + port_.options().identity.version +
                     " (SDK " + std::string(SdkVersion()) + ") syncs " +
                     parts_.configuration.spec.title + " to " + settings.port.base_url + " as " +
                     settings.integration.identifier);
  StartServer();
  const std::optional<TimePoint> last_resync = SetUpPort();
  monitor_.MarkInitialised();
  if (live_events_) live_events_->Start();
  StartHooks();
  if (settings.event_listener.type == config::EventListenerType::kOnce) return RunOnce();
  return settings.event_listener.Resyncs() ? Listen(last_resync) : ServeOnly();
}

bool Application::ServesHttp() const {
  return parts_.options.port_given ||
         parts_.configuration.settings.event_listener.type != config::EventListenerType::kOnce;
}

void Application::StartServer() {
  if (!ServesHttp()) return;
  const Settings& settings = parts_.configuration.settings;
  server_.emplace(ServerOptions(parts_.configuration), parts_.logger);
  if (TakesWebhooks()) live_events_.emplace(LiveParts());
  AddRoutes(*server_, settings.path_prefix,
            {.monitor = monitor_,
             .progress = progress_,
             .store = store_,
             .meter = meter_,
             .live_events = live_events_ ? &*live_events_ : nullptr,
             .identity = {{"type", settings.integration.type},
                          {"version", port_.options().identity.version},
                          {"identifier", settings.integration.identifier},
                          {"sdk_version", SdkVersion()}}});
  if (settings.event_listener.type == config::EventListenerType::kWebhook)
    AddResyncRoute(*server_, ResyncToken(settings), [this] { AskForResync(); });
  if (live_events_) live_events_->AddRoutes(*server_);
  server_->Start();
  parts_.logger.Info("serving /health, /metrics and /status at " + server_->url() +
                     settings.path_prefix);
}

bool Application::TakesWebhooks() const {
  const config::EventListenerSettings& listener = parts_.configuration.settings.event_listener;
  return listener.type != config::EventListenerType::kOnce && listener.ProcessesWebhooks() &&
         !integration_.webhooks().empty();
}

LiveEvents::Parts Application::LiveParts() {
  const Settings& settings = parts_.configuration.settings;
  return {.webhooks = integration_.webhooks(),
          .settings = settings,
          .state_folder = InFolder(parts_.configuration, settings.state.path),
          .engine = {.port = port_,
                     .store = store_,
                     .kinds = integration_.kinds(),
                     .clock = clock_,
                     .logger = parts_.logger,
                     .source_stats = source_stats_,
                     .live_writes = &live_writes_},
          .ask_for_resync = [this] { AskForResync(); },
          .stop = work_stop_.Token()};
}

void Application::ReachPort() {
  if (port_.options().client_id.find('@') != std::string::npos) {
    parts_.logger.Warning(
        "OCEAN__PORT__CLIENT_ID looks like an e-mail address; the client id is shown in Port under "
        "Credentials");
  }
  try {
    port_.Authenticate();
  } catch (const Error& error) {
    if (error.kind() != ErrorKind::kTransient) throw;
    throw error.WithContext("Port cannot be reached at " + port_.options().base_url +
                            "; check OCEAN__PORT__BASE_URL and the network");
  }
}

void Application::ReachThirdParty() {
  try {
    for (const auto& probe : integration_.probes()) probe();
  } catch (const Error& error) {
    if (error.kind() != ErrorKind::kTransient) throw;
    const config::Spec& spec = parts_.configuration.spec;
    std::string remedy;
    for (const config::SpecConfiguration& option : spec.configurations) {
      if (option.type != "url") continue;
      remedy += option.name + " (" +
                config::EnvironmentName("integration.config." + option.snake_name) + "), ";
    }
    throw error.WithContext(spec.title + " cannot be reached; check " + remedy +
                            "the network and the proxy");
  }
}

std::optional<TimePoint> Application::SetUpPort() {
  const config::Configuration& configuration = parts_.configuration;
  const DefaultResources resources = DefaultResourcesOf(configuration, parts_.logger);
  ReachPort();
  ReachThirdParty();
  PortSetup setup({.port = port_,
                   .configuration = configuration,
                   .resources = resources,
                   .check_mapping =
                       [&](const Json& mapping) {
                         sync::CheckMapping(
                             mapping, integration_.kinds(),
                             configuration.settings.allow_environment_variables_jq_access);
                       },
                   .clock = clock_,
                   .logger = parts_.logger,
                   .stop = parts_.signals.Stop()});
  const PortState state = setup.Run();
  ShipLogs(state.log_url);
  metrics_target_ = state.metrics;
  return state.last_resync;
}

void Application::ShipLogs(const std::string& url) {
  if (url.empty() || !parts_.configuration.settings.enable_http_logging) {
    log_shipper_.Stop();
    return;
  }
  log_shipper_.Start([this, url](const Json& logs) { port_.PostLogs(url, logs); });
}

void Application::StartHooks() {
  for (const auto& hook : integration_.start_hooks()) {
    hooks_.emplace_back([this, &hook] { RunHook(hook); });
  }
}

void Application::RunHook(const std::function<void(StartContext&)>& hook) {
  const Settings& settings = parts_.configuration.settings;
  StartContext context{
      .stop = work_stop_.Token(), .logger = parts_.logger, .base_url = settings.base_url};
  if (live_events_ && !settings.base_url.empty()) {
    context.webhooks_url = settings.base_url + settings.path_prefix + "/integration";
  }
  sync::LiveSync live(LiveParts().engine, LiveOptionsOf(settings));
  const auto direct = sync::MakeDirectOperations(live, context.stop);
  context.catalog = direct.get();
  try {
    hook(context);
  } catch (const Error& error) {
    if (error.kind() == ErrorKind::kCancelled) return;
    parts_.logger.Error("a start hook failed: " + std::string(error.what()));
  } catch (const std::exception& error) {
    parts_.logger.Error("a start hook failed, which is a bug: " + std::string(error.what()));
  }
}

int Application::RunOnce() {
  const sync::RunReport report = Resync(parts_.signals.Stop());
  if (!report.error.empty())
    std::cerr << "error: " << parts_.logger.Masker().Mask(report.error) << "\n";
  return sync::ExitCode(report);
}

int Application::ServeOnly() {
  parts_.logger.Info("no resyncs: event_listener.type is " +
                     NameOf(parts_.configuration.settings.event_listener.type));
  const std::stop_token stop = parts_.signals.Stop();
  const std::jthread watch = WatchPort();
  while (clock_.SleepFor(std::chrono::hours(24), stop)) {
  }
  parts_.logger.Info("stopped");
  return 0;
}

std::optional<TimePoint> Application::AskPort() {
  try {
    const std::optional<TimePoint> asked = port_.GetResyncRequest();
    monitor_.NotePortContact("");
    return asked;
  } catch (const Error& error) {
    monitor_.NotePortContact(error.what());
    throw;
  }
}

std::jthread Application::WatchPort() {
  return std::jthread([this](const std::stop_token& over) {
    while (clock_.SleepFor(parts_.configuration.settings.event_listener.interval, over)) {
      try {
        AskPort();
      } catch (const Error& error) {
        parts_.logger.Debug("Port does not answer: " + std::string(error.what()));
      }
    }
  });
}

int Application::Listen(std::optional<TimePoint> last_resync) {
  const Settings& settings = parts_.configuration.settings;
  const std::stop_token stop = parts_.signals.Stop();
  bool cut_short = false;
  const auto resync = [&](std::string_view trigger, const std::stop_token& run_stop) {
    parts_.logger.Info("resync begins", {{"trigger", std::string(trigger)}});
    try {
      // What a stop or a failure keeps from being answered is due at the next start.
      if (trigger == "request" && !store_.Note(kResyncDue)) NoteResyncDue();
      const std::optional<std::string> due = store_.Note(kResyncDue);
      const sync::RunReport report = Resync(run_stop);
      if (due && report.outcome != sync::Outcome::kFailed) store_.DropNote(kResyncDue, *due);
    } catch (const Error& error) {
      cut_short = stop.stop_requested();
      if (error.kind() != ErrorKind::kCancelled) {
        parts_.logger.Error(error.what());
      } else if (!cut_short) {
        parts_.logger.Info("the resync was ended for a newer request: " +
                           std::string(error.what()));
      }
    }
  };
  std::optional<KafkaRequests> kafka;
  if (settings.event_listener.type == config::EventListenerType::kKafka) {
    kafka.emplace(
        KafkaOptionsFor(port_, settings, TlsOf(settings.ssl.port).ca_file),
        [this] { AskForResync(); }, clock_, parts_.logger);
  }
  // A resync at the start answers it anyway.
  if (!settings.event_listener.resync_on_start && store_.Note(kResyncDue))
    resync_requests_.Ask("request");
  const bool polls = settings.event_listener.type == config::EventListenerType::kPolling;
  std::jthread watch;
  if (!polls) watch = WatchPort();
  Listener listener(
      {.poll_interval = polls ? std::optional(settings.event_listener.interval) : std::nullopt,
       .resync_on_start = settings.event_listener.resync_on_start,
       .scheduled = settings.scheduled_resync_interval,
       .abort_running = settings.event_listener.abort_running_resync},
      {.resync = resync,
       .resync_request = [this] { return AskPort(); },
       .last_resync = [&] { return last_resync; }},
      resync_requests_, clock_, parts_.logger);
  listener.Run(stop);
  if (cut_short) ThrowCancelled("syncing");
  parts_.logger.Info("stopped");
  return 0;
}

void Application::NoteResyncDue() {
  store_.SetNote(kResyncDue, RandomUuid());
}

void Application::AskForResync() {
  NoteResyncDue();
  resync_requests_.Ask("request");
}

sync::RunReport Application::Resync(const std::stop_token& stop) {
  sync::ProgressSnapshot starting;
  starting.phase = "starting";
  progress_.Replace(std::move(starting));
  sync::RunReport report = CallEngine(stop);
  progress_.Update([](sync::ProgressSnapshot& snapshot) { snapshot.phase = "done"; });
  monitor_.NoteRun(report);
  TellReport(report);
  return report;
}

sync::RunReport Application::CallEngine(const std::stop_token& stop) {
  const TimePoint started_at = clock_.Now();
  const Duration start = clock_.Elapsed();
  const std::uint64_t source_requests = source_stats_->requests;
  const std::uint64_t catalog_requests = port_.stats().requests;
  ProgressView view(ViewParts());
  SyncMetrics metrics(metrics_target_,
                      {.port = port_,
                       .progress = progress_,
                       .meter = meter_,
                       .clock = clock_,
                       .logger = parts_.logger,
                       .interval = std::chrono::seconds(
                           parts_.configuration.settings.status_heartbeat_interval_seconds)});
  try {
    sync::RunReport report = Measured(stop);
    metrics.Finish(report);
    monitor_.NotePortContact("");
    return report;
  } catch (const Error& error) {
    if (error.kind() == ErrorKind::kCancelled) {
      metrics.Abort();
      throw;
    }
    sync::RunReport report = FailedRun(started_at, clock_.Elapsed() - start, error.what());
    report.source_requests = source_stats_->requests - source_requests;
    report.catalog_requests = port_.stats().requests - catalog_requests;
    store_.SaveReport(report.run_id, sync::ToJson(report));
    metrics.Finish(report);
    return report;
  }
}

sync::RunReport Application::Measured(const std::stop_token& stop) {
  const RunMeter::Span span(meter_);
  return parts_.plan != nullptr ? engine_.CarryOut(*parts_.plan, progress_, stop)
                                : engine_.Resync(progress_, stop);
}

ProgressView::Parts Application::ViewParts() {
  return {.progress = progress_,
          .logger = parts_.logger,
          .clock = clock_,
          .table_allowed = LogsText(parts_.configuration)};
}

int Application::MakePlan() {
  ReachPort();
  ReachThirdParty();
  const auto make = [&] {
    const ProgressView view(ViewParts());
    return engine_.MakePlan(progress_, parts_.signals.Stop());
  };
  const sync::Plan plan = make();
  TellPlan(plan);
  if (!plan.report.error.empty())
    std::cerr << "error: " << parts_.logger.Masker().Mask(plan.report.error) << "\n";
  return sync::ExitCode(plan);
}

void Application::TellPlan(const sync::Plan& plan) {
  const Json json = sync::ToJson(plan);
  if (parts_.options.plan_as_json) {
    std::cout << PrettyJson(json) << "\n" << std::flush;
  } else {
    std::string text;
    for (const std::string& line : PlanLines(plan, Terminal::Of(STDOUT_FILENO)))
      text += line + "\n";
    std::cout << parts_.logger.Masker().Mask(text) << std::flush;
  }
  // A plan that failed must not be carried out for one that changes nothing.
  if (parts_.options.plan_out && plan.report.error.empty())
    WriteReportFile(*parts_.options.plan_out, json);
  if (parts_.options.report) WriteReportFile(*parts_.options.report, sync::ToJson(plan.report));
}

void Application::LogReport(const sync::RunReport& report) const {
  auto [message, fields] = ReportRecord(report);
  const bool complete = report.outcome == sync::Outcome::kComplete;
  parts_.logger.Log(complete ? LogLevel::kInfo : LogLevel::kWarning, message, std::move(fields));
}

void Application::TellReport(const sync::RunReport& report) {
  const Terminal terminal = Terminal::Of(STDOUT_FILENO);
  const bool as_table = LogsText(parts_.configuration);
  // Who reads the table need not read its sums again.
  if (!as_table || !terminal.interactive) LogReport(report);
  if (as_table) {
    std::string text;
    for (const std::string& line : ReportLines(report, terminal)) text += line + "\n";
    std::cout << parts_.logger.Masker().Mask(text) << std::flush;
  }
  if (parts_.options.report) WriteReportFile(*parts_.options.report, sync::ToJson(report));
}

namespace {

sync::Plan ReadPlanFile(const fs::path& file) {
  std::ifstream in(file);
  const std::string text(std::istreambuf_iterator<char>(in), {});
  if (!in) throw Error(ErrorKind::kConfig, "--plan: " + file.string() + " cannot be read");
  try {
    return sync::ReadPlan(ParseJson(text, file.string()));
  } catch (const Error& error) {
    throw Error(ErrorKind::kConfig, "--plan " + file.string() + ": " + error.what());
  }
}

/// An application with what it borrows.
int WithApplication(const Program& program, const SailOptions& options,
                    int (Application::*work)()) {
  const config::Configuration configuration = LoadConfiguration(program, options);
  if (options.report) CheckReportFile(*options.report);
  if (options.plan_out) CheckReportFile(*options.plan_out);
  std::optional<sync::Plan> plan;
  if (options.plan) plan = ReadPlanFile(*options.plan);
  const auto grace = std::chrono::duration_cast<std::chrono::milliseconds>(
      configuration.settings.max_wait_seconds_before_shutdown);
  const SignalStop signals(grace, [] { RestoreCursor(STDERR_FILENO); });
  const Logger logger = LoggerOf(configuration);
  Application application({.program = program,
                           .options = options,
                           .configuration = configuration,
                           .logger = logger,
                           .signals = signals,
                           .plan = plan ? &*plan : nullptr});
  return (application.*work)();
}

}  // namespace

int Sail(const Program& program, const SailOptions& options) {
  return WithApplication(program, options, &Application::Run);
}

int MakePlan(const Program& program, const SailOptions& options) {
  return WithApplication(program, options, &Application::MakePlan);
}

}  // namespace ocean::app
