#pragma once
/// @file Which handler answers which path.

#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "ocean/http/server.hpp"

namespace ocean::http {

/// Routes, the most specific first: a literal segment beats `{name}`, which beats `{name...}`.
///
/// Threads   Find may overlap; Add may not
class Router {
 public:
  /// Error{kBug} for a malformed pattern, or one that is there already for the method.
  void Add(Method method, std::string_view pattern, Server::LateHandler handler);

  struct Match {
    /// Null: see `allowed`.
    const Server::LateHandler* handler = nullptr;
    std::map<std::string, std::string, std::less<>> parameters;
    /// Without a handler: the methods that the path has, for 405; empty when the path is unknown.
    std::vector<std::string> allowed;
  };
  /// `path` as it came, still encoded, so that "%2F" does not separate segments. HEAD is answered by GET's handler.
  Match Find(Method method, std::string_view path) const;

 private:
  enum class SegmentKind { kLiteral, kOne, kRest };
  struct Segment {
    SegmentKind kind = SegmentKind::kLiteral;
    /// The text of a literal, else the parameter's name.
    std::string text;
  };
  struct Route {
    Method method = Method::kGet;
    std::vector<Segment> segments;
    Server::LateHandler handler;
  };

  static std::vector<Segment> ParsePattern(std::string_view pattern);
  static bool Matches(const Route& route, const std::vector<std::string_view>& path);
  static std::map<std::string, std::string, std::less<>> Parameters(
      const Route& route, const std::vector<std::string_view>& path);
  static bool MoreSpecific(const Route& a, const Route& b);
  static bool SamePattern(const Route& a, const Route& b);

  std::vector<Route> routes_;
};

}  // namespace ocean::http
