#pragma once
/// @file How Port asks for resyncs by messages: the KAFKA listener.

#include <chrono>
#include <functional>
#include <memory>
#include <string>
#include <thread>

#include "ocean/base/clock.hpp"
#include "ocean/base/json.hpp"
#include "ocean/base/log.hpp"
#include "ocean/base/secret.hpp"
#include "ocean/config/settings.hpp"
#include "ocean/port/client.hpp"

namespace ocean::app {

/// Which of Port's two topics is read: the one for requests, or the log of all changes, with the requests in it.
enum class ResyncTopic { kRequests, kChangeLog };

/// True when a message asks for a resync of this integration.
bool AsksForResync(const Json& message, const std::string& integration, ResyncTopic topic);

struct KafkaOptions {
  /// "host:port,host:port".
  std::string brokers;
  std::string topic;
  ResyncTopic kind = ResyncTopic::kRequests;
  std::string group;
  std::string integration;
  /// Empty: no credentials, and a plain connection.
  std::string user = {};
  Secret password = {};
  std::string security_protocol = {};
  std::string mechanism = {};
  /// Certificates of authorities, in PEM, which librdkafka takes instead of the system's; empty: the system's.
  std::string authorities = {};
  std::chrono::milliseconds poll_timeout{std::chrono::seconds(1)};
  /// Where a group begins that has read nothing yet: what was asked for before its first start is answered by that start.
  std::string begin = "latest";
};

/// Asks Port for the organization and the credentials. The authorities of `ca_file`, where it is not empty, are trusted besides the
/// system's.
KafkaOptions KafkaOptionsFor(port::Client& port, const config::Settings& settings,
                             const std::string& ca_file);

/// Reads the topic in a thread of its own.
///
/// Rule      a message is acknowledged after `record` has returned: what `record` has not kept is delivered again
/// Errors    Error{kConfig} from the constructor when librdkafka refuses an option; brokers that do not answer are logged once
///           an outage and tried on
/// Lifetime  borrows the clock; the destructor leaves the group
class KafkaRequests {
 public:
  KafkaRequests(KafkaOptions options, std::function<void()> record, Clock& clock, Logger logger);
  ~KafkaRequests();

 private:
  struct Impl;
  std::unique_ptr<Impl> impl_;
};

}  // namespace ocean::app
