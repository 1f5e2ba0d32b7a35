#pragma once
/// @file Runs another program and passes signals on to it.

#include <csignal>

#include <filesystem>
#include <map>
#include <string>
#include <vector>

namespace ocean::cli {

/// Holds SIGINT and SIGTERM back while it lives, so that RunChild can pass them on. Made before
/// threads are, which inherit it.
class HeldSignals {
 public:
  HeldSignals();
  ~HeldSignals();
  HeldSignals(const HeldSignals&) = delete;
  HeldSignals& operator=(const HeldSignals&) = delete;
  const sigset_t& former() const { return former_; }

 private:
  sigset_t former_{};
};

struct ChildCommand {
  /// A path, or a name that PATH finds.
  std::string program;
  std::vector<std::string> arguments;
  /// Laid over this process's environment.
  std::map<std::string, std::string> environment;
  std::filesystem::path folder = ".";
};

/// Runs a program to its end in `folder` with our standard streams. Returns its exit code, 128 + n
/// when signal n ended it.
///
/// Signals   those sent to this process go on to the child; those of the terminal reach it by
///           themselves
/// Errors    Error{kConfig} when it cannot be started
int RunChild(const ChildCommand& command, const HeldSignals& held);

}  // namespace ocean::cli
