#include "ocean/testing/run_kind.hpp"

#include <filesystem>
#include <mutex>
#include <stop_token>

#include "ocean/base/text.hpp"
#include "ocean/sync/shared_pages.hpp"
#include "ocean/testing/capture_log.hpp"
#include "ocean/testing/manual_clock.hpp"
#include "ocean/testing/temp_dir.hpp"
#include "with_integration.hpp"

namespace ocean::testing {

namespace {

constexpr std::size_t kSharedBytes = std::size_t{1} * 1024 * 1024;

/// Keeps what a handler emits.
class Collector final : public ResyncContext {
 public:
  Collector(KindRun& run, Logger logger, std::stop_token stop)
      : run_(run), logger_(std::move(logger)), stop_(std::move(stop)) {}

  void Emit(Batch page) override {
    if (stop_.stop_requested()) ThrowCancelled("reading");
    std::lock_guard lock(mutex_);
    ++run_.pages;
    if (!page.doubt().empty()) run_.incomplete.push_back(page.doubt());
    for (Json& item : page) run_.items.push_back(std::move(item));
  }

  void MarkIncomplete(std::string_view reason) override {
    std::lock_guard lock(mutex_);
    run_.incomplete.emplace_back(reason);
  }

  PageRange Shared(const std::string& key, std::function<PageRange()> read) override {
    return shared_.Read(key, std::move(read), Stop());
  }

  std::stop_token Stop() const override { return stop_; }
  const Logger& Log() const override { return logger_; }

 private:
  std::mutex mutex_;
  KindRun& run_;
  Logger logger_;
  std::stop_token stop_;
  sync::SharedPages shared_{kSharedBytes};
};

/// Only the spec of the folder counts: a developer's own config.yaml and .env lie beside it.
config::Configuration LoadIsolated(const std::filesystem::path& folder, const Json& config) {
  const TempDir parent;
  const std::filesystem::path copy = parent / folder.filename();
  std::filesystem::create_directories(copy);
  std::filesystem::copy(folder / ".port", copy / ".port", std::filesystem::copy_options::recursive);
  auto configuration = config::Load({.folder = copy,
                                     .environment = {},
                                     .overrides = {{"integration", {{"config", config}}}},
                                     .require_port_credentials = false});
  configuration.folder = folder;
  configuration.spec.file = folder / ".port" / configuration.spec.file.filename();
  return configuration;
}

sync::Kind FindKind(const Integration& integration, const std::string& kind) {
  if (auto found = integration.kinds().Find(kind)) return *found;
  throw Error(ErrorKind::kConfig, "there is no kind \"" + kind + "\"; registered are: " +
                                      Join(integration.kinds().names(), ", "));
}

void RunHandler(const sync::Kind& kind, const Json& selector, ResyncContext& ctx) {
  config::Problems problems;
  kind.check_selector(selector, "selector", problems);
  problems.ThrowIfAny("the selector is not valid:");
  kind.resync(selector, ctx);
}

}  // namespace

void WithIntegration(const std::string& folder, const Json& config,
                     const std::function<void(Integration&)>& setup, const CaptureLog& log,
                     const std::function<void(Integration&)>& work) {
  // "integrations/jira/" and "." have no last name of their own.
  const config::Configuration configuration =
      LoadIsolated(std::filesystem::canonical(folder), config);
  for (const std::string& secret : configuration.secrets) log.logger().Masker().Add(secret);
  ManualClock clock;
  Integration integration(configuration,
                          http::ClientFactory{.transport = http::MakeCurlTransport(),
                                              .clock = clock,
                                              .logger = log.logger(),
                                              .stats = std::make_shared<http::ClientStats>()},
                          log.logger());
  setup(integration);
  work(integration);
}

KindRun RunKind(const std::string& folder, const Json& config,
                const std::function<void(Integration&)>& setup, const std::string& kind,
                const Json& selector, const std::stop_token& stop) {
  const CaptureLog log;
  KindRun run;
  WithIntegration(folder, config, setup, log, [&](Integration& integration) {
    Collector collector(run, log.logger(), stop);
    const sync::Kind definition = FindKind(integration, kind);
    try {
      RunHandler(definition, selector, collector);
    } catch (const Error& error) {
      run.error = error.what();
      run.error_kind = error.kind();
    } catch (const std::exception& error) {
      run.error = error.what();
    }
  });
  run.log = log.Records();
  return run;
}

}  // namespace ocean::testing
