#include "kafka_requests.hpp"

#include <condition_variable>
#include <fstream>
#include <mutex>

#include "kafka_cluster.hpp"
#include "ocean/base/error.hpp"
#include "ocean/catch.hpp"
#include "ocean/http/transport.hpp"
#include "ocean/testing/capture_log.hpp"
#include "ocean/testing/manual_clock.hpp"
#include "ocean/testing/strict_port.hpp"
#include "ocean/testing/temp_dir.hpp"

namespace ocean::app {
namespace {

using Catch::Matchers::Contains;
using Catch::Matchers::StartsWith;

[[maybe_unused]] constexpr auto kPatience = std::chrono::seconds(60);
constexpr auto kTopic = "org.integration.resync.requests";
[[maybe_unused]] constexpr auto kGroup = "org.test.me";
const char* const kOurs = R"({"context":{"integrationId":"me"}})";
/// Of nobody: it is only read.
const std::string kCertificate = R"(-----BEGIN CERTIFICATE-----
MIIBgDCCASegAwIBAgIUF9FIVHWmKDaqZ58aN0F6T0zKzxkwCgYIKoZIzj0EAwIw
FTETMBEGA1UEAwwKb2NlYW4gdGVzdDAgFw0yNjExMjEyMjQ4MjNaGA8yMTI2MTAy
ODIyNDgyM1owFTETMBEGA1UEAwwKb2NlYW4gdGVzdDBZMBMGByqGSM49AgEGCCqG
SM49AwEHA0IABDB/2y1EFdBW0cxkA57cSEjCu/9B6eG4ue4XYsslvxa+hDtmz7uI
uAjr8HveDpsIR2G8KDcqC4tkH9mMXWj9pCCjUzBRMB0GA1UdDgQWBBQpHRlCJM8/
gsxKJ7ZoMZ0J98GGSzAfBgNVHSMEGDAWgBQpHRlCJM8/gsxKJ7ZoMZ0J98GGSzAP
BgNVHRMBAf8EBTADAQH/MAoGCCqGSM49BAMCA0cAMEQCIATlv5a/zfmn42406k43
/nXNxDz5lIgLuFU5a2gRmx0OAiAMbGt8wxRq9tyGGsitmeNnRBTAkLjuaUD9wtOg
+9f2ng==
-----END CERTIFICATE-----
)";
const char* const kOthers = R"({"context":{"integrationId":"other"}})";

#ifndef OCEAN_WITHOUT_CLUSTER
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

KafkaOptions OptionsFor(const KafkaCluster& cluster) {
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
  const KafkaCluster cluster(kTopic);
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
  const KafkaCluster cluster(kTopic);
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

TEST_CASE("A bundle of authorities is handed on, and one that holds none is told") {
  KafkaOptions options;
  options.brokers = "localhost:1";
  options.topic = kTopic;
  options.group = "g";
  options.user = "u";
  options.password = Secret("p");
  options.security_protocol = "SASL_SSL";
  options.mechanism = "SCRAM-SHA-512";
  const auto open = [&] { KafkaRequests(options, [] {}, Clock::System(), Logger::Null()); };
  options.authorities = kCertificate + "\n" + kCertificate;
  CHECK_NOTHROW(open());
  options.authorities = "-----BEGIN CERTIFICATE-----\nnone\n";
  CHECK_THROWS_WITH(open(), Contains("event_listener, KAFKA"));
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
  const testing::TempDir folder;
  const std::string ca_file = folder.path() / "ca.pem";
  std::ofstream(ca_file) << kCertificate;
  const KafkaOptions options = KafkaOptionsFor(client, settings, ca_file);
  CHECK_THAT(options.authorities, StartsWith(kCertificate));
  CHECK(options.brokers == "a:1,b:2");
  CHECK(options.topic == client.GetOrganization().id + ".change.log");
  CHECK(options.kind == ResyncTopic::kChangeLog);
  CHECK(options.group == "no-security");
  CHECK(options.user.empty());
  settings.event_listener.brokers = "[1]";
  CHECK_THROWS_WITH(KafkaOptionsFor(client, settings, ""),
                    Contains("event_listener.brokers") && Contains("got 1"));
  settings.event_listener.brokers = R"(["a:1"])";
  settings.event_listener.kafka_security_enabled = true;
  CHECK_THROWS_WITH(KafkaOptionsFor(client, settings, ""), Contains("kafka-credentials"));
}

}  // namespace ocean::app
