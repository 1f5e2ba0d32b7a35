#pragma once
/// @file `ocean new` and `ocean pull`: the beginning of an integration.

#include <string>

#include "ocean/config/fields.hpp"

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
  /// A YAML file with what is not said here; its keys are those of Describe().
  std::string answers;
  /// Takes the defaults instead of asking.
  bool yes = false;

  static auto Describe() {
    return Fields<NewRequest>()
        .Add("public", &NewRequest::is_public, "For the repository around it.")
        .Add("private", &NewRequest::is_private, "A project of its own.")
        .Add("name", &NewRequest::name, "Name of the third party.")
        .Add("type", &NewRequest::type, "Folder and program.")
        .Add("description", &NewRequest::description, "What it syncs.")
        .Add("author", &NewRequest::author, "Who maintains it.")
        .Add("client_id", &NewRequest::client_id, "Port's.")
        .Add("base_url", &NewRequest::base_url, "Port's address.");
  }
};

/// Asks what was not given, when somebody sits at a terminal, and writes the integration's folder. Port's secret is asked for without
/// echo, or taken from OCEAN__PORT__CLIENT_SECRET; it goes into .env only.
///
/// Errors    Error{kConfig} with everything that is wrong with the answers, or with the file of answers
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
