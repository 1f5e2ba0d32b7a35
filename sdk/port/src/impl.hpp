#pragma once
/// @file What the parts of port::Client share.

#include <memory>
#include <string>

#include "ocean/http/client.hpp"
#include "ocean/port/client.hpp"
#include "token_auth.hpp"

namespace ocean::port {

struct Client::Impl {
  Impl(ClientOptions the_options, const http::ClientFactory& factory);

  ClientOptions options;
  std::shared_ptr<http::ClientStats> stats;
  std::shared_ptr<TokenAuth> auth;
  /// The same API under the two User-Agents: the long one makes us the owner of what is written.
  http::Client plain;
  http::Client catalog;
  /// For logs and metrics: it logs nothing, and gives up soon.
  http::Client ingest;
  /// For a last word: it tries once, waits for no limit and fetches no token.
  http::Client farewell;

  /// "/integration/<identifier>" + rest.
  std::string IntegrationPath(std::string_view rest = "") const;
};

/// "/blueprints/<blueprint>" + rest.
std::string BlueprintPath(const std::string& blueprint, std::string_view rest = "");

/// A POST or PATCH that Port takes twice without harm.
http::Request RetryableJson(http::Method method, std::string path, const Json& body);

/// A member of an answer. Error{kPermanent} when it is not there.
Json Member(Json answer, std::string_view name, std::string_view source);

/// Seconds-precision times as Port writes them, "…+00:00".
std::string PortTime(TimePoint time);

}  // namespace ocean::port
