#include "ocean/app/connection.hpp"

#include <cstdlib>
#include <utility>

#include "ocean/base/error.hpp"
#include "resync_route.hpp"

namespace ocean::app {

namespace fs = std::filesystem;

using config::Settings;

fs::path InFolder(const config::Configuration& configuration, const fs::path& path) {
  return (configuration.folder / path).lexically_normal();
}

DefaultResources DefaultResourcesOf(const config::Configuration& configuration,
                                    const Logger& logger) {
  const fs::path& setting = configuration.settings.resources_path;
  const fs::path folder = InFolder(configuration, setting);
  if (fs::is_directory(folder)) return LoadDefaultResources(folder);
  if (setting != Settings().resources_path) {
    throw Error(ErrorKind::kConfig, "resources_path: there is no folder " + folder.string());
  }
  logger.Warning("there are no default resources: " + folder.string() + " is no folder");
  return {};
}

http::TlsOptions TlsOf(const config::TlsSettings& settings) {
  const char* ca_file = std::getenv("OCEAN_CA_FILE");
  return {.verify = settings.verify, .ca_file = ca_file != nullptr ? ca_file : ""};
}

port::ClientOptions PortOptionsOf(const config::Configuration& configuration,
                                  const std::string& version) {
  const Settings& settings = configuration.settings;
  return {
      .base_url = settings.port.base_url,
      .client_id = settings.port.client_id,
      .client_secret = settings.port.client_secret,
      .identity = {.type = settings.integration.type,
                   .version = version,
                   .identifier = settings.integration.identifier},
      .tls = TlsOf(settings.ssl.port),
      .upsert_batch_entities = static_cast<std::size_t>(settings.upsert_entities_batch_max_length),
      .upsert_batch_bytes =
          static_cast<std::size_t>(settings.upsert_entities_batch_max_size_in_bytes),
      .delete_batch_entities = static_cast<std::size_t>(settings.delete_entities_max_batch_size)};
}

Logger LoggerOf(const config::Configuration& configuration) {
  Logger logger = Logger::ToStderr(configuration.settings.log_level,
                                   configuration.settings.log_format.value_or(LogFormat::kText));
  for (const std::string& secret : configuration.secrets) logger.Masker().Add(secret);
  logger.Masker().Add(ResyncToken(configuration.settings));
  for (const std::string& warning : configuration.warnings) logger.Warning(warning);
  for (const auto& [name, tls] :
       {std::pair{"ssl.port", configuration.settings.ssl.port},
        std::pair{"ssl.third_party", configuration.settings.ssl.third_party}}) {
    if (!tls.verify) {
      logger.Warning(std::string(name) + ".verify is off: whoever is in between can read along");
    }
  }
  return logger;
}

}  // namespace ocean::app
