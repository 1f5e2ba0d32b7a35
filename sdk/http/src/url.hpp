#pragma once
/// @file The few things this room must know about URLs.

#include <optional>
#include <string>
#include <string_view>

#include "ocean/http/message.hpp"

namespace ocean::http {

/// "GET https://host/path": without user, query and fragment, which may hold secrets.
std::string Describe(Method method, std::string_view url);

/// "https://host:8443" of an absolute URL, lower-case; empty when it has no scheme.
std::string Origin(std::string_view url);

/// "host" of an absolute URL: lower-case, without port and brackets.
std::string HostOf(std::string_view url);

/// What stands before the host, decoded.
struct User {
  std::string name;
  std::string password;
};
User UserInfo(std::string_view url);

/// True for "http://…" and "https://…".
bool IsAbsolute(std::string_view url);

/// The URL as it is sent: a relative one follows the base.
std::string AbsoluteUrl(const std::string& base, const std::string& url);

/// The URL when it is on `origin`, put back to https where a gateway wrote http; empty when it is on another.
std::optional<std::string> OnOrigin(const std::string& url, const std::string& origin);

/// The URL with the query added to what it has already.
std::string WithQuery(std::string_view url, const Query& query);

/// Where `location` leads from `url`; empty when that is no URL.
std::optional<std::string> ResolveUrl(const std::string& url, const std::string& location);

}  // namespace ocean::http
