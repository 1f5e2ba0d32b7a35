#pragma once
/// @file The scripted conversation of a case.

#include <map>
#include <mutex>
#include <optional>
#include <string>
#include <vector>

#include "ocean/base/json.hpp"
#include "ocean/config/fields.hpp"
#include "ocean/http/server.hpp"

namespace ocean::testing {

/// One request that is expected, and its answer.
struct Exchange {
  std::string method = "GET";
  std::string path;
  std::map<std::string, std::string> query;
  std::map<std::string, std::string> headers;
  Json body;
  int times = 1;
  int status = 200;
  Json response;
  std::string response_text;
  std::map<std::string, std::string> response_headers;

  static Fields<Exchange> Describe();
};

/// True when `actual` has all that `pattern` has: members of objects, elements of arrays one by one,
/// the same scalars.
bool Contains(const Json& actual, const Json& pattern);

/// Answers requests from the exchanges, each as often as it may be used.
///
/// Threads   all operations may overlap
class Conversation {
 public:
  explicit Conversation(std::vector<Exchange> exchanges);

  std::optional<http::ServerResponse> Answer(const http::ServerRequest& request);
  /// The exchanges that were not used as often as they say.
  std::vector<std::string> Unused() const;

 private:
  struct Entry {
    Exchange exchange;
    int used = 0;
  };

  mutable std::mutex mutex_;
  std::vector<Entry> entries_;
};

/// Reads the list of an upstream.yaml. Error{kConfig} with all that is wrong with it.
std::vector<Exchange> ParseExchanges(const Json& list, const std::string& file_name);

}  // namespace ocean::testing
