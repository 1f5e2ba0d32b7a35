#include "kafka_requests.hpp"

#include <librdkafka/rdkafkacpp.h>

#include <algorithm>
#include <utility>
#include <vector>

#include "ocean/base/error.hpp"
#include "ocean/base/text.hpp"
#include "ocean/http/authorities.hpp"

namespace ocean::app {

namespace {

constexpr auto kRequestsTopicFlag = "OCEAN_KAFKA_INTEGRATION_RESYNC_REQUESTS_TOPIC_ENABLED";
/// A stop is noticed within this.
constexpr std::chrono::milliseconds kLongestPoll{200};
constexpr auto kBeforeRecordingAgain = std::chrono::seconds(5);

/// The change log tells of our integration: somebody asked, or changed the mapping since the last resync.
bool ChangeAsksForResync(const Json& message, const std::string& integration) {
  const Json& after = Get(Get(message, "diff"), "after");
  return GetString(after, "identifier") == integration &&
         Get(after, "updatedAt") != Get(Get(after, "resyncState"), "updatedAt") &&
         GetString(Get(after, "changelogDestination"), "type") == "KAFKA";
}

/// "a:1,b:2" of the same, or of a JSON array.
std::string Brokers(const std::string& setting) {
  if (!Trim(setting).starts_with('[')) return setting;
  std::vector<std::string> brokers;
  for (const Json& broker : ParseJson(setting, "event_listener.brokers")) {
    if (!broker.is_string()) {
      throw Error(ErrorKind::kConfig,
                  "event_listener.brokers: expected texts such as \"host:9092\" "
                  "in the list, got " +
                      DumpJson(broker));
    }
    brokers.push_back(broker.get<std::string>());
  }
  return Join(brokers, ",");
}

}  // namespace

bool AsksForResync(const Json& message, const std::string& integration, ResyncTopic topic) {
  const bool named = GetString(Get(message, "context"), "integrationId") == integration;
  if (topic == ResyncTopic::kRequests) return named;
  if (GetString(message, "action") == "RESYNC") return named;
  return ChangeAsksForResync(message, integration);
}

KafkaOptions KafkaOptionsFor(port::Client& port, const config::Settings& settings,
                             const std::string& ca_file) {
  const port::Organization organization = port.GetOrganization();
  const bool has_topic = organization.Has(kRequestsTopicFlag);
  const config::EventListenerSettings& listener = settings.event_listener;
  KafkaOptions options;
  options.brokers = Brokers(listener.brokers);
  options.kind = has_topic ? ResyncTopic::kRequests : ResyncTopic::kChangeLog;
  options.topic = organization.id + (has_topic ? ".integration.resync.requests" : ".change.log");
  options.integration = settings.integration.identifier;
  options.poll_timeout = listener.consumer_poll_timeout;
  if (!ca_file.empty()) options.authorities = http::AuthoritiesWith(ca_file);
  options.group = "no-security";
  if (!listener.kafka_security_enabled) return options;
  const port::KafkaCredentials credentials = port.GetKafkaCredentials();
  options.group = organization.id + "." + settings.integration.type + "." + options.integration;
  options.user = credentials.user;
  options.password = credentials.password;
  options.security_protocol = listener.security_protocol;
  options.mechanism = listener.authentication_mechanism;
  return options;
}

struct KafkaRequests::Impl final : RdKafka::RebalanceCb, RdKafka::EventCb {
  Impl(KafkaOptions the_options, std::function<void()> the_record, Clock& the_clock,
       Logger the_logger)
      : options(std::move(the_options)),
        record(std::move(the_record)),
        clock(the_clock),
        logger(std::move(the_logger)) {}

  void Open();
  void Drive(const std::stop_token& stop);
  void Handle(RdKafka::Message& message, const std::stop_token& stop);
  bool Record(const std::stop_token& stop);
  void Acknowledge(const RdKafka::Message& message);

  void rebalance_cb(RdKafka::KafkaConsumer* of, RdKafka::ErrorCode code,
                    std::vector<RdKafka::TopicPartition*>& partitions) override;
  void event_cb(RdKafka::Event& event) override;
  void NoteOutage(const std::string& what);

