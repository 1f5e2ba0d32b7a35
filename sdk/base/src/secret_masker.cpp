#include <algorithm>
#include <mutex>
#include <shared_mutex>

#include "ocean/base/log.hpp"
#include "ocean/base/text.hpp"

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
  if (std::find(secrets.begin(), secrets.end(), secret) != secrets.end()) return;
  secrets.emplace_back(secret);
  // Longer ones first: a secret that contains another is masked whole.
  std::sort(secrets.begin(), secrets.end(),
            [](const std::string& a, const std::string& b) { return a.size() > b.size(); });
}

std::string SecretMasker::Mask(std::string_view text) const {
  std::string masked(text);
  std::shared_lock lock(state_->mutex);
  for (const std::string& secret : state_->secrets) {
    if (masked.find(secret) != std::string::npos) masked = ReplaceAll(masked, secret, "***");
  }
  return masked;
}

}  // namespace ocean
