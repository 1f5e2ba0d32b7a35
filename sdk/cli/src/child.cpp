#include "child.hpp"

#include <spawn.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>
#include <iostream>

#include "ocean/base/error.hpp"

namespace ocean::cli {

namespace {

sigset_t Watched() {
  sigset_t signals;
  sigemptyset(&signals);
  for (const int signal : {SIGINT, SIGTERM, SIGCHLD}) sigaddset(&signals, signal);
  return signals;
}

/// The environment of this process with some variables replaced, as execve wants it.
class EnvironmentBlock {
 public:
  explicit EnvironmentBlock(const std::map<std::string, std::string>& replaced) {
    for (char** entry = environ; *entry != nullptr; ++entry) {
      const std::string_view text(*entry);
      if (!replaced.contains(std::string(text.substr(0, text.find('=')))))
        texts_.emplace_back(text);
    }
    for (const auto& [name, value] : replaced) texts_.push_back(name + "=" + value);
  }
  std::vector<char*> Pointers() {
    std::vector<char*> pointers;
    for (std::string& text : texts_) pointers.push_back(text.data());
    pointers.push_back(nullptr);
    return pointers;
  }

 private:
  std::vector<std::string> texts_;
};

pid_t Spawn(const ChildCommand& command, const sigset_t& mask) {
  std::vector<std::string> words = {command.program};
  words.insert(words.end(), command.arguments.begin(), command.arguments.end());
  std::vector<char*> arguments;
  for (std::string& word : words) arguments.push_back(word.data());
  arguments.push_back(nullptr);
  EnvironmentBlock environment(command.environment);

  posix_spawn_file_actions_t actions;
  posix_spawn_file_actions_init(&actions);
  posix_spawn_file_actions_addchdir_np(&actions, command.folder.c_str());
  posix_spawnattr_t attributes;
  posix_spawnattr_init(&attributes);
  posix_spawnattr_setflags(&attributes, POSIX_SPAWN_SETSIGMASK);
  posix_spawnattr_setsigmask(&attributes, &mask);
  pid_t child = 0;
  const int failure = posix_spawnp(&child, command.program.c_str(), &actions, &attributes,
                                   arguments.data(), environment.Pointers().data());
  posix_spawnattr_destroy(&attributes);
  posix_spawn_file_actions_destroy(&actions);
  if (failure != 0) {
    throw Error(ErrorKind::kConfig,
                command.program + " cannot be started: " + std::strerror(failure));
  }
  return child;
}

int ExitCodeOf(const std::string& program, int status) {
  if (WIFEXITED(status)) return WEXITSTATUS(status);
  const int signal = WTERMSIG(status);
  if (signal != SIGINT && signal != SIGTERM) {
    std::cerr << "error: " << program << " was ended by signal " << signal << " ("
              << strsignal(signal) << ")\n";
  }
  return 128 + signal;
}

}  // namespace

HeldSignals::HeldSignals() {
  const sigset_t signals = Watched();
  pthread_sigmask(SIG_BLOCK, &signals, &former_);
}

HeldSignals::~HeldSignals() {
  pthread_sigmask(SIG_SETMASK, &former_, nullptr);
}

int RunChild(const ChildCommand& command, const HeldSignals& held) {
  const pid_t child = Spawn(command, held.former());
  const sigset_t signals = Watched();
  for (;;) {
    siginfo_t info{};
    const int signal = sigwaitinfo(&signals, &info);
    if (signal < 0) continue;
    // The kernel sends the terminal's signals to the whole group, so the child has them already.
    if (signal != SIGCHLD && info.si_code != SI_KERNEL) kill(child, signal);
    int status = 0;
    if (waitpid(child, &status, WNOHANG) == child && !WIFSTOPPED(status)) {
      return ExitCodeOf(command.program, status);
    }
  }
}

}  // namespace ocean::cli
