#pragma once
/// @file Runs built programs, for end-to-end tests.

#include <chrono>
#include <cstddef>
#include <filesystem>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace ocean::testing {

struct ProcessOptions {
  /// A path, or a name that PATH finds.
  std::filesystem::path program;
  std::vector<std::string> arguments = {};
  /// Laid over this process's variables, from which OCEAN__…, APPLICATION__… and PORT_… are taken
  /// first: a developer's settings must not reach a test.
  std::map<std::string, std::string> environment = {};
  /// Empty: the folder of this process.
  std::filesystem::path folder = {};
};

struct ProcessResult {
  /// What it returned; 128 + the signal when one killed it, as shells have it.
  int exit_code = 0;
  /// 0 when it ended by itself.
  int signal = 0;
  std::string output;
  std::string error_output;
  std::size_t peak_rss_bytes = 0;
};

/// A program that runs beside the test, in a process group of its own, with no input.
///
/// Errors    Error{kConfig} when it cannot be started
/// Threads   all operations may overlap
/// Lifetime  what still runs at the end is killed, with its children
class Process {
 public:
  explicit Process(const ProcessOptions& options);
  ~Process();

  int pid() const;
  /// Sends a signal to the program alone; nothing happens when it has ended.
  void Signal(int signal);
  /// The same to it and its children.
  void SignalGroup(int signal);
  /// The result when it ends in time and has closed its output; empty when not. May be called again.
  std::optional<ProcessResult> Wait(std::chrono::milliseconds timeout);
  /// True once `text` is in its output or error output; false when it ended without, or in time did
  /// not say it.
  bool WaitForOutput(std::string_view text, std::chrono::milliseconds timeout);
  /// Output and error output so far.
  std::string Output() const;
  std::string ErrorOutput() const;

 private:
  struct Impl;
  std::unique_ptr<Impl> impl_;
};

/// Runs a program to its end. Error{kTransient} with its output so far when that takes too long.
ProcessResult RunProcess(const ProcessOptions& options,
                         std::chrono::milliseconds timeout = std::chrono::seconds(60));

}  // namespace ocean::testing
