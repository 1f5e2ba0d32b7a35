#pragma once
/// @file The settings of one running integration, typed, with their defaults.
///
/// The key of a setting is its path here: Settings::port.base_url is `port.base_url` (or
/// `port.baseUrl`) in config.yaml and OCEAN__PORT__BASE_URL in the environment. Descriptions are in
/// the field tables of settings.cpp.

#include <chrono>
#include <cstdint>
#include <filesystem>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "ocean/base/json.hpp"
#include "ocean/base/log.hpp"
#include "ocean/base/secret.hpp"
#include "ocean/config/fields.hpp"

namespace ocean::config {

/// Seconds with a fraction.
using FractionalSeconds = std::chrono::duration<double>;

enum class EventListenerType { kPolling, kOnce, kWebhook, kKafka, kWebhooksOnly, kActionsOnly };
enum class LiveEventsType { kJournal, kRedis };
enum class Runtime { kOnPrem, kSaas };
enum class ResourcesOrigin { kEmpty, kOcean, kDefault, kPort };

struct PortSettings {
  std::string client_id;
  Secret client_secret;
  /// Without a slash at its end.
  std::string base_url = "https://api.getport.io";
  std::chrono::seconds port_app_config_cache_ttl{60};
  static Fields<PortSettings> Describe();
};

struct IntegrationSettings {
  /// "my-<type>-integration" unless given.
  std::string identifier;
  /// Lower case; the spec's unless given.
  std::string type;
  /// The same as Configuration::integration_config.
  Json config = Json::object();
  static Fields<IntegrationSettings> Describe();
};

/// How a resync is triggered. Fields of other types than `type` are read and ignored.
struct EventListenerSettings {
  EventListenerType type = EventListenerType::kPolling;
  /// Between two questions to Port: with POLLING for requests, else whether it answers.
  std::chrono::seconds interval{60};
  bool resync_on_start = true;
  /// A new request ends the resync that runs, and the next one begins; else it waits for its end.
  bool abort_running_resync = false;
  /// WEBHOOK: required there.
  Secret app_host;
  /// KAFKA: comma-separated, or a JSON array.
  std::string brokers =
      "b-1-public.publicclusterprod.t9rw6w.c1.kafka.eu-west-1.amazonaws.com:9196,"
      "b-2-public.publicclusterprod.t9rw6w.c1.kafka.eu-west-1.amazonaws.com:9196,"
      "b-3-public.publicclusterprod.t9rw6w.c1.kafka.eu-west-1.amazonaws.com:9196";
  std::string security_protocol = "SASL_SSL";
  std::string authentication_mechanism = "SCRAM-SHA-512";
  bool kafka_security_enabled = true;
  std::chrono::seconds consumer_poll_timeout{1};
  /// Override what the type implies; Resyncs() and ProcessesWebhooks() have the outcome.
  std::optional<bool> should_resync;
  std::optional<bool> should_process_webhooks;

