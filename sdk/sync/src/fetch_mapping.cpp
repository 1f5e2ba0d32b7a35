#include "fetch_mapping.hpp"

#include "ocean/base/error.hpp"
#include "ocean/config/configuration.hpp"

namespace ocean::sync {

Json FetchIntegration(port::Client& port, const std::stop_token& stop) {
  auto integration = port.GetIntegration(stop);
  if (!integration) {
    throw Error(ErrorKind::kConfig,
                "Port does not know the integration \"" + port.options().identity.identifier +
                    "\"; start once with initialize_port_resources, or create it in Port");
  }
  return std::move(*integration);
}

Mapping ReadMapping(const Engine::Parts& parts, const Json& integration,
                    bool allow_environment_in_jq) {
  jq::CompileOptions jq_options;
  jq_options.allow_environment = allow_environment_in_jq;
  if (allow_environment_in_jq) jq_options.environment = config::ProcessEnvironment();
  config::Problems problems;
  Mapping mapping = ParseMapping(Get(integration, "config"), parts.kinds, jq_options, problems);
  for (const config::Problem& warning : problems.warnings()) {
    parts.logger.Warning("mapping: " + warning.path + " " + warning.message);
  }
  return mapping;
}

}  // namespace ocean::sync
