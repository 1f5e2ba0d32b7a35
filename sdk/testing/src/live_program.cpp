#include "ocean/testing/live_program.hpp"

#include <algorithm>
#include <chrono>
#include <regex>
#include <thread>

#include "ocean/base/error.hpp"

namespace ocean::testing {

namespace {

constexpr std::chrono::minutes kPatience{2};

ProcessOptions Command(const Installation& installation,
                       std::map<std::string, std::string> variables) {
  variables["OCEAN__BASE_URL"] = "https://ocean.example.com";
  ProcessOptions command = installation.Command(variables);
  std::erase(command.arguments, "--once");
  command.arguments.insert(command.arguments.end(), {"--port", "0"});
  return command;
}

}  // namespace

LiveProgram::LiveProgram(const Installation& installation,
                         const std::map<std::string, std::string>& more_variables)
    : installation_(installation),
      process_(Command(installation, more_variables)),
      client_(http::ClientFactory{.transport = http::MakeCurlTransport(),
                                  .clock = Clock::System(),
                                  .logger = Logger::Null()}
                  .Make({.target = "the program"})) {
  WaitFor("serving /health");
  const std::string output = process_.Output() + process_.ErrorOutput();
  std::smatch found;
  std::regex_search(output, found, std::regex("at (http://[0-9.]+:[0-9]+)"));
  url_ = found[1];
  WaitFor("duration_ms=");  // complete or not
}

void LiveProgram::WaitFor(std::string_view text) {
  if (process_.WaitForOutput(text, kPatience)) return;
  throw Error(ErrorKind::kTransient, "the program did not say '" + std::string(text) +
                                         "': " + process_.Output() + process_.ErrorOutput());
}

int LiveProgram::Post(const std::string& path, const std::string& body,
                      const http::Headers& headers) const {
  http::Request request{.method = http::Method::kPost, .url = url_ + "/integration" + path};
  request.headers = headers;
  request.body = body;
  request.expected_statuses = {400, 401};
  return client_.Send(request).status;
}

bool LiveProgram::Becomes(const std::function<bool(const Content&)>& condition) const {
  const auto end = std::chrono::steady_clock::now() + kPatience;
  while (std::chrono::steady_clock::now() < end) {
    if (condition(installation_.Entities())) return true;
    std::this_thread::yield();
  }
  return false;
}

}  // namespace ocean::testing
