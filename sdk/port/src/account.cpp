#include <algorithm>
#include <utility>

#include "impl.hpp"
#include "ocean/base/error.hpp"

namespace ocean::port {

namespace {

std::vector<std::string> Texts(const Json& list) {
  std::vector<std::string> texts;
  for (const Json& one : list) {
    if (one.is_string()) texts.push_back(one.get<std::string>());
  }
  return texts;
}

}  // namespace

bool Organization::Has(std::string_view flag) const {
  return std::find(feature_flags.begin(), feature_flags.end(), flag) != feature_flags.end();
}

Organization Client::GetOrganization() {
  const auto response = impl_->plain.Send(http::Request::Get("/organization"));
  const Json organization = Member(response.ParseBody(), "organization", response.source);
  return {GetString(organization, "id"), Texts(Get(organization, "featureFlags"))};
}

std::vector<std::string> Client::GetProvisionedTypes() {
  const auto response = impl_->plain.Send(http::Request::Get("/integration/provision-enabled"));
  return Texts(Member(response.ParseBody(), "integrations", response.source));
}

KafkaCredentials Client::GetKafkaCredentials() {
  const auto response = impl_->plain.Send(http::Request::Get("/kafka-credentials"));
  const Json credentials = Member(response.ParseBody(), "credentials", response.source);
  KafkaCredentials found{GetString(credentials, "username"),
                         Secret(GetString(credentials, "password"))};
  if (found.user.empty() || found.password.empty()) {
    throw Error(ErrorKind::kPermanent,
                response.source + " answered without a username and a password");
  }
  return found;
}

}  // namespace ocean::port
