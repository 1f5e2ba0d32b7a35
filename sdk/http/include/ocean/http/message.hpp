#pragma once
/// @file Requests and responses, as both the client and the server know them.

#include <chrono>
#include <cstddef>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "ocean/base/json_fwd.hpp"
#include "ocean/http/error_rule.hpp"

namespace ocean::http {

enum class Method { kGet, kHead, kPost, kPut, kPatch, kDelete, kOptions };

std::string_view ToString(Method method);
std::optional<Method> ParseMethod(std::string_view name);

/// Header fields in the order in which they came; names compare without regard to case.
class Headers {
 public:
  using Field = std::pair<std::string, std::string>;

  Headers() = default;
  Headers(std::initializer_list<Field> fields) : fields_(fields) {}

  /// The first value of `name`.
  std::optional<std::string> Get(std::string_view name) const;
  bool Has(std::string_view name) const { return Get(name).has_value(); }
  void Add(std::string name, std::string value);
  /// Replaces every field of that name.
  void Set(std::string_view name, std::string value);
  auto begin() const { return fields_.begin(); }
  auto end() const { return fields_.end(); }
  std::size_t size() const { return fields_.size(); }

 private:
  std::vector<Field> fields_;
};

/// Names and values of a URL's query, not encoded; a name may occur more than once.
using Query = std::vector<std::pair<std::string, std::string>>;

/// "a=1&b=x%20y": encoded, in order; empty for none.
std::string EncodeQuery(const Query& query);
Query DecodeQuery(std::string_view text);

/// One request of a client's.
struct Request {
  Method method = Method::kGet;
  /// Absolute, or a path that is appended to the client's base URL.
  std::string url;
  Query query = {};
  Headers headers = {};
  std::string body = {};
  /// Of the body; sent only with one.
  std::string content_type = "application/json";
  /// A POST or PATCH that may safely be sent again: it is retried like a GET.
  bool retryable = false;
  /// Statuses ≥ 400 that are returned as responses; all others are thrown.
  std::vector<int> expected_statuses = {};
  /// Looked at before the client's.
  std::vector<ErrorRule> error_rules = {};
  /// Of each try; zero takes the client's.
  std::chrono::milliseconds timeout{0};

  static Request Get(std::string url, Query query = {});
  /// A POST with a compact JSON body.
  static Request PostJson(std::string url, const Json& body, Query query = {});
  /// The same for any method that has a body.
  static Request WithJson(Method method, std::string url, const Json& body, Query query = {});
};

struct Response {
  int status = 0;
  Headers headers = {};
  std::string body = {};
  /// Where it came from, for messages: "GET https://…", without the query.
  std::string source = {};
  /// A rule says that there is nothing (ErrorAction::kEmpty).
  bool declared_empty = false;

  bool ok() const { return status >= 200 && status < 300; }
  /// Null when declared empty. Error{kPermanent} naming the source when the body is no JSON.
  Json ParseBody() const;
};

}  // namespace ocean::http
