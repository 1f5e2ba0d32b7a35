#pragma once
/// @file Port's REST API, as an integration uses it.

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <span>
#include <stop_token>
#include <string>
#include <string_view>
#include <vector>

#include "ocean/base/clock.hpp"
#include "ocean/base/json.hpp"
#include "ocean/base/secret.hpp"
#include "ocean/http/client.hpp"
#include "ocean/port/entity.hpp"

namespace ocean::port {

/// Who we are to Port: ownership of entities hangs on it.
struct Identity {
  std::string type;
  std::string version;
  std::string identifier;

  /// "port-ocean/<type>/<version>/<identifier>", with "/exporter" where catalog data is touched.
  std::string UserAgent(bool touches_catalog) const;
};

struct ClientOptions {
  std::string base_url = "https://api.getport.io";
  std::string client_id = {};
  Secret client_secret = {};
  Identity identity = {};
  http::TlsOptions tls = {};
  std::size_t upsert_batch_entities = 20;
  std::size_t upsert_batch_bytes = std::size_t{1024} * 1024;
  /// Port takes 100 at most.
  std::size_t delete_batch_entities = 100;
};

/// The event on whose behalf entities are written; it goes into the query of each write.
struct EventInfo {
  std::string type = "resync";
  /// Sent with type "resync" only, and only when it is known.
  std::string resync_id = {};
};

struct UpsertOptions {
  bool merge = true;
  bool create_missing_related_entities = true;
  EventInfo event = {};
};

/// When resyncs run by the clock: at each multiple of the interval from the anchor.
struct ResyncSchedule {
  TimePoint anchor;
  std::chrono::minutes interval;

  /// The first time of the schedule after `now`.
  TimePoint NextAfter(TimePoint now) const;
};

/// What of the account decides how Port is used.
struct Organization {
  std::string id;
  std::vector<std::string> feature_flags;

  bool Has(std::string_view flag) const;
};

struct KafkaCredentials {
  std::string user;
  Secret password;
};

/// One entity of the ownership listing.
struct OwnedEntity {
  std::string blueprint;
  std::string identifier;
};

/// Port's API: authenticated, retried, in Port's batches.
///
/// Token     fetched on first use, by one thread for all; renewed a minute (or a tenth of its life)
/// early; after a 401 renewed once and
///           the request sent again, whatever its method. Refused credentials are Error{kAuth} at
///           once
/// Errors    what http::Client throws, with Port's own message in it
/// Threads   all operations may overlap
class Client {
 public:
  Client(ClientOptions options, const http::ClientFactory& factory);
  ~Client();

  /// Fetches a token now, so that wrong credentials and an unreachable Port show at the start.
  void Authenticate();

  // The integration.

  /// Empty when Port does not know it (404); any other failure is an error.
  std::optional<Json> GetIntegration(const std::stop_token& stop = {});
  /// Creates it and returns what Port made of it. `body` as in the API, without installationId,
  /// type and version. `resources_by_port`: Port makes the mapping and the blueprints, which takes
  /// it a while.
  Json CreateIntegration(Json body, bool resources_by_port = false);
  /// Changes the given members; the version is always sent.
  Json PatchIntegration(Json patch);
  /// Replaces the mapping. Port asks for a resync then, unless `skip_resync`.
  void PatchIntegrationConfig(const Json& config, bool skip_resync = false);
  void DeleteIntegration();
  /// Tells Port that a resync runs; returns Port's own time of it, when the answer holds one.
  std::optional<TimePoint> ReportResyncStarted(TimePoint now,
                                               const std::optional<ResyncSchedule>& schedule,
                                               const std::stop_token& stop = {});
  /// `status` is completed, failed or aborted. When `stop` was requested before, somebody waits for the end: then it is tried once, with
  /// the token that there is, for half a second.
  void ReportResyncEnded(std::string_view status, TimePoint now,
                         const std::optional<ResyncSchedule>& schedule,
                         const std::stop_token& stop = {});
  /// When a resync was last asked for; empty when never.
  std::optional<TimePoint> GetResyncRequest();
  void PostKindExamples(const std::string& kind, const std::vector<Json>& examples,
                        const std::stop_token& stop = {});

  // The account.

  Organization GetOrganization();
  /// Types of integrations whose default resources Port can make by itself.
  std::vector<std::string> GetProvisionedTypes();
  KafkaCredentials GetKafkaCredentials();

  // Addresses that Port gave with the integration. Failures of these calls are in no log: what is
  // sent here tells of the work and must not hinder it.

  void PostLogs(const std::string& ingest_url, const Json& logs);
  /// States of a run's kinds, all at once.
  void PostSyncMetrics(const std::string& ingest_url, const Json& metrics);
  /// What became of one kind since; its `eventId` and `kindIdentifier` say which.
  void PutKindMetrics(const std::string& ingest_url, const Json& metrics);
  void PostHeartbeat(const std::string& ingest_url, const std::string& resync_id);

  // Blueprints and the resources around them.

  /// Empty when there is none (404).
  std::optional<Json> GetBlueprint(const std::string& identifier, const std::stop_token& stop = {});
  void CreateBlueprint(const Json& blueprint);
  void PatchBlueprint(const std::string& identifier, const Json& blueprint);
  void DeleteBlueprint(const std::string& identifier);
  /// Begins to delete all entities of a blueprint, whoever owns them, and then the blueprint. Returns
  /// the migration that does it; empty when Port names none.
  std::string DeleteBlueprintWithEntities(const std::string& identifier);
  /// PENDING, INITIALIZING, RUNNING, or how it ended.
  std::string GetMigrationStatus(const std::string& migration);
  void CreateAction(const Json& action);
  void CreateScorecard(const std::string& blueprint, const Json& scorecard);
  void CreatePage(const Json& page);

  // Entities.

  /// Upserts entities of one blueprint in requests of at most 20 entities and 1 MiB; one request at
  /// a time. A request that is too large for Port (413) is sent entity by entity. A failed request
  /// fails its entities, not the call. Returns one result per entity, in order. Throws only
  /// Error{kCancelled} and Error{kAuth}.
  std::vector<UpsertResult> Upsert(std::span<const Entity> entities, const UpsertOptions& options,
                                   const std::stop_token& stop);
  /// Deletes entities of one blueprint, `delete_batch_entities` to a request; returns the identifiers that Port says
  /// are gone.
  std::vector<std::string> Delete(const std::string& blueprint,
                                  std::span<const std::string> identifiers, bool delete_dependents,
                                  const EventInfo& event, const std::stop_token& stop);
  /// The entities among `identifiers` that this integration owns, with exactly the `include`d
  /// fields.
  std::vector<Json> FindOwned(const std::string& blueprint,
                              const std::vector<std::string>& identifiers,
                              const std::vector<std::string>& include, const std::stop_token& stop);
  /// Those of `identifiers` that there are, whoever owns them.
  std::vector<std::string> FindExisting(const std::string& blueprint,
                                        const std::vector<std::string>& identifiers,
                                        const std::stop_token& stop);
  /// Everything this integration owns that was last written before `before`, page by page; `visit`
  /// returns false to end early.
  void ForEachOwned(std::optional<TimePoint> before, std::size_t page_size,
                    const std::function<bool(std::vector<OwnedEntity>&&)>& visit,
                    const std::stop_token& stop);

  const http::ClientStats& stats() const;
  const ClientOptions& options() const;

 private:
  struct Impl;
  std::unique_ptr<Impl> impl_;
};

}  // namespace ocean::port
