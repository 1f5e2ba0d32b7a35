#pragma once
/// @file From a configuration to the log, to Port and to the default resources: for the integration's program and for commands
/// about it.

#include <filesystem>
#include <string>

#include "ocean/app/default_resources.hpp"
#include "ocean/base/log.hpp"
#include "ocean/config/configuration.hpp"
#include "ocean/http/transport.hpp"
#include "ocean/port/client.hpp"

namespace ocean::app {

/// A path of the settings; relative ones start at the integration's folder.
std::filesystem::path InFolder(const config::Configuration& configuration,
                               const std::filesystem::path& path);

/// Those of `resources_path`. Error{kConfig} when somebody named a folder that is not there: without its mapping nothing would be
/// synced. Where the usual one is missing, a warning says so.
DefaultResources DefaultResourcesOf(const config::Configuration& configuration,
                                    const Logger& logger);

/// With the certificates of OCEAN_CA_FILE besides the system's.
http::TlsOptions TlsOf(const config::TlsSettings& settings);

port::ClientOptions PortOptionsOf(const config::Configuration& configuration,
                                  const std::string& version);

/// To standard error, masking what is secret; warns of what the configuration warns of, and of TLS that verifies nothing.
Logger LoggerOf(const config::Configuration& configuration);

}  // namespace ocean::app
