#include "live_events.hpp"

#include <sys/vfs.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <climits>

#include "ocean/app/event_desk.hpp"
#include "ocean/base/error.hpp"
#include "ocean/base/hash.hpp"
#include "ocean/base/json.hpp"

namespace ocean::app {

namespace {

/// As statfs(2) names them.
constexpr long kTmpfs = 0x01021994;
constexpr long kRamfs = 0x858458f6;
constexpr long kOverlay = 0x794c7630;

state::JournalOptions Completed(state::JournalOptions options, const config::Settings& settings,
                                const std::filesystem::path& folder) {
  const config::LiveEventsSettings& live = settings.live_events;
  options.file = folder / state::kJournalFile;
  options.max_events = live.max_events;
  options.max_bytes = live.max_bytes;
  options.dedupe_window = live.dedupe_window_seconds;
  return options;
}

std::string HostName() {
  std::array<char, HOST_NAME_MAX + 1> name{};
  return gethostname(name.data(), name.size() - 1) == 0 ? name.data() : "localhost";
}

/// Ours alone and the same after a restart: no two processes of a machine share a state folder.
std::string ConsumerName(const config::Settings& settings, const std::filesystem::path& folder) {
  const std::string place = std::filesystem::absolute(folder).lexically_normal().string();
  return settings.integration.identifier + "-" + HostName() + "-" +
         HashBytes(place).Hex().substr(0, 8);
}

std::unique_ptr<state::EventQueue> MakeQueue(const LiveEvents::Parts& parts,
                                             const WebhookGate& gate) {
  Clock& clock = parts.engine.clock;
  const Logger& logger = parts.engine.logger;
  if (!parts.settings.live_events.UsesRedis()) {
    return std::make_unique<state::Journal>(
        Completed(parts.journal, parts.settings, parts.state_folder), clock, logger);
  }
  state::RedisQueueOptions options = RedisOptionsOf(parts.settings);
  options.consumer = ConsumerName(parts.settings, parts.state_folder);
  options.admit = [&gate](const state::ForeignEvent& event) { return gate.Admit(event); };
  return std::make_unique<state::RedisQueue>(std::move(options), clock, logger);
}

}  // namespace

sync::LiveOptions LiveOptionsOf(const config::Settings& settings) {
  return {.mapping_ttl = settings.port.port_app_config_cache_ttl,
          .item_time_limit = settings.process_in_queue_timeout,
          .allow_environment_in_jq = settings.allow_environment_variables_jq_access};
}

std::string VolatileFileSystem(const std::filesystem::path& folder) {
  struct statfs info{};
  if (statfs(folder.c_str(), &info) != 0) return {};
  switch (info.f_type) {
    case kTmpfs:
      return "tmpfs";
    case kRamfs:
      return "ramfs";
    case kOverlay:
      return "overlay";
    default:
      return {};
  }
}

LiveEvents::LiveEvents(Parts parts)
    : parts_(std::move(parts)),
      gate_(parts_.webhooks, parts_.engine.logger),
      queue_(MakeQueue(parts_, gate_)),
      intake_(gate_, *queue_, parts_.engine.clock, parts_.engine.logger,
              {.log_bodies = parts_.settings.events_debug_logging}),
      live_(parts_.engine, LiveOptionsOf(parts_.settings)),
      runner_({.webhooks = parts_.webhooks,
               .live = live_,
               .logger = parts_.engine.logger,
               .ask_for_resync = parts_.ask_for_resync,
               .at_point = parts_.journal.at_point}),
      dispatcher_({*queue_, runner_, parts_.engine.clock, parts_.engine.logger},
                  {.workers = parts_.settings.event_workers_count,
                   .max_processing = std::chrono::duration_cast<Duration>(
                       parts_.settings.max_event_processing_seconds),
                   .stop = parts_.stop}) {
  const std::string volatile_system = VolatileFileSystem(parts_.state_folder);
  if (!volatile_system.empty() && !parts_.settings.live_events.UsesRedis()) {
    parts_.engine.logger.Warning(
        "state.path (" + parts_.state_folder.string() + ") is on " + volatile_system +
        ", which does not last: events that were answered are lost with it. "
        "Mount a persistent volume there");
  }
}

LiveFigures LiveEvents::Figures() const {
  const IntakeCounts& intake = intake_.counts();
  const DispatchCounts& dispatch = dispatcher_.counts();
  LiveFigures figures;
  figures.counts = {{"stored", intake.stored},
                    {"duplicate", intake.duplicates},
                    {"ignored", intake.ignored},
                    {"unauthorized", intake.unauthorized},
                    {"malformed", intake.malformed},
                    {"refused", intake.refused},
                    {"done", dispatch.done},
                    {"coalesced", dispatch.coalesced},
                    {"failed_attempt", dispatch.failed_attempts},
                    {"dead", dispatch.dead}};
  figures.problem = queue_->problem();
  if (!figures.problem.empty()) return figures;
  try {
    const TimePoint now = parts_.engine.clock.Now();
    for (const state::EventCount& count : queue_->Counts()) {
      const Duration lag =
          count.oldest ? std::max(now - *count.oldest, Duration::zero()) : Duration();
      figures.paths.push_back({count.path, count.pending, count.pending_bytes, count.dead,
                               std::chrono::duration<double>(lag).count()});
    }
  } catch (const Error& error) {
    figures.problem = error.what();
  }
  return figures;
}

Json ToJson(const LiveFigures& figures) {
  Json json = {{"paths", Json::array()}, {"since_start", Json::object()}};
  for (const LiveFigures::Path& path : figures.paths) {
    json["paths"].push_back({{"path", path.path},
                             {"pending", path.pending},
                             {"pending_bytes", path.pending_bytes},
                             {"dead", path.dead},
                             {"lag_seconds", path.lag_seconds}});
  }
  for (const auto& [name, count] : figures.counts) json["since_start"][std::string(name)] = count;
  if (!figures.problem.empty()) json["problem"] = figures.problem;
  return json;
}

}  // namespace ocean::app
