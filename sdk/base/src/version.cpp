#include "ocean/base/version.hpp"

namespace ocean {

std::string_view SdkVersion() {
  return OCEAN_SDK_VERSION;
}

}  // namespace ocean
