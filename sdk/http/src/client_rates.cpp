#include "client_rates.hpp"

#include <algorithm>

namespace ocean::http {

namespace {

constexpr Duration kBurst = std::chrono::seconds(1);

}  // namespace

ClientRates::ClientRates(int requests_per_second)
    : interval_(requests_per_second > 0 ? kBurst / requests_per_second : Duration::zero()) {}

bool ClientRates::Take(const std::string& client, Duration now) {
  if (interval_ == Duration::zero()) return true;
  ForgetQuiet(now);
  Duration& due = due_.try_emplace(client, now).first->second;
  due = std::max(due, now) + interval_;
  if (due - now <= kBurst) return true;
  due -= interval_;
  return false;
}

void ClientRates::ForgetQuiet(Duration now) {
  if (now - last_sweep_ < kBurst) return;
  last_sweep_ = now;
  std::erase_if(due_, [&](const auto& client) { return client.second <= now; });
}

}  // namespace ocean::http
