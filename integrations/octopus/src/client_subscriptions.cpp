#include "src/client.hpp"

namespace octopus {
namespace {

using ocean::Json;
using ocean::http::Method;
using ocean::http::Request;

constexpr auto kSubscriptions = "/api/subscriptions";

void RequireId(const Json& answer) {
  if (ocean::GetString(answer, "Id").empty()) {
    throw ocean::Error(ocean::ErrorKind::kPermanent,
                       "Octopus answered without the Id of the subscription");
  }
}

}  // namespace

std::vector<Json> OctopusClient::Subscriptions(const std::string& space_id) const {
  std::vector<Json> subscriptions;
  for (const ocean::Batch& page : Resources(space_id, "subscriptions")) {
    subscriptions.insert(subscriptions.end(), page.begin(), page.end());
  }
  return subscriptions;
}

void OctopusClient::CreateSubscription(const Json& subscription) const {
  RequireId(http_.PostJson(kSubscriptions, subscription));
}

void OctopusClient::ChangeSubscription(const Json& existing, const Json& wanted) const {
  // Octopus takes a resource whole.
  Json changed = existing;
  changed.merge_patch(wanted);
  const std::string id = ocean::GetString(existing, "Id");
  RequireId(http_.SendForJson(
      Request::WithJson(Method::kPut, std::string(kSubscriptions) + "/" + id, changed)));
}

}  // namespace octopus
