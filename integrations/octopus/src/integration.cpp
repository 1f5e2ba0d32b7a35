#include "src/integration.hpp"

#include <string>

#include "src/client.hpp"
#include "src/config.hpp"
#include "src/resync_resource.hpp"
#include "src/resync_space.hpp"
#include "src/webhook.hpp"

namespace octopus {

void SetUp(ocean::Integration& app) {
  const auto config = app.Config<OctopusConfig>();
  const auto& octopus = app.Own<OctopusClient>(config, app.Http());

  app.Probe([&octopus] { octopus.CheckAccess(); });
  app.Kind("space", [&octopus](auto& ctx) { ResyncSpaces(octopus, ctx); });
  for (const std::string kind : {"project", "release", "machine"}) {
    app.Kind(kind, [&octopus, kind](auto& ctx) { ResyncResources(octopus, kind, {}, ctx); });
  }
  app.Kind<DeploymentSelector>("deployment", [&octopus](const auto& selector, auto& ctx) {
    ResyncResources(octopus, "deployment", {.max_items_per_space = selector.max_items_per_space},
                    ctx);
  });
  app.OtherKinds<ResourceSelector>(
      [&octopus](const std::string& kind, const auto& selector, auto& ctx) {
        ResyncResources(octopus, kind, selector, ctx);
      });

  app.Webhook<SubscriptionWebhook>("/webhook", octopus, config.webhook_secret);
  app.EnsureWebhooks("/webhook", [&octopus, secret = config.webhook_secret] {
    return Registrations(octopus, secret);
  });
}

}  // namespace octopus
