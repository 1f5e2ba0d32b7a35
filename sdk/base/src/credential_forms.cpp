#include "credential_forms.hpp"

#include <algorithm>

namespace ocean {

namespace {

constexpr std::string_view kDigits = "0123456789";
constexpr std::string_view kUpper = "ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789";
constexpr std::string_view kWord =
    "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789_-";
constexpr std::string_view kToken =
    "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789_-.~+/=";

/// What follows `prefix` is a credential when it has at least `length` of `characters`, a digit among them: so no word is one.
struct Form {
  std::string_view prefix;
  std::string_view characters;
  std::size_t length;
};

constexpr Form kForms[] = {
    {"Bearer ", kToken, 16},     // RFC 6750
    {"Basic ", kToken, 16},      // RFC 7617
    {"eyJ", kToken, 40},         // a JSON Web Token begins with {" in Base64
    {"AKIA", kUpper, 16},        // AWS: access keys
    {"ASIA", kUpper, 16},        // AWS: temporary ones
    {"AIza", kWord, 35},         // Google: API keys
    {"ya29.", kToken, 20},       // Google: OAuth
    {"ATATT3", kToken, 40},      // Atlassian: API tokens
    {"ghp_", kWord, 36},         // GitHub: of a person
    {"gho_", kWord, 36},         // GitHub: OAuth
    {"ghu_", kWord, 36},         // GitHub: of a person by an app
    {"ghs_", kWord, 36},         // GitHub: of an app
    {"ghr_", kWord, 36},         // GitHub: refresh
    {"github_pat_", kWord, 40},  // GitHub: fine-grained
    {"glpat-", kWord, 20},       // GitLab
    {"xoxb-", kWord, 20},        // Slack: bots
    {"xoxp-", kWord, 20},        // Slack: persons
    {"API-", kUpper, 25},        // Octopus
};

constexpr std::string_view kPemBegin = "-----BEGIN ";
constexpr std::string_view kPemEnd = "PRIVATE KEY-----";

/// Where a run of `characters` that begins at `at` ends.
std::size_t EndOfRun(std::string_view text, std::size_t at, std::string_view characters) {
  return std::min(text.find_first_not_of(characters, at), text.size());
}

void FindForm(std::string_view text, const Form& form, std::vector<TextSpan>& found) {
  for (auto at = text.find(form.prefix); at != std::string_view::npos;
       at = text.find(form.prefix, at + 1)) {
    const std::size_t begin = at + form.prefix.size();
    const std::size_t end = EndOfRun(text, begin, form.characters);
    const bool has_digit = text.substr(begin, end - begin).find_first_of(kDigits) != text.npos;
    if (end - begin >= form.length && has_digit) found.emplace_back(begin, end);
  }
}

/// scheme://name:password@host
void FindUrlPasswords(std::string_view text, std::vector<TextSpan>& found) {
  for (auto at = text.find("://"); at != std::string_view::npos; at = text.find("://", at + 1)) {
    const std::size_t begin = at + 3;
    const std::string_view authority = text.substr(
        begin, std::min(text.find_first_of("/?# \t\n\"'<>", begin), text.size()) - begin);
    const auto host = authority.rfind('@');
    const auto colon = authority.find(':');
    if (host != authority.npos && colon < host && colon + 1 < host)
      found.emplace_back(begin + colon + 1, begin + host);
  }
}

void FindPrivateKeys(std::string_view text, std::vector<TextSpan>& found) {
  for (auto at = text.find(kPemBegin); at != std::string_view::npos;
       at = text.find(kPemBegin, at + 1)) {
    const auto mark = text.find(kPemEnd, at);
    if (mark == text.npos || mark - at > 40) continue;
    const std::size_t begin = mark + kPemEnd.size();
    const auto last = text.find("-----END ", begin);
    if (begin < text.size()) found.emplace_back(begin, std::min(last, text.size()));
  }
}

}  // namespace

void FindCredentials(std::string_view text, std::vector<TextSpan>& found) {
  for (const Form& form : kForms) FindForm(text, form, found);
  FindUrlPasswords(text, found);
  FindPrivateKeys(text, found);
}

}  // namespace ocean
