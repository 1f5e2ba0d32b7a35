#pragma once
/// @file An Octopus server in memory that can be read and edited.

#include <cstddef>
#include <cstdint>
#include <map>
#include <mutex>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "ocean/base/json.hpp"

namespace octopus::upstream {

/// How much of everything a made-up server holds. The same seed makes the same server.
struct SiteOptions {
  std::uint64_t seed = 1;
  int spaces = 3;
  int projects = 4;     ///< of each space, like all that follow
  int releases = 12;    ///< spread over the projects
  int deployments = 8;  ///< spread over the releases
  int machines = 3;
};

/// Where a page of a collection starts, and how many items it may have.
struct Slice {
  std::size_t skip = 0;
  std::size_t take = 30;
};

/// A server as the REST API shows and edits it: spaces, and in each of them collections by their
/// name in the API. Any name is a collection; what nobody wrote to is empty.
///
/// Errors    ocean::Error with the HTTP status that Octopus answers: 400, 403, 404
/// Threads   all operations may overlap
class OctopusSite {
 public:
  explicit OctopusSite(const SiteOptions& options);

  ocean::Json SpacePage(Slice slice) const;
  ocean::Json Space(std::string_view id) const;
  /// Releases and deployments come newest first, as Octopus sends them.
  ocean::Json Page(const std::string& space, const std::string& collection, Slice slice) const;
  ocean::Json Record(const std::string& space, const std::string& collection,
                     std::string_view id) const;

  /// Gives the record an Id and its space; returns it.
  ocean::Json Create(const std::string& space, const std::string& collection,
                     const ocean::Json& record);
  /// Sets the members that `changes` has.
  void Edit(const std::string& space, const std::string& collection, std::string_view id,
            const ocean::Json& changes);
  void Delete(const std::string& space, const std::string& collection, std::string_view id);
  ocean::Json CreateSpace(const ocean::Json& record);
  void EditSpace(std::string_view id, const ocean::Json& changes);

  /// From now on the key may not read what is in the space.
  void Forbid(const std::string& space);

  /// All spaces and records.
  std::size_t object_count() const;

 private:
  using Collection = std::vector<ocean::Json>;

  const Collection& Find(const std::string& space, const std::string& collection) const;
  std::string NextId(const std::string& collection);
  void Generate(int position, const SiteOptions& options);

  mutable std::mutex mutex_;
  Collection spaces_;
  std::map<std::string, std::map<std::string, Collection>, std::less<>> collections_;
  std::set<std::string> forbidden_;
  std::map<std::string, int> last_ids_;
};

}  // namespace octopus::upstream
