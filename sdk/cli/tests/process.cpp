#include "process.hpp"

#include <fcntl.h>
#include <poll.h>
#include <spawn.h>
#include <sys/wait.h>
#include <unistd.h>
#include <csignal>

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

}  // namespace

Process::Process(const std::vector<std::string>& command, const Options& options) {
  std::array<int, 2> out{};
  std::array<int, 2> err{};
  if (pipe2(out.data(), O_CLOEXEC) != 0 || pipe2(err.data(), O_CLOEXEC) != 0) {
    throw std::runtime_error("no pipes");
  }
  posix_spawn_file_actions_t actions;
  posix_spawn_file_actions_init(&actions);
  posix_spawn_file_actions_addopen(&actions, 0, "/dev/null", O_RDONLY, 0);
  posix_spawn_file_actions_adddup2(&actions, out[1], 1);
  posix_spawn_file_actions_adddup2(&actions, err[1], 2);
  posix_spawn_file_actions_addchdir_np(&actions, options.folder.c_str());
  std::vector<std::string> words = command;
  std::vector<std::string> variables = Environment(options.environment);
  const int failure = posix_spawn(&pid_, command[0].c_str(), &actions, nullptr,
                                  Pointers(words).data(), Pointers(variables).data());
  posix_spawn_file_actions_destroy(&actions);
  close(out[1]);
  close(err[1]);
  pipes_ = {out[0], err[0]};
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
