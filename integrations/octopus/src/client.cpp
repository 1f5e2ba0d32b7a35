#include "src/client.hpp"

#include <utility>

namespace octopus {
namespace {

using ocean::http::ErrorAction;
using ocean::http::Request;

constexpr int kPageSize = 50;

ocean::http::ClientOptions Options(const OctopusConfig& config) {
  ocean::http::ClientOptions options;
  options.target = "Octopus";
  options.base_url = config.server_url;
  options.auth = ocean::http::MakeHeaderAuth("X-Octopus-ApiKey", config.octopus_api_key);
  options.advice = {
      {401, "check octopusApiKey: it may have expired"},
      {403, "the user that octopusApiKey belongs to lacks a permission"},
      {404,
       "check serverUrl: is it the address of the Octopus server, and has it such a resource?"}};
  return options;
}

ocean::PageRange Pages(const ocean::http::Client& http, Request request) {
  return ocean::http::OffsetPages(http, std::move(request),
                                  {.offset_parameter = "skip",
                                   .limit_parameter = "take",
                                   .page_size = kPageSize,
                                   .items_path = "Items",
                                   .total_path = "TotalResults"});
}

}  // namespace

OctopusClient::OctopusClient(const OctopusConfig& config, const ocean::http::ClientFactory& http)
    : http_(http.Make(Options(config))) {}

void OctopusClient::CheckAccess() const {
  http_.GetJson("/api/spaces", {{"skip", "0"}, {"take", "1"}});
}

ocean::PageRange OctopusClient::Spaces() const {
  return Pages(http_, Request::Get("/api/spaces"));
}

ocean::PageRange OctopusClient::Resources(const std::string& space_id,
                                          const std::string& name) const {
  auto request = Request::Get("/api/" + space_id + "/" + name);
  // Keys are often limited to some spaces.
  request.error_rules = {{.statuses = {401, 403}, .action = ErrorAction::kSkipParent}};
  return Pages(http_, std::move(request));
}

ocean::Json OctopusClient::Space(const std::string& id, const std::stop_token& stop) const {
  return http_.SendForJson(Request::Get("/api/spaces/" + ocean::PercentEncode(id)), stop);
}

ocean::Json OctopusClient::Resource(const std::string& space_id, const std::string& name,
                                    const std::string& id, const std::stop_token& stop) const {
  const std::string path = ocean::PercentEncode(space_id) + "/" + name + "/";
  return http_.SendForJson(Request::Get("/api/" + path + ocean::PercentEncode(id)), stop);
}

}  // namespace octopus
