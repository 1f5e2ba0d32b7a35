#include "ocean/config/settings.hpp"

#include <array>

namespace ocean {

std::vector<std::pair<std::string, LogLevel>> EnumNames<LogLevel>::Names() {
  return {{"DEBUG", LogLevel::kDebug},
          {"INFO", LogLevel::kInfo},
          {"WARNING", LogLevel::kWarning},
          {"ERROR", LogLevel::kError},
          {"CRITICAL", LogLevel::kCritical}};
}

std::vector<std::pair<std::string, LogFormat>> EnumNames<LogFormat>::Names() {
  return {{"text", LogFormat::kText}, {"json", LogFormat::kJson}};
}

std::vector<std::pair<std::string, config::EventListenerType>>
EnumNames<config::EventListenerType>::Names() {
  using Type = config::EventListenerType;
  return {{"POLLING", Type::kPolling},
          {"ONCE", Type::kOnce},
          {"WEBHOOK", Type::kWebhook},
          {"KAFKA", Type::kKafka},
          {"WEBHOOKS_ONLY", Type::kWebhooksOnly},
          {"ACTIONS_ONLY", Type::kActionsOnly}};
}

std::vector<std::pair<std::string, config::LiveEventsType>>
EnumNames<config::LiveEventsType>::Names() {
  return {{"JOURNAL", config::LiveEventsType::kJournal}, {"REDIS", config::LiveEventsType::kRedis}};
}

std::vector<std::pair<std::string, config::Runtime>> EnumNames<config::Runtime>::Names() {
  return {{"OnPrem", config::Runtime::kOnPrem}, {"Saas", config::Runtime::kSaas}};
}

std::vector<std::pair<std::string, config::ChangeDetectionMode>>
EnumNames<config::ChangeDetectionMode>::Names() {
  return {{"index", config::ChangeDetectionMode::kIndex},
          {"catalog", config::ChangeDetectionMode::kCatalog},
          {"off", config::ChangeDetectionMode::kOff}};
}

std::vector<std::pair<std::string, config::ResourcesOrigin>>
EnumNames<config::ResourcesOrigin>::Names() {
  using Origin = config::ResourcesOrigin;
  return {{"Empty", Origin::kEmpty},
          {"Ocean", Origin::kOcean},
          {"Default", Origin::kDefault},
          {"Port", Origin::kPort}};
}

}  // namespace ocean

