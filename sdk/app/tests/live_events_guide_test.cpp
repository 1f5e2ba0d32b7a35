// The example of docs/live-events.md: its blocks stand here word for word (scripts/reference.sh, R3).
#include "ocean/app/integration.hpp"
#include "ocean/base/error.hpp"
#include "ocean/catch.hpp"
#include "ocean/ocean.hpp"

namespace acme {
namespace {

struct ItemSelector {
  std::string status;
  static auto Describe() {
    return ocean::Fields<ItemSelector>().Add("status", &ItemSelector::status,
                                             "Only items with this status.");
  }
};

/// An API of one item, which can go, and of webhooks.
struct Client {
  mutable std::vector<ocean::Json> webhooks = {};
  bool is_there = true;

  ocean::Json Item(const std::string& id) const {
    if (!is_there) throw ocean::Error(ocean::ErrorKind::kNotFound, "404");
    return {{"id", id}, {"status", "open"}};
  }
  void CreateWebhook(const ocean::Json& wanted) const { webhooks.push_back(wanted); }
};

class ItemWebhook : public ocean::Webhook<ItemSelector> {
 public:
  ItemWebhook(const Client& client, ocean::Secret secret)
      : client_(client), secret_(std::move(secret)) {}

  ocean::http::Verifier Verify() const override {
    return ocean::http::Hmac(secret_, {.header = "X-Acme-Signature", .prefix = "sha256="});
  }
  bool Matches(const ocean::WebhookEvent& event) const override {
    return ocean::GetString(event.body, "event").starts_with("item.");
  }
  std::vector<std::string> Kinds(const ocean::WebhookEvent&) const override { return {"item"}; }

  void Validate(const ocean::WebhookEvent& event) const override {
    if (Key(event).empty()) {
      throw ocean::Error(ocean::ErrorKind::kPermanent, "an event without item.id");
    }
  }
  std::string Key(const ocean::WebhookEvent& event) const override {
    return ocean::GetString(ocean::Get(event.body, "item"), "id");
  }
  std::string DeliveryId(const ocean::WebhookEvent& event) const override {
    return event.Header("X-Acme-Delivery");
  }
  bool Refetches() const override { return true; }

  ocean::EventResult Handle(const ocean::WebhookEvent& event, const ItemSelector& selector,
                            ocean::EventContext&) const override {
    const ocean::Json& item = ocean::Get(event.body, "item");
    ocean::EventResult result = ocean::Refetched([&] { return client_.Item(Key(event)); }, item);
    const auto is_unwanted = [&](const ocean::Json& found) {
      return !selector.status.empty() && ocean::GetString(found, "status") != selector.status;
    };
    if (!result.updated.empty() && is_unwanted(result.updated.front()))
      return ocean::Deleted(result.updated.front());
    return result;
  }

 private:
  const Client& client_;
  const ocean::Secret secret_;
};

void SetUpWebhook(ocean::Integration& app, const Client& client, const ocean::Secret& secret) {
  app.Webhook<ItemWebhook>("/webhook", client, secret);
  app.EnsureWebhook("/webhook",
                    {.list = [&client] { return client.webhooks; },
                     .wanted =
                         [secret](const std::string& url) {
                           return ocean::Json{{"url", url},
                                              {"events", {"item.changed", "item.deleted"}},
                                              {"secret", secret.Reveal()}};
                         },
                     .create = [&client](const auto& wanted) { client.CreateWebhook(wanted); },
                     .compared = {"/events"}});
}

const ocean::Secret kSecret("a secret between Acme and us");

struct Scene {
  Client client;
  ocean::config::Configuration configuration;
  ocean::Integration app{
      configuration,
      {.transport = nullptr, .clock = ocean::Clock::System(), .logger = ocean::Logger::Null()},
      ocean::Logger::Null()};
  Scene() { SetUpWebhook(app, client, kSecret); }

  const ocean::WebhookProcessor& processor() const { return *app.webhooks().front().processor; }
  ocean::EventResult Handle(const ocean::WebhookEvent& event, const ocean::Json& selector) const {
    ocean::EventContext ctx{.kind = "item", .stop = {}, .logger = ocean::Logger::Null()};
    return processor().HandleResource(event, selector, ctx);
  }
};

ocean::WebhookEvent Changed(const std::string& id) {
  return {.body = {{"event", "item.changed"}, {"item", {{"id", id}}}},
          .headers = {},
          .received_at = {}};
}

}  // namespace

TEST_CASE("guide: what is genuine is taken, what is not is refused") {
  const Scene scene;
  const std::string body = "{}";
  ocean::http::Headers headers;
  headers.Set("X-Acme-Signature",
              ocean::http::SignHmac(kSecret, {.header = "X-Acme-Signature", .prefix = "sha256="},
                                    headers, body));
  const ocean::http::Verifier verifier = scene.processor().Verify();
  CHECK(verifier.Refusal(headers, body, {}) == std::nullopt);
  CHECK(verifier.Refusal(headers, body + " ", {}) != std::nullopt);
}

TEST_CASE("guide: an event is about an item, and one that names none is refused") {
  const Scene scene;
  CHECK(scene.processor().Matches(Changed("7")));
  CHECK_FALSE(scene.processor().Matches(
      {.body = {{"event", "user.left"}}, .headers = {}, .received_at = {}}));
  CHECK(scene.processor().Key(Changed("7")) == "7");
  CHECK_NOTHROW(scene.processor().Validate(Changed("7")));
  CHECK_THROWS_AS(scene.processor().Validate(Changed("")), ocean::Error);
}

TEST_CASE("guide: an item is as the API has it now, and gone when it is, or is not selected") {
  Scene scene;
  const ocean::Json item = {{"id", "7"}, {"status", "open"}};
  CHECK(scene.Handle(Changed("7"), ocean::Json::object()).updated == std::vector{item});
  CHECK(scene.Handle(Changed("7"), {{"status", "closed"}}).deleted == std::vector{item});
  scene.client.is_there = false;
  CHECK(scene.Handle(Changed("7"), ocean::Json::object()).deleted ==
        std::vector<ocean::Json>{{{"id", "7"}}});
}

TEST_CASE("guide: the webhook is made where it is missing") {
  const Scene scene;
  ocean::StartContext ctx{.stop = {},
                          .logger = ocean::Logger::Null(),
                          .base_url = "https://ocean.example.com",
                          .webhooks_url = "https://ocean.example.com/integration"};
  for (const auto& hook : scene.app.start_hooks()) hook(ctx);
  for (const auto& hook : scene.app.start_hooks()) hook(ctx);
  REQUIRE(scene.client.webhooks.size() == 1);
  CHECK(scene.client.webhooks[0].at("url") == "https://ocean.example.com/integration/webhook");
}

}  // namespace acme
