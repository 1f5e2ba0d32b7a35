#include "src/webhook_user.hpp"

namespace jira {

ocean::EventResult UserWebhook::Handle(const ocean::WebhookEvent& event, const NoSelector&,
                                       ocean::EventContext& ctx) const {
  const ocean::Json& user = ObjectOf(event);
  if (NameOf(event) == "user_deleted") return ocean::Deleted(user);
  return ocean::Refetched(
      [&] { return jira().User(ocean::GetString(user, "accountId"), ctx.stop); }, user);
}

}  // namespace jira
