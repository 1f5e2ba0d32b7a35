#include "ocean/port/client.hpp"

namespace ocean::port {

std::string Identity::UserAgent(bool touches_catalog) const {
  std::string agent = "port-ocean/" + type + "/" + version + "/" + identifier;
  if (touches_catalog) agent += "/exporter";
  return agent;
}

}  // namespace ocean::port
