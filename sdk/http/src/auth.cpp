#include <fstream>
#include <iterator>
#include <mutex>

#include "ocean/base/text.hpp"
#include "ocean/http/client.hpp"

namespace ocean::http {
namespace {

class HeaderAuth : public Auth {
 public:
  HeaderAuth(std::string name, Secret value) : name_(std::move(name)), value_(std::move(value)) {}

  void Apply(Request& request, const std::stop_token&) override {
    request.headers.Set(name_, value_.Reveal());
  }

 private:
  const std::string name_;
  const Secret value_;
};

std::string Bearer(const Secret& token) {
  return "Bearer " + token.Reveal();
}

class TokenFileAuth : public Auth {
 public:
  TokenFileAuth(std::filesystem::path file, Secret fallback)
      : file_(std::move(file)), fallback_(std::move(fallback)) {}

  void Apply(Request& request, const std::stop_token&) override {
    std::lock_guard lock(mutex_);
    if (token_.empty()) token_ = Read();
    request.headers.Set("Authorization", Bearer(token_.empty() ? fallback_ : token_));
  }

  bool Refresh(const Request& refused, const std::stop_token&) override {
    const std::string refused_value = refused.headers.Get("Authorization").value_or("");
    std::lock_guard lock(mutex_);
    // Another caller may have been refused, and have read the file, before.
    if (!token_.empty() && Bearer(token_) != refused_value) return true;
    token_ = Read();
    return Bearer(token_.empty() ? fallback_ : token_) != refused_value;
  }

 private:
  Secret Read() const {
    std::ifstream stream(file_, std::ios::binary);
    if (!stream) return {};
    const std::string text{std::istreambuf_iterator<char>(stream), {}};
    return Secret(std::string(Trim(text)));
  }

  const std::filesystem::path file_;
  const Secret fallback_;
  std::mutex mutex_;
  Secret token_;
};

}  // namespace

bool Auth::Refresh(const Request&, const std::stop_token&) {
  return false;
}

std::shared_ptr<Auth> MakeHeaderAuth(std::string name, Secret value) {
  return std::make_shared<HeaderAuth>(std::move(name), std::move(value));
}

std::shared_ptr<Auth> MakeBasicAuth(std::string user, Secret password) {
  return MakeHeaderAuth("Authorization",
                        Secret("Basic " + Base64Encode(user + ":" + password.Reveal())));
}

std::shared_ptr<Auth> MakeBearerAuth(Secret token) {
  return MakeHeaderAuth("Authorization", Secret(Bearer(token)));
}

std::shared_ptr<Auth> MakeTokenFileAuth(std::filesystem::path file, Secret fallback) {
  return std::make_shared<TokenFileAuth>(std::move(file), std::move(fallback));
}

}  // namespace ocean::http