  bool Resyncs() const;
  bool ProcessesWebhooks() const;
  static Fields<EventListenerSettings> Describe();
};

struct TlsSettings {
  bool verify = true;
  static Fields<TlsSettings> Describe();
};

struct SslSettings {
  TlsSettings port;
  TlsSettings third_party;
  static Fields<SslSettings> Describe();
};

struct StateSettings {
  /// Relative to the integration's folder.
  std::filesystem::path path = ".ocean";
  static Fields<StateSettings> Describe();
};

/// What the process's own HTTP server takes.
struct ServerSettings {
  int max_connections = 1024;
  /// Of each client's address; 0 is no limit.
  int max_requests_per_second = 0;
  std::int64_t max_header_bytes = 16'384;
  std::int64_t max_body_bytes = 10'485'760;
  std::chrono::seconds request_timeout{30};
  std::chrono::seconds idle_timeout{75};
  /// Relative to the integration's folder. Unset: no TLS.
  std::optional<std::filesystem::path> certificate_file;
  std::optional<std::filesystem::path> key_file;
  static Fields<ServerSettings> Describe();
};

/// REDIS: the stream that several processes share.
struct RedisStreamSettings {
  std::string url = "redis://localhost:6379";
  /// Override what the URL says.
  std::string username;
  Secret password;
  /// Is not spoken; here so that nobody takes a plain connection for another.
  bool enable_tls = false;
  /// Empty: from the id in base_url, "/live-events/<id>".
  std::string stream;
  std::chrono::milliseconds block_ms{1000};
  int read_count = 10;
  std::chrono::seconds pel_stuck_timeout_seconds{60};
  std::chrono::seconds stream_maintenance_scan_interval_seconds{30};
  std::chrono::seconds connection_error_backoff_seconds{5};
  static Fields<RedisStreamSettings> Describe();
};

struct LiveEventsSettings {
  LiveEventsType type = LiveEventsType::kJournal;
  /// Another way to say REDIS.
  bool is_redis_stream_consumer_enabled = false;
  RedisStreamSettings redis_stream;
  /// Of each path; beyond them events are refused with 503.
  std::int64_t max_events = 100'000;
  std::int64_t max_bytes = 268'435'456;
  /// How long a delivery that comes again is recognised.
  std::chrono::seconds dedupe_window_seconds{3600};
  bool UsesRedis() const;
  static Fields<LiveEventsSettings> Describe();
};

struct MemorySettings {
  /// Bytes of data in flight.
  std::int64_t limit = 8'388'608;
  static Fields<MemorySettings> Describe();
};

struct ResyncSettings {
  int block_concurrency = 4;
  /// 0: as many as there are cores. `process_in_queue_max_workers` is understood as this.
  int transform_workers = 0;
  static Fields<ResyncSettings> Describe();
};

/// How it is found out whether the catalog already has an entity as it is.
enum class ChangeDetectionMode {
  kIndex,    ///< by a local index of what was sent, checked against the catalog from time to time
  kCatalog,  ///< by asking the catalog for each
  kOff,      ///< not at all: everything is sent
};

struct ChangeDetectionSettings {
  ChangeDetectionMode mode = ChangeDetectionMode::kIndex;
  /// So often all entities are compared with the catalog, whatever the index says.
  std::chrono::seconds full_interval{std::chrono::hours(24)};
  static Fields<ChangeDetectionSettings> Describe();
};

struct DeletionSettings {
  /// Up to so many entities of a blueprint are deleted whatever share they are.
  int free_count = 10;
  /// A block in which more than this share of items maps to no identifier is incomplete.
  double null_identifier_share = 0.01;
  static Fields<DeletionSettings> Describe();
};

struct Settings {
  PortSettings port;
  IntegrationSettings integration;
  EventListenerSettings event_listener;
  bool initialize_port_resources = true;
  std::optional<ResourcesOrigin> create_port_resources_origin;
  /// Relative to the integration's folder.
  std::filesystem::path resources_path = ".port/resources";
  std::optional<std::chrono::minutes> scheduled_resync_interval;
  /// Public URL of this process, without a slash at its end; empty: webhooks are not registered.
  std::string base_url;
  /// Empty, or "/prefix" without a slash at its end.
  std::string path_prefix;
  Runtime runtime = Runtime::kOnPrem;
  std::chrono::seconds client_timeout{60};
  bool send_raw_data_examples = true;
  bool allow_environment_variables_jq_access = false;
  int upsert_entities_batch_max_length = 20;
  std::int64_t upsert_entities_batch_max_size_in_bytes = 1'048'576;
  int delete_entities_max_batch_size = 100;
  int yield_items_to_parse_batch_size = 200;
  std::chrono::seconds process_in_queue_timeout{120};
  int event_workers_count = 4;
  FractionalSeconds max_event_processing_seconds{90};
  FractionalSeconds max_wait_seconds_before_shutdown{5};
  bool events_debug_logging = false;
  std::optional<std::filesystem::path> oauth_access_token_file_path;
  /// True unless runtime is Saas.
  bool disable_ip_outbound_blocker = true;
  SslSettings ssl;
  int status_heartbeat_interval_seconds = 10;

  ServerSettings server;
  LiveEventsSettings live_events;
  StateSettings state;
  MemorySettings memory;
  ResyncSettings resync;
  ChangeDetectionSettings change_detection;
  DeletionSettings deletion;

  /// `application.log_level`, APPLICATION__LOG_LEVEL.
  LogLevel log_level = LogLevel::kInfo;
  /// `application.log_format`, APPLICATION__LOG_FORMAT. Unset: text on a terminal, JSON elsewhere
  /// is the application's choice.
  std::optional<LogFormat> log_format;
  /// `application.enable_http_logging`, APPLICATION__ENABLE_HTTP_LOGGING: ship log records to Port.
  bool enable_http_logging = true;
  /// `application.port`, APPLICATION__PORT.
  int port_number = 8000;

  static Fields<Settings> Describe();
};

/// A setting of other implementations of this product, or a section of such, that changes nothing here.
struct SettingWithoutEffect {
  std::string_view path;
  std::string_view why;
};
/// All of them, by path. Settings has no members for them.
std::span<const SettingWithoutEffect> SettingsWithoutEffect();

}  // namespace ocean::config

namespace ocean {

template <>
struct EnumNames<LogLevel> {
  static std::vector<std::pair<std::string, LogLevel>> Names();
};
template <>
struct EnumNames<LogFormat> {
  static std::vector<std::pair<std::string, LogFormat>> Names();
};
template <>
struct EnumNames<config::EventListenerType> {
  static std::vector<std::pair<std::string, config::EventListenerType>> Names();
};
template <>
struct EnumNames<config::LiveEventsType> {
  static std::vector<std::pair<std::string, config::LiveEventsType>> Names();
};
template <>
struct EnumNames<config::Runtime> {
  static std::vector<std::pair<std::string, config::Runtime>> Names();
};
template <>
struct EnumNames<config::ChangeDetectionMode> {
  static std::vector<std::pair<std::string, config::ChangeDetectionMode>> Names();
};
template <>
struct EnumNames<config::ResourcesOrigin> {
  static std::vector<std::pair<std::string, config::ResourcesOrigin>> Names();
};

}  // namespace ocean
