#include "ocean/app/integration.hpp"

#include <cxxabi.h>

#include <algorithm>
#include <cstdlib>
#include <typeinfo>

#include "ocean/base/error.hpp"
#include "webhook_registration.hpp"

namespace ocean {

namespace {

/// "IssueWebhook" for a jira::IssueWebhook.
std::string TypeNameOf(const WebhookProcessor& processor) {
  const std::unique_ptr<char, void (*)(void*)> name(
      abi::__cxa_demangle(typeid(processor).name(), nullptr, nullptr, nullptr), std::free);
  const std::string text = name ? name.get() : typeid(processor).name();
  const auto colon = text.rfind(':');
  return colon == std::string::npos ? text : text.substr(colon + 1);
}

void RequireStaticPath(const std::string& path) {
  const bool fine = path.size() > 1 && path.front() == '/' && path.back() != '/' &&
                    path.find_first_of("{}?# ") == std::string::npos;
  if (!fine)
    throw Error(ErrorKind::kBug, "\"" + path + "\" is no path of a webhook, like /webhook");
}

}  // namespace

void Integration::Kind(std::string kind, std::function<void(ResyncContext&)> resync) {
  kinds_.Add(
      std::move(kind),
      {.check_selector =
           [](const Json& selector, const std::string& path, config::Problems& problems) {
             config::NormaliseObject({}, selector, path, problems, UnknownKeys::kReport);
           },
       .resync = [resync = std::move(resync)](const Json&, ResyncContext& ctx) { resync(ctx); }});
}

void Integration::AddWebhook(std::string path, const WebhookProcessor& processor) {
  RequireStaticPath(path);
  WebhookEntry entry{std::move(path), TypeNameOf(processor), &processor};
  const bool twice =
      std::any_of(webhooks_.begin(), webhooks_.end(), [&](const WebhookEntry& other) {
        return other.path == entry.path && other.name == entry.name;
      });
  if (twice) throw Error(ErrorKind::kBug, entry.name + " is registered twice on " + entry.path);
  webhooks_.push_back(std::move(entry));
}

void Integration::EnsureWebhook(std::string path, WebhookRegistration registration) {
  EnsureWebhooks(std::move(path), [registration = std::move(registration)] {
    return std::vector<WebhookRegistration>{registration};
  });
}

void Integration::EnsureWebhooks(std::string path,
                                 std::function<std::vector<WebhookRegistration>()> registrations) {
  RequireStaticPath(path);
  OnStart([&clock = http_.clock, path = std::move(path),
           registrations = std::move(registrations)](StartContext& ctx) {
    if (ctx.webhooks_url.empty()) return;
    app::KeepRegistered(registrations(), ctx.webhooks_url + path, clock, ctx);
  });
}

}  // namespace ocean
