#include "url.hpp"

#include <curl/curl.h>

#include <memory>

#include "ocean/base/text.hpp"

namespace ocean::http {
namespace {

/// Splits "scheme://user@host/path" into what stands before the path, and the path.
struct Parts {
  std::string_view scheme;
  std::string_view authority;
  std::string_view path;
};

Parts SplitUrl(std::string_view url) {
  Parts parts;
  url = url.substr(0, url.find_first_of("?#"));
  const std::size_t scheme_end = url.find("://");
  if (scheme_end == std::string_view::npos) {
    parts.path = url;
    return parts;
  }
  parts.scheme = url.substr(0, scheme_end);
  url.remove_prefix(scheme_end + 3);
  const std::size_t path_start = std::min(url.find('/'), url.size());
  parts.authority = url.substr(0, path_start);
  parts.path = url.substr(path_start);
  const std::size_t user_end = parts.authority.rfind('@');
  if (user_end != std::string_view::npos) parts.authority.remove_prefix(user_end + 1);
  return parts;
}

}  // namespace

std::string Describe(Method method, std::string_view url) {
  const Parts parts = SplitUrl(url);
  std::string text(ToString(method));
  text += ' ';
  if (!parts.scheme.empty()) text.append(parts.scheme).append("://").append(parts.authority);
  return text.append(parts.path);
}

std::string Origin(std::string_view url) {
  const Parts parts = SplitUrl(url);
  if (parts.scheme.empty()) return "";
  return ToLower(std::string(parts.scheme) + "://" + std::string(parts.authority));
}

std::string HostOf(std::string_view url) {
  const std::string host = ToLower(SplitUrl(url).authority);
  if (host.starts_with('[')) return host.substr(1, host.find(']') - 1);
  return host.substr(0, host.find(':'));
}

User UserInfo(std::string_view url) {
  const std::size_t scheme_end = url.find("://");
  if (scheme_end != std::string_view::npos) url.remove_prefix(scheme_end + 3);
  url = url.substr(0, url.find_first_of("/?#"));
  const std::size_t end = url.rfind('@');
  if (end == std::string_view::npos) return {};
  const std::string_view user = url.substr(0, end);
  const std::size_t colon = std::min(user.find(':'), user.size());
  const std::string_view password = user.substr(std::min(colon + 1, user.size()));
  return {PercentDecode(user.substr(0, colon)), PercentDecode(password)};
}

bool IsAbsolute(std::string_view url) {
  const std::string scheme = ToLower(url.substr(0, std::min(url.find("://"), url.size())));
  return scheme.size() < url.size() && (scheme == "http" || scheme == "https");
}

std::string AbsoluteUrl(const std::string& base, const std::string& url) {
  if (IsAbsolute(url) || base.empty()) return url;
  const bool has_slash = !url.empty() && (url.front() == '/' || url.front() == '?');
  return base + (has_slash || url.empty() ? "" : "/") + url;
}

std::optional<std::string> OnOrigin(const std::string& url, const std::string& origin) {
  const std::string own = Origin(url);
  if (own == origin) return url;
  const bool lost_tls = own.starts_with("http://") && origin == "https" + own.substr(4);
  if (!lost_tls) return std::nullopt;
  return "https" + url.substr(4);
}

std::string WithQuery(std::string_view url, const Query& query) {
  std::string result(url);
  if (query.empty()) return result;
  result += url.find('?') == std::string_view::npos ? '?' : '&';
  return result += EncodeQuery(query);
}

std::optional<std::string> ResolveUrl(const std::string& url, const std::string& location) {
  const std::unique_ptr<CURLU, void (*)(CURLU*)> handle(curl_url(), curl_url_cleanup);
  if (curl_url_set(handle.get(), CURLUPART_URL, url.c_str(), 0) != CURLUE_OK ||
      curl_url_set(handle.get(), CURLUPART_URL, location.c_str(), CURLU_URLENCODE) != CURLUE_OK) {
    return std::nullopt;
  }
  char* text = nullptr;
  if (curl_url_get(handle.get(), CURLUPART_URL, &text, 0) != CURLUE_OK) return std::nullopt;
  std::string resolved(text);
  curl_free(text);
  return resolved;
}

}  // namespace ocean::http
