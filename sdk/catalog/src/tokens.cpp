#include "tokens.hpp"

#include <algorithm>
#include <utility>

#include "ocean/base/hash.hpp"
#include "ocean/base/json.hpp"
#include "ocean/base/text.hpp"

namespace ocean::catalog {

namespace {

std::string Base64Url(const std::string& bytes) {
  std::string text = ReplaceAll(ReplaceAll(Base64Encode(bytes), "+", "-"), "/", "_");
  return text.substr(0, text.find('='));
}

std::string MakeToken(std::int64_t expires_at) {
  const Json header{{"alg", "none"}, {"typ", "JWT"}};
  const Json payload{{"isMachine", true},
                     {"personalToken", false},
                     {"orgId", "org_local"},
                     {"exp", expires_at},
                     {"jti", RandomUuid()}};
  return Base64Url(DumpJson(header)) + "." + Base64Url(DumpJson(payload)) + "." +
         Base64Url(RandomUuid() + RandomUuid());
}

}  // namespace

Secret Tokens::Issue(const std::string& client_id) {
  const TimePoint end = clock_.Now() + kLifetime;
  Secret token(MakeToken(std::chrono::floor<std::chrono::seconds>(end).time_since_epoch().count()));
  const std::lock_guard lock(mutex_);
  MakeRoom();
  entries_[Sha256Hex("Bearer " + token.Reveal())] = {client_id, clock_.Elapsed() + kLifetime};
  return token;
}

void Tokens::MakeRoom() {
  std::erase_if(entries_, [now = clock_.Elapsed()](const auto& entry) {
    return entry.second.expires_at <= now;
  });
  if (entries_.size() < kMost) return;
  entries_.erase(std::min_element(
      entries_.begin(), entries_.end(),
      [](const auto& a, const auto& b) { return a.second.expires_at < b.second.expires_at; }));
}

std::optional<std::string> Tokens::ClientOf(std::string_view authorization) const {
  const std::string digest = Sha256Hex(authorization);
  const std::lock_guard lock(mutex_);
  const auto found = entries_.find(digest);
  if (found == entries_.end() || found->second.expires_at <= clock_.Elapsed()) return std::nullopt;
  return found->second.client_id;
}

}  // namespace ocean::catalog
