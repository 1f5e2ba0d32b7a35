#pragma once
/// @file The embedded catalog: entities and blueprints in SQLite, behind Port's REST API.

#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "ocean/base/clock.hpp"
#include "ocean/base/json_fwd.hpp"
#include "ocean/base/log.hpp"
#include "ocean/base/secret.hpp"

namespace ocean::catalog {

struct CatalogOptions {
  /// The SQLite file (catalog.db); ":memory:" for tests.
  std::filesystem::path file = {};
  std::string address = "127.0.0.1";
  /// 0 takes a free one.
  std::uint16_t port = 0;
  /// What POST /v1/auth/access_token accepts; empty accepts every pair, which only a loopback address may do.
  std::string client_id = {};
  Secret client_secret = {};
  /// Records that the change log has at most: as new ones come, the oldest go. 0 keeps none.
  std::int64_t changes_kept = 1'000'000;
  /// A search or a listing whose answer would be larger is refused (422 answer_too_large); pages are not.
  std::size_t max_answer_bytes = std::size_t{64} * 1024 * 1024;
};

/// A server that speaks the part of Port's API that integrations use (routes: spec in README.md of
/// this folder).
///
/// Rules     blueprint schemas are checked (types, required properties, relations), with
/// Port-shaped errors; ownership is
///           the User-Agent of the last write; upsert, merge, create_missing_related_entities and
///           delete_dependents are honoured; a batch is one transaction
/// Tokens    every route but that of the token and those for logs and metrics wants a bearer token; one lasts three hours,
///           and no longer than the server
/// Errors    Error{kConfig} when the file or the address cannot be taken, and when another than a loopback address has no
///           credentials
/// Threads   all operations may overlap
class CatalogServer {
 public:
  CatalogServer(const CatalogOptions& options, Clock& clock, const Logger& logger);
  ~CatalogServer();
  void Start();
  void Stop();
  std::string url() const;

 private:
  struct Impl;
  std::unique_ptr<Impl> impl_;
};

/// Read access for the shell, without a server: `ocean catalog list|get|export`.
class CatalogReader {
 public:
  /// Error{kConfig} when there is no catalog at `file`.
  explicit CatalogReader(const std::filesystem::path& file);
  ~CatalogReader();

  struct BlueprintCount {
    std::string blueprint;
    std::string title;
    std::int64_t entities = 0;
  };
  std::vector<BlueprintCount> Blueprints() const;
  /// Entities of a blueprint as the API returns them, ordered by identifier.
  void ForEachEntity(const std::string& blueprint,
                     const std::function<void(const Json&)>& visit) const;
  std::optional<Json> Entity(const std::string& blueprint, const std::string& identifier) const;
  /// What the change log knows of a blueprint, or of one of its entities; empty texts restrict nothing. The newest first,
  /// until `visit` returns false.
  ///
  /// Shape     {identifier, action: CREATE|UPDATE|DELETE, resourceType: entity|blueprint, status, trigger: {at, origin,
  ///           by: {userAgent}}, context: {blueprint, entity, runId}, diff: {before, after}}
  void ForEachChange(const std::string& blueprint, const std::string& entity,
                     const std::function<bool(const Json&)>& visit) const;
  /// Identifiers of a blueprint, for "did you mean".
  std::vector<std::string> Identifiers(const std::string& blueprint, std::size_t limit) const;

 private:
  struct Impl;
  std::unique_ptr<Impl> impl_;
};

}  // namespace ocean::catalog
