#pragma once
/// @file Octopus Deploy's REST API.

#include <stop_token>
#include <string>
#include <vector>

#include "ocean/ocean.hpp"
#include "src/config.hpp"

namespace octopus {

/// Reads an Octopus server.
///
/// Shape     objects as Octopus sends them, page by page
/// Errors    as ocean::http::Client; those for 401, 403 and 404 say what to check
/// Threads   all operations may overlap
/// Source    https://octopus.com/docs/octopus-rest-api, read 2026-11
class OctopusClient {
 public:
  OctopusClient(const OctopusConfig& config, const ocean::http::ClientFactory& http);

  /// Throws when the server cannot be reached or refuses the key.
  void CheckAccess() const;

  ocean::PageRange Spaces() const;
  /// The resources of a space, by their name in the API: "projects". http::SkippedParent when the key
  /// may not read them there.
  ocean::PageRange Resources(const std::string& space_id, const std::string& name) const;

  /// Single records as they are now; Error{kNotFound} for one that is not there any more.
  ocean::Json Space(const std::string& id, const std::stop_token& stop) const;
  ocean::Json Resource(const std::string& space_id, const std::string& name, const std::string& id,
                       const std::stop_token& stop) const;

  std::vector<ocean::Json> Subscriptions(const std::string& space_id) const;
  void CreateSubscription(const ocean::Json& subscription) const;
  void ChangeSubscription(const ocean::Json& existing, const ocean::Json& wanted) const;

  /// Without a slash at its end.
  const std::string& server_url() const { return http_.base_url(); }

 private:
  ocean::http::Client http_;
};

}  // namespace octopus
