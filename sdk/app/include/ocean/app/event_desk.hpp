#pragma once
/// @file The live events of an installation, wherever its settings have them wait.

#include <memory>

#include "ocean/config/configuration.hpp"

namespace ocean::state {
class EventDesk;
struct RedisQueueOptions;
}  // namespace ocean::state

namespace ocean::app {

/// How the settings reach the queue in Redis; `consumer` and `admit` are the running process's. Error{kConfig} when they do not say
/// which stream it is, or ask for what there is not.
state::RedisQueueOptions RedisOptionsOf(const config::Settings& settings);

/// Error{kConfig} when there is no journal, Error{kTransient} when Redis cannot be reached.
std::unique_ptr<state::EventDesk> OpenEventDesk(const config::Configuration& configuration);

}  // namespace ocean::app
