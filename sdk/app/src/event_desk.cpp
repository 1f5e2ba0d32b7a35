#include "ocean/app/event_desk.hpp"

#include "ocean/base/error.hpp"
#include "ocean/base/text.hpp"
#include "ocean/state/journal.hpp"
#include "ocean/state/redis_queue.hpp"

namespace ocean::app {

namespace {

/// The key of the stream that a gateway feeds: by the id that it has for this installation, which is in the URL that it forwards.
std::string StreamOf(const config::Settings& settings) {
  const std::string& named = settings.live_events.redis_stream.stream;
  if (!named.empty()) return named;
  constexpr std::string_view kBeforeId = "/live-events/";
  const std::string& url = settings.base_url;
  std::string id;
  if (const auto at = url.find(kBeforeId); at != std::string::npos) {
    id = Split(url.substr(at + kBeforeId.size()), '/').front();
  }
  if (id.empty()) {
    throw Error(ErrorKind::kConfig,
                "live_events.redis_stream.stream is missing: it names the stream in Redis, unless "
                "base_url has /live-events/<id> in it");
  }
  return id + "/live-events/raw/event-stream";
}

}  // namespace

state::RedisQueueOptions RedisOptionsOf(const config::Settings& settings) {
  const config::LiveEventsSettings& live = settings.live_events;
  const config::RedisStreamSettings& redis = live.redis_stream;
  if (redis.enable_tls) {
    throw Error(ErrorKind::kConfig,
                "live_events.redis_stream.enable_tls: TLS is not spoken to Redis; lead the "
                "connection through a TLS proxy on this machine");
  }
  state::RedisQueueOptions options;
  options.address = state::ParseRedisUrl(redis.url);
  if (!redis.username.empty()) options.address.user = redis.username;
  if (!redis.password.empty()) options.address.password = redis.password;
  options.stream = StreamOf(settings);
  options.group = settings.integration.type + "." + settings.integration.identifier;
  options.max_events = live.max_events;
  options.max_bytes = live.max_bytes;
  options.dedupe_window = live.dedupe_window_seconds;
  options.stuck_after = redis.pel_stuck_timeout_seconds;
  options.scan_interval = redis.stream_maintenance_scan_interval_seconds;
  options.block = redis.block_ms;
  options.read_count = redis.read_count;
  options.backoff = redis.connection_error_backoff_seconds;
  return options;
}

std::unique_ptr<state::EventDesk> OpenEventDesk(const config::Configuration& configuration) {
  const config::Settings& settings = configuration.settings;
  if (settings.live_events.UsesRedis()) {
    const state::RedisQueueOptions options = RedisOptionsOf(settings);
    return std::make_unique<state::RedisDesk>(options.address, options.stream, options.group);
  }
  return std::make_unique<state::JournalDesk>(configuration.folder / settings.state.path /
                                              state::kJournalFile);
}

}  // namespace ocean::app
