#include "kafka_requests.hpp"

// ThreadSanitizer does not see threads made by thrd_create, as those of librdkafka are, and falls over them.
#if defined(__SANITIZE_THREAD__)
#define OCEAN_WITHOUT_CLUSTER
#elif defined(__has_feature)
#if __has_feature(thread_sanitizer)
#define OCEAN_WITHOUT_CLUSTER
#endif
#endif

#include <librdkafka/rdkafka.h>
#include <librdkafka/rdkafka_mock.h>

#include <array>
#include <condition_variable>
#include <mutex>

#include "ocean/base/error.hpp"
#include "ocean/catch.hpp"
#include "ocean/http/transport.hpp"
#include "ocean/testing/capture_log.hpp"
#include "ocean/testing/manual_clock.hpp"
#include "ocean/testing/strict_port.hpp"

namespace ocean::app {
namespace {

using Catch::Matchers::Contains;

[[maybe_unused]] constexpr auto kPatience = std::chrono::seconds(60);
constexpr auto kTopic = "org.integration.resync.requests";
[[maybe_unused]] constexpr auto kGroup = "org.test.me";
const char* const kOurs = R"({"context":{"integrationId":"me"}})";
const char* const kOthers = R"({"context":{"integrationId":"other"}})";

#ifndef OCEAN_WITHOUT_CLUSTER
/// A cluster of one broker in this process, with a producer.
class Cluster {
 public:
  Cluster() {
    std::array<char, 256> problem{};
    rd_kafka_conf_t* conf = rd_kafka_conf_new();
    rd_kafka_conf_set(conf, "test.mock.num.brokers", "1", nullptr, 0);
    producer_ = rd_kafka_new(RD_KAFKA_PRODUCER, conf, problem.data(), problem.size());
    REQUIRE(producer_ != nullptr);
    cluster_ = rd_kafka_handle_mock_cluster(producer_);
    rd_kafka_mock_topic_create(cluster_, kTopic, 1, 1);
  }
  ~Cluster() { rd_kafka_destroy(producer_); }
  Cluster(const Cluster&) = delete;
  Cluster& operator=(const Cluster&) = delete;