namespace ocean::config {

bool EventListenerSettings::Resyncs() const {
  return should_resync.value_or(type != EventListenerType::kWebhooksOnly &&
                                type != EventListenerType::kActionsOnly);
}

bool EventListenerSettings::ProcessesWebhooks() const {
  return should_process_webhooks.value_or(type != EventListenerType::kOnce &&
                                          type != EventListenerType::kActionsOnly);
}

Fields<PortSettings> PortSettings::Describe() {
  using S = PortSettings;
  return Fields<S>()
      .Add("client_id", &S::client_id, "Client id of the Port account.", Sensitive())
      .Add("client_secret", &S::client_secret, "Client secret of the Port account.")
      .Add("base_url", &S::base_url, "Port's API.", Url())
      .Add("port_app_config_cache_ttl", &S::port_app_config_cache_ttl,
           "How long live events go by a mapping that was read.", AtLeast(0));
}

Fields<IntegrationSettings> IntegrationSettings::Describe() {
  using S = IntegrationSettings;
  return Fields<S>()
      .Add("identifier", &S::identifier, "Identifies this installation in Port.")
      .Add("type", &S::type, "The integration's type.")
      .Add("config", &S::config, "The integration's own options, which its spec declares.");
}

Fields<EventListenerSettings> EventListenerSettings::Describe() {
  using S = EventListenerSettings;
  return Fields<S>()
      .Add("type", &S::type, "What triggers a resync.")
      .Add("interval", &S::interval,
           "Time between two looks at Port: POLLING for requests, the others whether it answers.",
           AtLeast(1))
      .Add("resync_on_start", &S::resync_on_start, "POLLING: begin with a resync.")
      .Add("abort_running_resync", &S::abort_running_resync,
           "A new request ends the resync that runs and begins the next one; else it waits.")
      .Add("app_host", &S::app_host, "WEBHOOK: the URL at which Port reaches this process.", Url())
      .Add("brokers", &S::brokers, "KAFKA: addresses of the brokers, separated by commas.")
      .Add("security_protocol", &S::security_protocol, "KAFKA: as librdkafka names it.")
      .Add("authentication_mechanism", &S::authentication_mechanism,
           "KAFKA: as librdkafka names it.")
      .Add("kafka_security_enabled", &S::kafka_security_enabled, "KAFKA: connect with credentials.")
      .Add("consumer_poll_timeout", &S::consumer_poll_timeout, "KAFKA: longest wait for a message.",
           AtLeast(1))
      .Add("should_resync", &S::should_resync, "Overrides whether this type of listener resyncs.")
      .Add("should_process_webhooks", &S::should_process_webhooks,
           "Overrides whether this type handles live events.");
}

Fields<TlsSettings> TlsSettings::Describe() {
  return Fields<TlsSettings>().Add("verify", &TlsSettings::verify,
                                   "Check the certificate of the other side.");
}

Fields<SslSettings> SslSettings::Describe() {
  return Fields<SslSettings>()
      .Add("port", &SslSettings::port, "TLS towards Port.")
      .Add("third_party", &SslSettings::third_party, "TLS towards the third-party system.");
}

Fields<ServerSettings> ServerSettings::Describe() {
  using S = ServerSettings;
  return Fields<S>()
      .Add("max_connections", &S::max_connections,
           "Connections at a time; beyond them those that wait longest are closed.",
           Range(1, 100'000))
      .Add("max_requests_per_second", &S::max_requests_per_second,
           "Of each client's address; 0 is no limit. Behind a proxy all clients are one.",
           Range(0, 1'000'000))
      .Add("max_header_bytes", &S::max_header_bytes, "Bytes of a request's headers.", ByteUnits(),
           Range(1024, 1'048'576))
      .Add("max_body_bytes", &S::max_body_bytes, "Bytes of a request's body.", ByteUnits(),
           AtLeast(1))
      .Add("request_timeout", &S::request_timeout,
           "Longest time for a request to come whole, and for its answer to be taken.", AtLeast(1))
      .Add("idle_timeout", &S::idle_timeout, "How long a connection without a request is kept.",
           AtLeast(1))
      .Add("certificate_file", &S::certificate_file,
           "PEM file of the certificate, or its chain; with key_file, TLS is spoken.", NotBlank())
      .Add("key_file", &S::key_file, "PEM file of the certificate's private key.", NotBlank());
}

bool LiveEventsSettings::UsesRedis() const {
  return type == LiveEventsType::kRedis || is_redis_stream_consumer_enabled;
}

Fields<RedisStreamSettings> RedisStreamSettings::Describe() {
  using S = RedisStreamSettings;
  return Fields<S>()
      .Add("url", &S::url, "REDIS: redis://[user:password@]host[:port][/number].", Sensitive())
      .Add("username", &S::username, "REDIS: instead of the URL's.")
      .Add("password", &S::password, "REDIS: instead of the URL's.")
      .Add("enable_tls", &S::enable_tls, "REDIS: must be false: TLS is a proxy's business.")
      .Add("stream", &S::stream,
           "REDIS: key of the stream; empty takes it from /live-events/<id> in base_url.")
      .Add("block_ms", &S::block_ms, "REDIS: longest wait for events, in milliseconds.",
           Range(1, 60'000))
      .Add("read_count", &S::read_count, "REDIS: events that a process takes at once.",
           Range(1, 1000))
      .Add("pel_stuck_timeout_seconds", &S::pel_stuck_timeout_seconds,
           "REDIS: the events of a process that is silent for so long go to the others.",
           AtLeast(1))
      .Add("stream_maintenance_scan_interval_seconds", &S::stream_maintenance_scan_interval_seconds,
           "REDIS: how often silent processes are looked for.", AtLeast(1))
      .Add("connection_error_backoff_seconds", &S::connection_error_backoff_seconds,
           "REDIS: time before a connection that broke is made anew.", AtLeast(1));
}

Fields<LiveEventsSettings> LiveEventsSettings::Describe() {
  using S = LiveEventsSettings;
  return Fields<S>()
      .Add("type", &S::type,
           "Where events wait: a journal in state.path, or Redis for several processes.")
      .Add("is_redis_stream_consumer_enabled", &S::is_redis_stream_consumer_enabled,
           "Another way to say that type is REDIS.")
      .Add("redis_stream", &S::redis_stream, "The stream, for REDIS.")
      .Add("max_events", &S::max_events, "Events of one path that may wait.", AtLeast(1))
      .Add("max_bytes", &S::max_bytes, "Bytes of the events of one path that may wait.",
           ByteUnits(), AtLeast(1))
      .Add("dedupe_window_seconds", &S::dedupe_window_seconds,
           "How long a delivery is recognised when it comes again.", AtLeast(0));
}

Fields<StateSettings> StateSettings::Describe() {
  return Fields<StateSettings>().Add("path", &StateSettings::path,
                                     "Folder of the local store; must outlive the process.",
                                     NotBlank());
}

Fields<MemorySettings> MemorySettings::Describe() {
  return Fields<MemorySettings>().Add("limit", &MemorySettings::limit, "Data in flight, in bytes.",
                                      ByteUnits(), AtLeast(65'536));
}

Fields<ResyncSettings> ResyncSettings::Describe() {
  using S = ResyncSettings;
  return Fields<S>()
      .Add("block_concurrency", &S::block_concurrency,
           "Resources of the mapping that are read at once.", Range(1, 64))
      .Add("transform_workers", &S::transform_workers,
           "Threads that map items; 0 is one for each core.", Range(0, 256));
}

Fields<ChangeDetectionSettings> ChangeDetectionSettings::Describe() {
  using S = ChangeDetectionSettings;
  return Fields<S>()
      .Add("mode", &S::mode,
           "index: compare with a local index of what was sent; catalog: ask the catalog for each "
           "entity; off: send everything.")
      .Add("full_interval", &S::full_interval,
           "So often all entities are compared with the catalog, whatever the index says.");
}

Fields<DeletionSettings> DeletionSettings::Describe() {
  using S = DeletionSettings;
  return Fields<S>()
      .Add("free_count", &S::free_count,
           "Entities of a blueprint that are deleted whatever share they are.", AtLeast(0))
      .Add("null_identifier_share", &S::null_identifier_share,
           "A resource of whose items more than this share has no identifier deletes nothing.",
           Range(0, 1));
}

Fields<Settings> Settings::Describe() {
  using S = Settings;
  return Fields<S>()
      .Add("port", &S::port, "The Port account.")
      .Add("integration", &S::integration, "This installation.")
      .Add("event_listener", &S::event_listener, "What triggers a resync.")
      .Add("initialize_port_resources", &S::initialize_port_resources,
           "Create the default blueprints and mapping.")
      .Add("create_port_resources_origin", &S::create_port_resources_origin,
           "Who creates the default resources.")
      .Add("resources_path", &S::resources_path, "Folder of the default resources.", NotBlank())
      .Add("scheduled_resync_interval", &S::scheduled_resync_interval,
           "Minutes between two resyncs; unset for none.", AtLeast(1))
      .Add("base_url", &S::base_url,
           "Public URL of this process; with it, webhooks are registered.", Url())
      .Add("path_prefix", &S::path_prefix, "Prefix of all served paths.")
      .Add("runtime", &S::runtime, "Where this process runs.")
      .Add("client_timeout", &S::client_timeout,
           "Longest wait for an answer of the third-party system.", AtLeast(1))
      .Add("send_raw_data_examples", &S::send_raw_data_examples,
           "Send a few raw objects to Port for its mapping editor.")
      .Add("allow_environment_variables_jq_access", &S::allow_environment_variables_jq_access,
           "Mappings may read environment variables.")
      .Add("upsert_entities_batch_max_length", &S::upsert_entities_batch_max_length,
           "Entities in one request.", Range(1, 20))
      .Add("upsert_entities_batch_max_size_in_bytes", &S::upsert_entities_batch_max_size_in_bytes,
           "Bytes in one request.", ByteUnits(), AtLeast(1))
      .Add("delete_entities_max_batch_size", &S::delete_entities_max_batch_size,
           "Entities deleted by one request; more than 100, which is all that Port takes, count as "
           "100.",
           AtLeast(1))
      .Add("yield_items_to_parse_batch_size", &S::yield_items_to_parse_batch_size,
           "Items of an expanded list that are mapped at once.", AtLeast(1))
      .Add("process_in_queue_timeout", &S::process_in_queue_timeout,
           "Longest time to map one item.", AtLeast(1))
      .Add("event_workers_count", &S::event_workers_count, "Live events that are handled at once.",
           Range(1, 64))
      .Add("max_event_processing_seconds", &S::max_event_processing_seconds,
           "Longest time to handle one live event.", AtLeast(0))
      .Add("max_wait_seconds_before_shutdown", &S::max_wait_seconds_before_shutdown,
           "Longest wait for work in flight at shutdown.", AtLeast(0))
      .Add("events_debug_logging", &S::events_debug_logging, "Log the bodies of webhooks, masked.")
      .Add("oauth_access_token_file_path", &S::oauth_access_token_file_path,
           "File that holds the third-party token, and is read again when it changes.")
      .Add("disable_ip_outbound_blocker", &S::disable_ip_outbound_blocker,
           "Allow the integration requests to private addresses; false allows public ones only.")
      .Add("ssl", &S::ssl, "TLS.")
      .Add("status_heartbeat_interval_seconds", &S::status_heartbeat_interval_seconds,
           "Seconds between two signs of life.", AtLeast(1))
      .Add("server", &S::server, "The HTTP server of this process.")
      .Add("live_events", &S::live_events, "Webhooks between their answer and their effect.")
      .Add("state", &S::state, "The local store.")
      .Add("memory", &S::memory, "Bounds of memory.")
      .Add("resync", &S::resync, "How a resync works.")
      .Add("change_detection", &S::change_detection,
           "How it is found out that the catalog has an entity already.")
      .Add("deletion", &S::deletion, "What guards against wrong deletions.")
      .Add("log_level", &S::log_level, "The least severe records that are logged.")
      .Add("log_format", &S::log_format, "text or json; unset: text on a terminal, json elsewhere.")
      .Add("enable_http_logging", &S::enable_http_logging, "Ship log records to Port.")
      .Add("port_number", &S::port_number, "Port on which this process listens; 0 for any.",
           Range(0, 65'535));
}

namespace {

constexpr std::string_view kNoActions = "Port's actions are not run";
constexpr std::string_view kNoIncrementalSync = "a resync reads everything";
constexpr std::string_view kNoLakehouse = "items are mapped here and go to the catalog alone";
constexpr std::string_view kNoRedisTls =
    "TLS is not spoken to Redis: lead the connection by a proxy";
constexpr std::string_view kRedisConnects = "a broken connection is made anew until it holds";
constexpr std::string_view kRedisClaims =
    "pel_stuck_timeout_seconds alone says when events go to other processes";
constexpr std::string_view kNotKept = "what a step reads from Port is not kept for the next one";

constexpr auto kWithoutEffect = std::to_array<SettingWithoutEffect>({
    {"actions_processor", kNoActions},
    {"caching_storage_mode", "what kinds share is held in memory, for one resync, within bounds"},
    {"event_listener.should_run_actions", kNoActions},
    {"integration.incremental_sync_enabled", kNoIncrementalSync},
    {"integration.incremental_sync_interval", kNoIncrementalSync},
    {"lakehouse_buffer_interval_seconds", kNoLakehouse},
    {"lakehouse_buffer_max_count", kNoLakehouse},
    {"lakehouse_enabled", kNoLakehouse},
    {"live_events.redis_stream.ca", kNoRedisTls},
    {"live_events.redis_stream.cert", kNoRedisTls},
    {"live_events.redis_stream.connection_startup_exponential_base", kRedisConnects},
    {"live_events.redis_stream.connection_startup_initial_backoff_seconds", kRedisConnects},
    {"live_events.redis_stream.connection_startup_max_retries", kRedisConnects},
    {"live_events.redis_stream.pel_max_requeue_count", kRedisClaims},
    {"live_events.redis_stream.pel_xautoclaim_count", kRedisClaims},
    {"live_events.redis_stream.private_key", kNoRedisTls},
    {"live_events.redis_stream.stream_maintenance_consumer_cleanup_enabled", kRedisClaims},
    {"live_events.redis_stream.stream_maintenance_consumer_cleanup_idle_seconds", kRedisClaims},
    {"live_events.redis_stream.stream_maintenance_error_backoff_seconds", kRedisConnects},
    {"live_events.redis_stream.stream_maintenance_worker_enabled", kRedisClaims},
    {"live_events.redis_stream.stream_ttl_seconds", "entries are deleted once they are done"},
    {"metrics", "metrics are always served at /metrics, and sent to Port where it names a place"},
    {"port.blueprint_cache_ttl_seconds", kNotKept},
    {"port.feature_flags_cache_ttl_seconds", kNotKept},
    {"process_execution_mode", "everything runs in one process"},
    {"processing_mode", "items are mapped here, never by Port"},
    {"ssl.port.x509", "certificates are checked without the strict profile of X.509"},
    {"ssl.third_party.x509", "certificates are checked without the strict profile of X.509"},
    {"streaming", "integrations read large answers as streams by themselves, without files"},
});

}  // namespace

std::span<const SettingWithoutEffect> SettingsWithoutEffect() {
  return kWithoutEffect;
}

}  // namespace ocean::config
