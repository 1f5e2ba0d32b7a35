#include "ocean/testing/process.hpp"

#include <poll.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <csignal>
#include <cstdlib>
#include <filesystem>
#include <string>

#include "ocean/base/text.hpp"
#include "ocean/catch.hpp"
#include "ocean/error_of.hpp"
#include "ocean/testing/temp_dir.hpp"

namespace ocean::testing {
namespace {

using namespace std::chrono_literals;

ProcessOptions Shell(const std::string& script) {
  return {.program = "sh", .arguments = {"-c", script}};
}

TEST_CASE("output, error output and exit code of a program") {
  const ProcessResult result = RunProcess(Shell("echo out; echo err >&2; exit 3"));
  CHECK(result.output == "out\n");
  CHECK(result.error_output == "err\n");
  CHECK(result.exit_code == 3);
  CHECK(result.signal == 0);
  CHECK(result.peak_rss_bytes > 100'000);
}

TEST_CASE("arguments come as they are, and there is no input") {
  const ProcessResult result =
      RunProcess({.program = "/bin/sh",
                  .arguments = {"-c", "for a in \"$@\"; do echo \"[$a]\"; done; cat", "sh", "a b",
                                "", "$x*\"'"}});
  CHECK(result.output == "[a b]\n[]\n[$x*\"']\n");
}

TEST_CASE("variables and folder") {
  const TempDir folder;
  setenv("OCEAN__PORT__CLIENT_ID", "of the developer", 1);
  setenv("OCEAN_TEST_KEPT", "kept", 1);
  ProcessOptions options =
      Shell("echo \"$GIVEN|$OCEAN__PORT__CLIENT_ID|$OCEAN__A|$OCEAN_TEST_KEPT\"; pwd -P");
  options.environment = {{"GIVEN", "x y"}, {"OCEAN__A", "1"}};
  options.folder = folder.path();
  const ProcessResult result = RunProcess(options);
  unsetenv("OCEAN__PORT__CLIENT_ID");
  unsetenv("OCEAN_TEST_KEPT");
  CHECK(result.output ==
        "x y||1|kept\n" + std::filesystem::canonical(folder.path()).string() + "\n");
}

TEST_CASE("much output on both sides does not block") {
  const ProcessResult result =
      RunProcess(Shell("head -c 3000000 /dev/zero >&2 & head -c 2000000 /dev/zero; wait"));
  CHECK(result.output.size() == 2'000'000);
  CHECK(result.error_output.size() == 3'000'000);
}

TEST_CASE("a running program is seen, signalled and waited for") {
  Process process(
      Shell("trap 'echo stopped; exit 7' TERM; echo ready; while :; do sleep 0.01; done"));
  REQUIRE(process.WaitForOutput("ready", 30s));
  CHECK_FALSE(process.Wait(0ms).has_value());
  CHECK(process.Output() == "ready\n");
  process.Signal(SIGTERM);
  const auto result = process.Wait(30s);
  REQUIRE(result.has_value());
  CHECK(result->output == "ready\nstopped\n");
  CHECK(result->exit_code == 7);
  process.Signal(SIGTERM);
  CHECK(process.Wait(0ms).has_value());
  CHECK_FALSE(process.WaitForOutput("never said", 30s));
}

TEST_CASE("a signal that kills is told as shells tell it") {
  Process process(Shell("echo ready; exec sleep 600"));
  REQUIRE(process.WaitForOutput("ready", 30s));
  process.Signal(SIGKILL);
  const auto result = process.Wait(30s);
  REQUIRE(result.has_value());
  CHECK(result->signal == SIGKILL);
  CHECK(result->exit_code == 137);
}

TEST_CASE("a program that is left goes, with its children") {
  pollfd child{-1, POLLIN, 0};
  {
    Process process(Shell("sleep 600 & echo child $!; wait"));
    REQUIRE(process.WaitForOutput("\n", 30s));
    const std::string line(Trim(process.Output()));
    child.fd = static_cast<int>(syscall(SYS_pidfd_open, std::stoi(line.substr(6)), 0));
    REQUIRE(child.fd >= 0);
    CHECK(poll(&child, 1, 0) == 0);
  }
  // Readable once the process has ended.
  CHECK(poll(&child, 1, 30'000) == 1);
  close(child.fd);
}

TEST_CASE("a program that takes too long is an error with what it said") {
  const std::string message =
      ErrorOf([] { RunProcess(Shell("echo so far; exec sleep 600"), 500ms); });
  CHECK(message.find("transient: sh did not end within 500 ms; it said: ") == 0);
}

TEST_CASE("a program that is not there is an error with its name") {
  CHECK(ErrorOf([] { RunProcess({.program = "/no/such/program"}); }) ==
        "config: starting /no/such/program: No such file or directory");
}

}  // namespace
}  // namespace ocean::testing