  std::string brokers() const { return rd_kafka_mock_cluster_bootstraps(cluster_); }
  /// How many messages the group is done with.
  std::int64_t Acknowledged(const std::string& group) const {
    std::array<char, 256> problem{};
    rd_kafka_conf_t* conf = rd_kafka_conf_new();
    rd_kafka_conf_set(conf, "bootstrap.servers", brokers().c_str(), nullptr, 0);
    rd_kafka_conf_set(conf, "group.id", group.c_str(), nullptr, 0);
    rd_kafka_t* reader = rd_kafka_new(RD_KAFKA_CONSUMER, conf, problem.data(), problem.size());
    REQUIRE(reader != nullptr);
    rd_kafka_topic_partition_list_t* partitions = rd_kafka_topic_partition_list_new(1);
    rd_kafka_topic_partition_list_add(partitions, kTopic, 0);
    CHECK(rd_kafka_committed(reader, partitions, 60'000) == RD_KAFKA_RESP_ERR_NO_ERROR);
    const std::int64_t offset = partitions->elems[0].offset;
    rd_kafka_topic_partition_list_destroy(partitions);
    rd_kafka_destroy(reader);
    return offset;
  }
  void Produce(std::string text) const {
    rd_kafka_topic_t* topic = rd_kafka_topic_new(producer_, kTopic, nullptr);
    CHECK(rd_kafka_produce(topic, 0, RD_KAFKA_MSG_F_COPY, text.data(), text.size(), nullptr, 0,
                           nullptr) == 0);
    rd_kafka_topic_destroy(topic);
    REQUIRE(rd_kafka_flush(producer_, 60'000) == RD_KAFKA_RESP_ERR_NO_ERROR);
  }

 private:
  rd_kafka_t* producer_ = nullptr;
  rd_kafka_mock_cluster_t* cluster_ = nullptr;
};

/// Counts what is recorded, and lets a test wait for it.
struct Recorder {
  std::mutex mutex;
  std::condition_variable changed;
  int recorded = 0;
  bool broken = false;
  int failures = 0;

  std::function<void()> Record() {
    return [this] {
      const std::lock_guard lock(mutex);
      ++(broken ? failures : recorded);
      changed.notify_all();
      if (broken) throw Error(ErrorKind::kPermanent, "the disk is full");
    };
  }
  void Repair() {
    const std::lock_guard lock(mutex);
    broken = false;
  }
  template <class Condition>
  void Await(Condition condition) {
    std::unique_lock lock(mutex);
    REQUIRE(changed.wait_for(lock, kPatience, condition));
  }
};

KafkaOptions OptionsFor(const Cluster& cluster) {
  KafkaOptions options;
  options.brokers = cluster.brokers();
  options.topic = kTopic;
  options.group = kGroup;
  options.integration = "me";
  options.begin = "earliest";
  return options;
}
#endif

}  // namespace

TEST_CASE("Which messages ask for a resync") {
  struct Case {
    const char* message;
    bool in_requests;
    bool in_changes;
  };
  const std::vector<Case> cases = {
      {kOurs, true, false},
      {kOthers, false, false},
      {"{}", false, false},
      {"[]", false, false},
      {R"({"action":"RESYNC","context":{"integrationId":"me"}})", true, true},
      {R"({"action":"RESYNC","context":{"integrationId":"other"}})", false, false},
      {R"({"action":"UPDATE","diff":{"after":null}})", false, false},
      {R"({"action":"UPDATE","diff":{"after":{"identifier":"me","updatedAt":"2","resyncState":{"updatedAt":"1"},"changelogDestination":{"type":"KAFKA"}}}})",
       false, true},
      {R"({"action":"UPDATE","diff":{"after":{"identifier":"me","updatedAt":"2","resyncState":{"updatedAt":"2"},"changelogDestination":{"type":"KAFKA"}}}})",
       false, false},
      {R"({"action":"UPDATE","diff":{"after":{"identifier":"me","updatedAt":"2","changelogDestination":{"type":"WEBHOOK"}}}})",
       false, false},
      {R"({"action":"UPDATE","diff":{"after":{"identifier":"other","updatedAt":"2","changelogDestination":{"type":"KAFKA"}}}})",
       false, false},
  };
  for (const Case& one : cases) {
    INFO(one.message);
    const Json message = ParseJson(one.message);
    CHECK(AsksForResync(message, "me", ResyncTopic::kRequests) == one.in_requests);
    CHECK(AsksForResync(message, "me", ResyncTopic::kChangeLog) == one.in_changes);
  }
}

#ifndef OCEAN_WITHOUT_CLUSTER
TEST_CASE("W-19: a request is acknowledged once it is recorded, and not before") {
  const Cluster cluster;
  testing::CaptureLog log;
  testing::ManualClock clock(testing::ManualClock::Mode::kManual);
  Recorder recorder;
  cluster.Produce(kOthers);
  cluster.Produce("no JSON");
  cluster.Produce(kOurs);
  recorder.broken = true;
  {
    const KafkaRequests requests(OptionsFor(cluster), recorder.Record(), clock, log.logger());
    recorder.Await([&] { return recorder.failures > 0; });
  }
  CHECK_THAT(log.Text(), Contains("the disk is full") && Contains("passed over"));
  CHECK(cluster.Acknowledged(kGroup) == 2);
  recorder.Repair();
  // Another group, which begins anew: the mock cluster waits long for a member that comes again.
  KafkaOptions again = OptionsFor(cluster);
  again.group = "org.test.again";
  {
    const KafkaRequests requests(again, recorder.Record(), clock, log.logger());
    recorder.Await([&] { return recorder.recorded == 1; });
  }
  CHECK(cluster.Acknowledged(again.group) == 3);
}

TEST_CASE("A request that cannot be recorded is tried again") {
  const Cluster cluster;
  testing::ManualClock clock(testing::ManualClock::Mode::kManual);
  Recorder recorder;
  recorder.broken = true;
  const KafkaRequests requests(OptionsFor(cluster), recorder.Record(), clock, Logger::Null());
  cluster.Produce(kOurs);
  clock.WaitForSleepers(1);
  recorder.Repair();
  clock.Advance(std::chrono::seconds(5));
  recorder.Await([&] { return recorder.recorded == 1; });
}
#endif

TEST_CASE("An option that librdkafka does not know is a configuration error") {
  KafkaOptions options;
  options.brokers = "localhost:1";
  options.topic = kTopic;
  options.group = "g";
  options.user = "u";
  options.security_protocol = "NONSENSE";
  CHECK_THROWS_WITH(KafkaRequests(
                        options, [] {}, Clock::System(), Logger::Null()),
                    Contains("event_listener, KAFKA") && Contains("NONSENSE"));
}

TEST_CASE("The topic and the group follow from what Port says") {
  const testing::StrictPort strict;
  port::Client client(
      {.base_url = strict.url(),
       .client_id = "id",
       .client_secret = Secret("secret"),
       .identity = {"test", "1.0.0", "me"}},
      {.transport = http::MakeCurlTransport(), .clock = Clock::System(), .logger = Logger::Null()});
  config::Settings settings;
  settings.integration.identifier = "me";
  settings.integration.type = "test";
  settings.event_listener.brokers = R"(["a:1", "b:2"])";
  settings.event_listener.kafka_security_enabled = false;
  const KafkaOptions options = KafkaOptionsFor(client, settings, "");
  CHECK(options.brokers == "a:1,b:2");
  CHECK(options.topic == client.GetOrganization().id + ".change.log");
  CHECK(options.kind == ResyncTopic::kChangeLog);
  CHECK(options.group == "no-security");
  CHECK(options.user.empty());
  settings.event_listener.kafka_security_enabled = true;
  CHECK_THROWS_WITH(KafkaOptionsFor(client, settings, ""), Contains("kafka-credentials"));
}

}  // namespace ocean::app
