#pragma once
/// @file Small questions about text that several rooms ask.

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace ocean {

std::string_view Trim(std::string_view text);
std::vector<std::string> Split(std::string_view text, char separator);
std::string Join(const std::vector<std::string>& parts, std::string_view separator);
std::string ToLower(std::string_view text);
std::string ToUpper(std::string_view text);
std::string ReplaceAll(std::string_view text, std::string_view from, std::string_view to);

/// "jiraHost" → "jira_host", "webhookURL" → "webhook_url", "oauth2Token" → "oauth2_token".
std::string ToSnakeCase(std::string_view name);
/// "jira_host" → "jiraHost".
std::string ToCamelCase(std::string_view name);

/// Escapes all but RFC 3986's unreserved characters; a blank becomes %20.
std::string PercentEncode(std::string_view text);
/// Undoes it; '+' stays '+' unless `plus_is_blank`. Malformed escapes stay as they are.
std::string PercentDecode(std::string_view text, bool plus_is_blank = false);

std::string Base64Encode(std::string_view bytes);
/// Undoes it; empty when `text` is not the standard's, with padding.
std::optional<std::string> Base64Decode(std::string_view text);
/// Lower-case hexadecimal digits, two for each byte.
std::string HexEncode(std::string_view bytes);

/// True when `text` is well-formed UTF-8.
bool IsUtf8(std::string_view text);

/// Reads a whole decimal number; empty when `text` is anything else.
std::optional<std::int64_t> ParseInt(std::string_view text);

/// The candidate nearest to `word` when it is near enough to be what was meant; empty otherwise.
std::optional<std::string> ClosestMatch(std::string_view word,
                                        const std::vector<std::string>& candidates);

/// "1,234,567": for people.
std::string GroupDigits(std::int64_t number);
/// "850 ms", "12.3 s", "4 min 05 s": for people.
std::string HumanDuration(std::int64_t milliseconds);
/// "512 B", "1.4 MiB": for people.
std::string HumanBytes(std::uint64_t bytes);

}  // namespace ocean
