#include "defaults_place.hpp"

#include "ocean/http/transport.hpp"
#include "places.hpp"

namespace ocean::cli {

namespace {

port::Client ClientFor(const config::Configuration& configuration) {
  const config::Settings& settings = configuration.settings;
  return port::Client(
      {.base_url = settings.port.base_url,
       .client_id = settings.port.client_id,
       .client_secret = settings.port.client_secret,
       .identity = {settings.integration.type, configuration.spec.version,
                    settings.integration.identifier},
       .tls = {.verify = settings.ssl.port.verify}},
      {.transport = http::MakeCurlTransport(), .clock = Clock::System(), .logger = Logger::Null()});
}

}  // namespace

DefaultsPlace::DefaultsPlace(const std::string& path)
    : configuration(config::Load({.folder = RequireIntegration(path),
                                  .environment = config::ProcessEnvironment(),
                                  .overrides = {}})),
      resources(app::LoadDefaultResources(
          (configuration.folder / configuration.settings.resources_path).lexically_normal())),
      port(ClientFor(configuration)) {}

}  // namespace ocean::cli
