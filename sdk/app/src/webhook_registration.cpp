#include "webhook_registration.hpp"

#include <algorithm>

#include "ocean/base/error.hpp"

namespace ocean::app {

namespace {

const Json& At(const Json& value, const std::string& pointer) {
  static const Json kNull;
  const Json::json_pointer path(pointer);
  return value.contains(path) ? value.at(path) : kNull;
}

bool SameUnordered(const Json& a, const Json& b) {
  if (!a.is_array() || !b.is_array()) return a == b;
  return a.size() == b.size() && std::is_permutation(a.begin(), a.end(), b.begin());
}

template <class Work>
auto While(const std::string& doing, Work&& work) {
  try {
    return work();
  } catch (const Error& error) {
    throw error.WithContext(doing);
  }
}

void BringInLine(const WebhookRegistration& registration, const Json& ours, const Json& wanted,
                 const Logger& logger) {
  const std::string url = At(wanted, registration.url_pointer).get<std::string>();
  if (IsAsWanted(ours, wanted, registration.compared)) {
    logger.Debug("the webhook for " + url + " is in place");
  } else if (registration.patch) {
    While("changing the webhook for " + url, [&] { registration.patch(ours, wanted); });
    logger.Info("the webhook for " + url + " is brought in line");
  } else {
    logger.Warning("the webhook for " + url +
                   " is not as it should be: change it at the third party, or delete it there and "
                   "start again");
  }
}

}  // namespace

bool IsAsWanted(const Json& existing, const Json& wanted,
                const std::vector<std::string>& pointers) {
  return std::all_of(pointers.begin(), pointers.end(), [&](const std::string& pointer) {
    return SameUnordered(At(existing, pointer), At(wanted, pointer));
  });
}

void EnsureRegistered(const WebhookRegistration& registration, const std::string& url,
                      const Logger& logger) {
  if (registration.obstacle) {
    const std::string obstacle =
        While("registering the webhook for " + url, [&] { return registration.obstacle(url); });
    if (!obstacle.empty()) return logger.Warning("no webhook for " + url + ": " + obstacle);
  }
  const Json wanted = registration.wanted(url);
  const std::vector<Json> hooks = While("listing webhooks", registration.list);
  const auto ours = std::find_if(hooks.begin(), hooks.end(), [&](const Json& hook) {
    return At(hook, registration.url_pointer) == Json(url);
  });
  if (ours == hooks.end()) {
    While("creating the webhook for " + url, [&] { registration.create(wanted); });
    return logger.Info("the webhook for " + url + " is created");
  }
  BringInLine(registration, *ours, wanted, logger);
  if (registration.renew) {
    While("renewing the webhook for " + url, [&] { registration.renew(*ours); });
  }
}

void KeepRegistered(const std::vector<WebhookRegistration>& registrations, const std::string& url,
                    Clock& clock, const StartContext& ctx) {
  const bool renews =
      std::any_of(registrations.begin(), registrations.end(),
                  [](const WebhookRegistration& each) { return each.renew != nullptr; });
  do {
    for (const WebhookRegistration& registration : registrations) {
      try {
        EnsureRegistered(registration, url, ctx.logger);
      } catch (const Error& error) {
        if (error.kind() == ErrorKind::kCancelled) throw;
        ctx.logger.Error(error.what());
      }
    }
  } while (renews && clock.SleepFor(kRenewalInterval, ctx.stop));
}

}  // namespace ocean::app