  const KafkaOptions options;
  const std::function<void()> record;
  Clock& clock;
  const Logger logger;
  std::unique_ptr<RdKafka::KafkaConsumer> consumer;
  bool in_outage = false;
  bool assigned_before = false;
  std::jthread thread;
};

void KafkaRequests::Impl::Open() {
  const std::unique_ptr<RdKafka::Conf> conf(RdKafka::Conf::create(RdKafka::Conf::CONF_GLOBAL));
  std::string problem;
  const auto check = [&](RdKafka::Conf::ConfResult result) {
    if (result != RdKafka::Conf::CONF_OK)
      throw Error(ErrorKind::kConfig, "event_listener, KAFKA: " + problem);
  };
  const auto set = [&](const char* name, const std::string& value) {
    if (!value.empty()) check(conf->set(name, value, problem));
  };
  set("bootstrap.servers", options.brokers);
  set("group.id", options.group);
  // What is acknowledged every few seconds, and at the end, is what Handle is done with.
  set("enable.auto.offset.store", "false");
  set("auto.offset.reset", options.begin);
  set("partition.assignment.strategy", "cooperative-sticky");
  if (!options.user.empty()) {
    set("security.protocol", options.security_protocol);
    set("sasl.mechanism", options.mechanism);
    set("sasl.username", options.user);
    set("sasl.password", options.password.Reveal());
    set("ssl.ca.pem", options.authorities);
  }
  check(conf->set("rebalance_cb", static_cast<RdKafka::RebalanceCb*>(this), problem));
  check(conf->set("event_cb", static_cast<RdKafka::EventCb*>(this), problem));
  consumer.reset(RdKafka::KafkaConsumer::create(conf.get(), problem));
  if (!consumer) throw Error(ErrorKind::kConfig, "event_listener, KAFKA: " + problem);
  const RdKafka::ErrorCode code = consumer->subscribe({options.topic});
  if (code != RdKafka::ERR_NO_ERROR) {
    throw Error(ErrorKind::kConfig, "event_listener, KAFKA: the topic " + options.topic +
                                        " cannot be read: " + RdKafka::err2str(code));
  }
}

void KafkaRequests::Impl::Drive(const std::stop_token& stop) {
  const auto poll = static_cast<int>(std::min(options.poll_timeout, kLongestPoll).count());
  while (!stop.stop_requested()) {
    const std::unique_ptr<RdKafka::Message> message(consumer->consume(poll));
    Handle(*message, stop);
  }
  consumer->close();
}

void KafkaRequests::Impl::Handle(RdKafka::Message& message, const std::stop_token& stop) {
  if (message.err() == RdKafka::ERR__TIMED_OUT) return;
  if (message.err() != RdKafka::ERR_NO_ERROR) return NoteOutage(message.errstr());
  in_outage = false;
  const std::string_view text(static_cast<const char*>(message.payload()), message.len());
  try {
    if (AsksForResync(ParseJson(text, "a message of " + options.topic), options.integration,
                      options.kind) &&
        !Record(stop)) {
      return;
    }
  } catch (const Error& error) {
    logger.Warning("a message is passed over: " + std::string(error.what()));
  }
  Acknowledge(message);
}

void KafkaRequests::Impl::Acknowledge(const RdKafka::Message& message) {
  const std::unique_ptr<RdKafka::TopicPartition> next(RdKafka::TopicPartition::create(
      message.topic_name(), message.partition(), message.offset() + 1));
  std::vector<RdKafka::TopicPartition*> offsets = {next.get()};
  // Refused when the partition has gone to another process: that one reads the message again.
  const RdKafka::ErrorCode code = consumer->offsets_store(offsets);
  if (code != RdKafka::ERR_NO_ERROR)
    logger.Debug("Kafka: a message could not be acknowledged: " + RdKafka::err2str(code));
}

/// False when a stop came first: the message stays as it was.
bool KafkaRequests::Impl::Record(const std::stop_token& stop) {
  while (!stop.stop_requested()) {
    try {
      record();
      return true;
    } catch (const Error& error) {
      logger.Error("a request for a resync cannot be kept, trying on: " +
                   std::string(error.what()));
    }
    clock.SleepFor(kBeforeRecordingAgain, stop);
  }
  return false;
}

void KafkaRequests::Impl::rebalance_cb(RdKafka::KafkaConsumer* of, RdKafka::ErrorCode code,
                                       std::vector<RdKafka::TopicPartition*>& partitions) {
  if (code != RdKafka::ERR__ASSIGN_PARTITIONS) {
    delete of->incremental_unassign(partitions);
    return;
  }
  if (!std::exchange(assigned_before, true) && partitions.empty()) {
    logger.Error("another process reads the requests of \"" + options.integration +
                 "\": this one gets none until that one ends. Two installations need two values of "
                 "integration.identifier");
  }
  delete of->incremental_assign(partitions);
}

void KafkaRequests::Impl::event_cb(RdKafka::Event& event) {
  if (event.type() == RdKafka::Event::EVENT_ERROR) {
    NoteOutage(event.str());
  } else {
    logger.Debug("Kafka: " + event.str());
  }
}

void KafkaRequests::Impl::NoteOutage(const std::string& what) {
  if (std::exchange(in_outage, true)) return;
  logger.Warning("Port's requests cannot be read from " + options.brokers + ", trying on: " + what +
                 "; check event_listener.brokers and the network");
}

KafkaRequests::KafkaRequests(KafkaOptions options, std::function<void()> record, Clock& clock,
                             Logger logger)
    : impl_(
          std::make_unique<Impl>(std::move(options), std::move(record), clock, std::move(logger))) {
  impl_->Open();
  impl_->thread =
      std::jthread([impl = impl_.get()](const std::stop_token& stop) { impl->Drive(stop); });
}

KafkaRequests::~KafkaRequests() = default;

}  // namespace ocean::app
