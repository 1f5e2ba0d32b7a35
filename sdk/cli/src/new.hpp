#pragma once
/// @file `ocean new` and `ocean pull`: the beginning of an integration.

#include <string>

namespace ocean::cli {

struct NewRequest {
  /// The folder that gets the new one; empty: integrations/ of the checkout around us, or else here.
  std::string path;
  bool is_public = false;
  bool is_private = false;
  std::string name;
  std::string type;
  std::string description;
  std::string author;
  std::string client_id;
  std::string base_url;
  /// Takes the defaults instead of asking.
  bool yes = false;
};

/// Asks what was not given, when somebody sits at a terminal, and writes the integration's folder. Port's secret is asked for without
/// echo, or taken from OCEAN__PORT__CLIENT_SECRET; it goes into .env only.
///
/// Errors    Error{kConfig} with everything that is wrong with the answers
int New(const NewRequest& request);

struct PullRequest {
  /// Name of an integration.
  std::string name;
  /// A git URL, or the folder of a checkout.
  std::string from;
  /// Branch or tag of a git URL.
  std::string ref;
  std::string path = ".";
};

/// Copies an integration out of a repository and makes it stand alone.
int Pull(const PullRequest& request);

}  // namespace ocean::cli
