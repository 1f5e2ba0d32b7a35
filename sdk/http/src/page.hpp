#pragma once
/// @file One page of a collection, and the request that is sent for it.

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "ocean/base/json.hpp"
#include "ocean/http/message.hpp"
#include "ocean/http/paging.hpp"

namespace ocean::http {

/// The place a dotted path names; null when it is not there. A member named like the rest of the path comes first.
const Json* FindPath(const Json& value, std::string_view path);
Json* FindPath(Json& value, std::string_view path);

/// Error{kPermanent} about an answer.
[[noreturn]] void ThrowBadPage(const std::string& source, const std::string& what);

/// One answer, parsed once; its items are moved out.
struct Page {
  std::string source;
  std::size_t bytes = 0;
  Headers headers = {};
  Json answer = {};
  std::vector<Json> items = {};
  /// Why the page may not be whole; empty when it is.
  std::string doubt = {};

  /// Without items.
  static Page Parse(const Response& response);
  /// Error{kPermanent} when there is no list at `items_path`, unless the answer is declared empty.
  static Page Parse(const Response& response, const std::string& items_path);

  /// The boolean at `path`; empty when there is none.
  std::optional<bool> Flag(const std::string& path) const;
  std::optional<std::int64_t> Number(const std::string& path) const;
  /// What the flags say; empty when the answer has neither.
  std::optional<bool> HasMore(const std::string& has_more_path,
                              const std::string& last_page_path) const;
};

/// Moves the list at `path` of an answer out. Error{kPermanent} when there is none.
std::vector<Json> TakeList(Json& answer, const std::string& path, const std::string& source);

/// A request that is sent for each page with other parameters.
class PageRequest {
 public:
  PageRequest(Request request, ParameterPlace place);

  /// Sets a parameter of the query, or a member of the JSON body.
  void Set(const std::string& name, const Json& value);
  /// Sends to another URL, which has its own query.
  void SetUrl(std::string url);

  const Request& Get() const { return request_; }

 private:
  void SetInQuery(const std::string& name, std::string text);

  Request request_;
  bool in_body_ = false;
  Json body_;
};

}  // namespace ocean::http
