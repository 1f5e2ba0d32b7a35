#include <algorithm>
#include <mutex>
#include <shared_mutex>
#include <utility>

#include "credential_forms.hpp"
#include "ocean/base/log.hpp"

namespace ocean {

struct SecretMasker::State {
  mutable std::shared_mutex mutex;
  std::vector<std::string> secrets;
};

SecretMasker::SecretMasker() : state_(std::make_unique<State>()) {}
SecretMasker::~SecretMasker() = default;

void SecretMasker::Add(std::string_view secret) {
  if (secret.size() < kMinSecretLength) return;
  std::lock_guard lock(state_->mutex);
  auto& secrets = state_->secrets;
  if (std::find(secrets.begin(), secrets.end(), secret) == secrets.end())
    secrets.emplace_back(secret);
}

std::string SecretMasker::Mask(std::string_view text) const {
  // Secrets may contain or overlap one another: what any of them covers is hidden.
  std::vector<TextSpan> hidden;
  FindCredentials(text, hidden);
  {
    std::shared_lock lock(state_->mutex);
    for (const std::string& secret : state_->secrets) {
      for (auto at = text.find(secret); at != std::string_view::npos;
           at = text.find(secret, at + 1)) {
        hidden.emplace_back(at, at + secret.size());
      }
    }
  }
  std::sort(hidden.begin(), hidden.end());
  std::string masked;
  std::size_t done = 0;
  for (const auto& [begin, end] : hidden) {
    if (begin >= done) {
      masked += text.substr(done, begin - done);
      masked += "***";
    }
    done = std::max(done, end);
  }
  return masked += text.substr(done);
}

}  // namespace ocean
