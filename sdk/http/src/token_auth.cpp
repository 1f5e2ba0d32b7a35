#include "ocean/http/token_auth.hpp"

#include <algorithm>
#include <condition_variable>
#include <exception>
#include <mutex>

#include "ocean/base/error.hpp"

namespace ocean::http {
namespace {

constexpr std::chrono::seconds kEarlyAtMost{60};

/// Holds a credential; one caller renews it for all.
class TokenAuth : public Auth {
 public:
  TokenAuth(CredentialSource source, Clock& clock) : source_(std::move(source)), clock_(clock) {}

  void Apply(Request& request, const std::stop_token& stop) override;
  bool Refresh(const Request& refused, const std::stop_token& stop) override;

 private:
  using Lock = std::unique_lock<std::mutex>;

  /// Returns with a credential for which `is_due` is false; the lock is released while it is obtained.
  template <class IsDue>
  void Ensure(Lock& lock, const std::stop_token& stop, IsDue is_due);
  void Renew(Lock& lock, const std::stop_token& stop);
  void Keep(Credential credential);
  bool HasEnded() const { return !credential_ || (renew_at_ && clock_.Elapsed() >= *renew_at_); }

  const CredentialSource source_;
  Clock& clock_;

  std::mutex mutex_;
  std::condition_variable_any renewed_;
  bool renewing_ = false;
  /// Why the last renewal failed; null when it did not.
  std::exception_ptr failure_;
  std::optional<Credential> credential_;
  std::optional<Duration> renew_at_;
};

void TokenAuth::Apply(Request& request, const std::stop_token& stop) {
  Lock lock(mutex_);
  Ensure(lock, stop, [&] { return HasEnded(); });
  request.headers.Set(credential_->header, credential_->value.Reveal());
}

bool TokenAuth::Refresh(const Request& refused, const std::stop_token& stop) {
  Lock lock(mutex_);
  // Another caller may have been refused, and have renewed it, before.
  Ensure(lock, stop, [&] {
    return HasEnded() || refused.headers.Get(credential_->header) == credential_->value.Reveal();
  });
  return true;
}

template <class IsDue>
void TokenAuth::Ensure(Lock& lock, const std::stop_token& stop, IsDue is_due) {
  while (is_due()) {
    if (!renewing_) return Renew(lock, stop);
    renewed_.wait(lock, stop, [&] { return !renewing_; });
    if (stop.stop_requested()) ThrowCancelled("waiting for a credential");
    if (failure_ && is_due()) std::rethrow_exception(failure_);
  }
}

void TokenAuth::Renew(Lock& lock, const std::stop_token& stop) {
  renewing_ = true;
  std::optional<Credential> credential;
  std::exception_ptr failure;
  lock.unlock();
  try {
    credential = source_(stop);
  } catch (...) {
    failure = std::current_exception();
  }
  lock.lock();
  renewing_ = false;
  // A stop is the caller's own affair: one of the others tries again.
  failure_ = stop.stop_requested() ? nullptr : failure;
  if (credential) Keep(std::move(*credential));
  renewed_.notify_all();
  if (failure) std::rethrow_exception(failure);
}

void TokenAuth::Keep(Credential credential) {
  renew_at_.reset();
  if (credential.lifetime) {
    const std::chrono::seconds life = *credential.lifetime;
    renew_at_ = clock_.Elapsed() + life - std::min<std::chrono::seconds>(kEarlyAtMost, life / 10);
  }
  credential_ = std::move(credential);
}

}  // namespace

std::shared_ptr<Auth> MakeTokenAuth(CredentialSource source, Clock& clock) {
  return std::make_shared<TokenAuth>(std::move(source), clock);
}

}  // namespace ocean::http
