#pragma once
/// @file The process that crash tests kill, from outside.

#include <chrono>
#include <csignal>
#include <cstdint>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "ocean/base/error.hpp"
#include "ocean/base/json.hpp"
#include "ocean/http/client.hpp"
#include "ocean/http/transport.hpp"
#include "ocean/testing/process.hpp"
#include "sweep_plan.hpp"

namespace ocean::crash {

inline constexpr auto kPatience = std::chrono::minutes(1);

inline http::ClientFactory Factory() {
  return {
      .transport = http::MakeCurlTransport(), .clock = Clock::System(), .logger = Logger::Null()};
}

class Child {
 public:
  explicit Child(std::vector<std::string> arguments)
      : process_(testing::ProcessOptions{.program = OCEAN_CRASH_CHILD,
                                         .arguments = std::move(arguments)}) {
    // One that dies before it listens has no address.
    if (process_.WaitForOutput("\nready", kPatience)) {
      const std::string output = process_.Output();
      url_ = output.substr(3, output.find('\n') - 3);
    }
  }
  /// 0 when there was no answer.
  int Post(const Json& body) {
    http::Request request{.method = http::Method::kPost, .url = url_ + "/integration/webhook"};
    request.headers = {{"X-Token", kToken}};
    request.body = DumpJson(body);
    request.expected_statuses = {503};
    try {
      return client_.Send(request).status;
    } catch (const Error&) {
      return 0;
    }
  }
  std::int64_t Pending() {
    std::int64_t pending = 0;
    const Json figures = client_.GetJson(url_ + "/live");
    if (figures.contains("problem")) return -1;
    for (const Json& path : figures.at("paths")) pending += path.at("pending").get<std::int64_t>();
    return pending;
  }
  void Kill() { process_.Signal(SIGKILL); }
  bool AwaitHang() { return process_.WaitForOutput(kHang, kPatience); }
  void Terminate() { process_.Signal(SIGTERM); }
  std::optional<testing::ProcessResult> AwaitEnd() { return process_.Wait(kPatience); }

 private:
  testing::Process process_;
  std::string url_;
  http::Client client_ = Factory().Make({.retry = {.max_retries = 0}, .target = "the child"});
};

}  // namespace ocean::crash
