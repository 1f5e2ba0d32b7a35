#include "process.hpp"

#include <fcntl.h>
#include <poll.h>
#include <spawn.h>
#include <sys/ioctl.h>
#include <sys/wait.h>
#include <unistd.h>
#include <csignal>
#include <cstdlib>

#include <stdexcept>

namespace ocean::cli {

namespace {

std::vector<char*> Pointers(std::vector<std::string>& texts) {
  std::vector<char*> pointers;
  for (std::string& text : texts) pointers.push_back(text.data());
  pointers.push_back(nullptr);
  return pointers;
}

/// Only what programs need, so that the machine's settings do not reach the test.
std::vector<std::string> Environment(const std::map<std::string, std::string>& added) {
  std::vector<std::string> variables = {"PATH=/usr/bin:/bin", "HOME=/tmp", "TERM=xterm"};
  for (const auto& [name, value] : added) variables.push_back(name + "=" + value);
  return variables;
}

/// False at the end of the stream.
bool ReadInto(int pipe, std::string& text) {
  std::array<char, 4096> buffer{};
  const ssize_t count = read(pipe, buffer.data(), buffer.size());
  if (count <= 0) return false;
  text.append(buffer.data(), static_cast<std::size_t>(count));
  return true;
}

/// Gives the program pipes; returns its ends of them, and ours in `ours`.
std::array<int, 2> ConnectPipes(posix_spawn_file_actions_t& actions, std::array<int, 2>& ours) {
  std::array<int, 2> out{};
  std::array<int, 2> err{};
  if (pipe2(out.data(), O_CLOEXEC) != 0 || pipe2(err.data(), O_CLOEXEC) != 0) {
    throw std::runtime_error("no pipes");
  }
  posix_spawn_file_actions_addopen(&actions, 0, "/dev/null", O_RDONLY, 0);
  posix_spawn_file_actions_adddup2(&actions, out[1], 1);
  posix_spawn_file_actions_adddup2(&actions, err[1], 2);
  ours = {out[0], err[0]};
  return {out[1], err[1]};
}

/// Gives the program a terminal; returns our side of it.
int ConnectTerminal(posix_spawn_file_actions_t& actions) {
  const int ours = posix_openpt(O_RDWR | O_NOCTTY | O_CLOEXEC);
  const winsize size = {.ws_row = 40, .ws_col = 100, .ws_xpixel = 0, .ws_ypixel = 0};
  if (ours < 0 || grantpt(ours) != 0 || unlockpt(ours) != 0 || ioctl(ours, TIOCSWINSZ, &size) != 0)
    throw std::runtime_error("no terminal");
  posix_spawn_file_actions_addopen(&actions, 0, ptsname(ours), O_RDWR, 0);
  posix_spawn_file_actions_adddup2(&actions, 0, 1);
  posix_spawn_file_actions_adddup2(&actions, 0, 2);
  return ours;
}

}  // namespace

Process::Process(const std::vector<std::string>& command, const Options& options) {
  posix_spawn_file_actions_t actions;
  posix_spawn_file_actions_init(&actions);
  std::array<int, 2> ends = {-1, -1};
  if (options.terminal) {
    pipes_[0] = ConnectTerminal(actions);
  } else {
    ends = ConnectPipes(actions, pipes_);
  }
  posix_spawn_file_actions_addchdir_np(&actions, options.folder.c_str());
  posix_spawnattr_t attributes;
  posix_spawnattr_init(&attributes);
  // The leader of a session gets the first terminal that it opens as its own.
  if (options.terminal) posix_spawnattr_setflags(&attributes, POSIX_SPAWN_SETSID);
  std::vector<std::string> words = command;
  std::vector<std::string> variables = Environment(options.environment);
  const int failure = posix_spawn(&pid_, command[0].c_str(), &actions, &attributes,
                                  Pointers(words).data(), Pointers(variables).data());
  posix_spawnattr_destroy(&attributes);
  posix_spawn_file_actions_destroy(&actions);
  for (const int end : ends) {
    if (end >= 0) close(end);
  }
  if (failure != 0) throw std::runtime_error("cannot start " + command[0]);
}

Process::~Process() {
  if (pid_ != 0) {
    kill(pid_, SIGKILL);
    waitpid(pid_, nullptr, 0);
  }
  for (const int pipe : pipes_) {
    if (pipe >= 0) close(pipe);
  }
}

bool Process::ReadSome() {
  if (pipes_[0] < 0 && pipes_[1] < 0) return false;
  std::array<pollfd, 2> waits = {{{pipes_[0], POLLIN, 0}, {pipes_[1], POLLIN, 0}}};
  poll(waits.data(), waits.size(), -1);
  for (std::size_t i = 0; i < waits.size(); ++i) {
    if (waits[i].revents == 0 || ReadInto(pipes_[i], i == 0 ? out_ : err_)) continue;
    close(pipes_[i]);
    pipes_[i] = -1;
  }
  return true;
}

bool Process::WaitFor(const std::string& text) {
  while (out_.find(text) == std::string::npos && err_.find(text) == std::string::npos) {
    if (!ReadSome()) return false;
  }
  return true;
}

void Process::Type(const std::string& line) const {
  const std::string text = line + "\n";
  if (write(pipes_[0], text.data(), text.size()) != static_cast<ssize_t>(text.size()))
    throw std::runtime_error("the terminal takes nothing");
}

void Process::Signal(int number) const {
  kill(pid_, number);
}

int Process::Wait() {
  while (ReadSome()) {
  }
  int status = 0;
  waitpid(pid_, &status, 0);
  pid_ = 0;
  return WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
}

Result Run(const std::vector<std::string>& command, const Process::Options& options) {
  Process process(command, options);
  const int code = process.Wait();
  return {code, process.out(), process.err()};
}

Result RunOcean(std::vector<std::string> arguments, const Process::Options& options) {
  arguments.insert(arguments.begin(), OCEAN_PROGRAM);
  return Run(arguments, options);
}

}  // namespace ocean::cli
