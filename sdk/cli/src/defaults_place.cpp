#include "defaults_place.hpp"

#include "ocean/app/connection.hpp"
#include "ocean/http/transport.hpp"
#include "places.hpp"

namespace ocean::cli {

DefaultsPlace::DefaultsPlace(const std::string& path)
    : configuration(config::Load({.folder = RequireIntegration(path),
                                  .environment = config::ProcessEnvironment(),
                                  .overrides = {}})),
      logger(app::LoggerOf(configuration)),
      resources(app::DefaultResourcesOf(configuration, logger)),
      port(app::PortOptionsOf(configuration, configuration.spec.version),
           {.transport = http::MakeCurlTransport(), .clock = Clock::System(), .logger = logger}) {}

}  // namespace ocean::cli
