#include "log_shipper.hpp"

#include <atomic>
#include <condition_variable>
#include <mutex>
#include <string>
#include <vector>

#include "ocean/base/error.hpp"
#include "ocean/catch.hpp"

namespace ocean::app {
namespace {

using Catch::Matchers::Contains;

/// A Port that takes logs, unless it is down.
struct Receiver {
  std::mutex mutex;
  std::condition_variable changed;
  std::vector<Json> batches;
  int failures = 0;
  bool down = false;

  LogShipper::Send Send() {
    return [this](const Json& logs) {
      std::lock_guard lock(mutex);
      if (down) ++failures;
      if (!down) batches.push_back(logs);
      changed.notify_all();
      if (down) throw Error(ErrorKind::kTransient, "Port is down");
    };
  }
  /// Waits for something to be so.
  template <class Condition>
  void Await(Condition condition) {
    std::unique_lock lock(mutex);
    REQUIRE(changed.wait_for(lock, std::chrono::seconds(30), condition));
  }
  std::vector<std::string> Messages() {
    std::lock_guard lock(mutex);
    std::vector<std::string> messages;
    for (const Json& batch : batches) {
      for (const Json& log : batch) messages.push_back(log.at("message"));
    }
    return messages;
  }
  void SetDown(bool value) {
    std::lock_guard lock(mutex);
    down = value;
  }
};

constexpr LogShipper::Options kOnlyFullBatches{
    .capacity = 10, .batch = 4, .interval = std::chrono::hours(1)};

}  // namespace

TEST_CASE(
    "W-37: records are sent in batches, those from before the start too, and the rest at the end") {
  Receiver receiver;
  const Logger logger = Logger::ToSink(LogLevel::kInfo, [](const LogRecord&) {});
  logger.Masker().Add("hush-hush");
  LogShipper shipper(kOnlyFullBatches, logger);
  logger.Info("early hush-hush", {{"kind", "issue"}, {"token", "hush-hush"}});
  shipper.Start(receiver.Send());
  for (int i = 0; i < 3; ++i) logger.Info("m" + std::to_string(i));
  receiver.Await([&] { return receiver.batches.size() == 1; });
  logger.Warning("last");
  shipper.Stop();
  logger.Info("too late");
  CHECK(receiver.Messages() == std::vector<std::string>{"early ***", "m0", "m1", "m2", "last"});
  const Json& first = receiver.batches[0][0];
  CHECK(first.at("level") == "INFO");
  CHECK(first.at("extra").at("kind") == "issue");
  CHECK(first.at("extra").at("token") == "***");
  CHECK(first.at("extra").contains("hostname"));
  CHECK(first.at("timestamp").get<std::string>().size() ==
        std::string("2026-11-20T23:51:45.378419Z").size());
}

TEST_CASE("W-37: a record does not wait for others for long") {
  Receiver receiver;
  const Logger logger = Logger::ToSink(LogLevel::kInfo, [](const LogRecord&) {});
  LogShipper shipper({.interval = std::chrono::milliseconds(1)}, logger);
  shipper.Start(receiver.Send());
  logger.Info("alone");
  receiver.Await([&] { return !receiver.batches.empty(); });
}

TEST_CASE("W-37: what cannot be sent is kept up to a bound, and its failure does not feed itself") {
  Receiver receiver;
  receiver.down = true;
  std::atomic<int> warnings{0};
  const Logger logger = Logger::ToSink(LogLevel::kInfo, [&](const LogRecord& record) {
    if (record.level == LogLevel::kWarning) ++warnings;
  });
  LogShipper shipper({.capacity = 10, .batch = 4, .interval = std::chrono::milliseconds(1)},
                     logger);
  shipper.Start(receiver.Send());
  for (int i = 0; i < 30; ++i) logger.Info("m" + std::to_string(i));
  receiver.Await([&] { return receiver.failures > 3; });
  receiver.SetDown(false);
  receiver.Await([&] { return !receiver.batches.empty(); });
  shipper.Stop();
  const auto messages = receiver.Messages();
  CHECK(messages.size() < 20);
  CHECK_THAT(messages.front(), Contains("log records were dropped here"));
  CHECK(warnings == 1);
}

TEST_CASE("W-37: how many records were dropped is known also when its telling fails") {
  Receiver receiver;
  receiver.down = true;
  const Logger logger = Logger::ToSink(LogLevel::kInfo, [](const LogRecord&) {});
  LogShipper shipper({.capacity = 10, .batch = 4, .interval = std::chrono::milliseconds(1)},
                     logger);
  for (int i = 0; i < 30; ++i) logger.Info("m" + std::to_string(i));
  shipper.Start(receiver.Send());
  receiver.Await([&] { return receiver.failures > 0; });
  receiver.SetDown(false);
  receiver.Await([&] { return !receiver.batches.empty(); });
  shipper.Stop();
  int dropped = 0;
  int came = 0;
  for (const std::string& message : receiver.Messages()) {
    if (message.find("were dropped here") != std::string::npos) dropped += std::stoi(message);
    if (message.starts_with("m")) ++came;
  }
  CHECK(dropped + came == 30);
}

TEST_CASE("A shipper that was never started ends, and one that cannot send ends too") {
  const Logger logger = Logger::ToSink(LogLevel::kInfo, [](const LogRecord&) {});
  {
    const LogShipper idle({}, logger);
  }
  logger.Info("nobody listens");
  Receiver receiver;
  receiver.down = true;
  LogShipper shipper(kOnlyFullBatches, logger);
  shipper.Start(receiver.Send());
  logger.Info("lost");
  shipper.Stop();
  CHECK(receiver.failures == 1);
}

}  // namespace ocean::app
