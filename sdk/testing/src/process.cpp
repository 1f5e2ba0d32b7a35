#include "ocean/testing/process.hpp"

#include <fcntl.h>
#include <poll.h>
#include <spawn.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <condition_variable>
#include <csignal>
#include <cstring>
#include <mutex>
#include <thread>
#include <utility>

#include "ocean/base/error.hpp"

namespace ocean::testing {

namespace {

/// A file descriptor that is closed at the end.
class Descriptor {
 public:
  Descriptor() = default;
  explicit Descriptor(int number) : number_(number) {}
  Descriptor(Descriptor&& other) noexcept : number_(std::exchange(other.number_, -1)) {}
  Descriptor& operator=(Descriptor&& other) noexcept {
    std::swap(number_, other.number_);
    return *this;
  }
  ~Descriptor() { Close(); }

  int number() const { return number_; }
  void Close() {
    if (number_ >= 0) close(std::exchange(number_, -1));
  }

 private:
  int number_ = -1;
};

struct Pipe {
  Descriptor read_end;
  Descriptor write_end;
};

[[noreturn]] void ThrowSystemError(const std::string& doing, int error_number) {
  throw Error(ErrorKind::kConfig, doing + ": " + std::strerror(error_number));
}

Pipe MakePipe() {
  std::array<int, 2> ends{};
  if (pipe2(ends.data(), O_CLOEXEC) != 0) ThrowSystemError("making a pipe", errno);
  return {Descriptor(ends[0]), Descriptor(ends[1])};
}

bool IsSettingOfOurs(std::string_view variable) {
  return variable.starts_with("OCEAN__") || variable.starts_with("APPLICATION__") ||
         variable.starts_with("PORT_");
}

std::vector<std::string> EnvironmentOf(const std::map<std::string, std::string>& additions) {
  std::vector<std::string> variables;
  for (char** entry = environ; *entry != nullptr; ++entry) {
    const std::string variable = *entry;
    const std::string name = variable.substr(0, variable.find('='));
    if (!IsSettingOfOurs(name) && !additions.contains(name)) variables.push_back(variable);
  }
  for (const auto& [name, value] : additions)
    variables.push_back(std::string(name).append("=").append(value));
  return variables;
}

/// The same texts as C wants them, up to a null pointer.
std::vector<char*> PointersTo(std::vector<std::string>& texts) {
  std::vector<char*> pointers;
  for (std::string& text : texts) pointers.push_back(text.data());
  pointers.push_back(nullptr);
  return pointers;
}

/// How posix_spawn sets the child up; frees what C allocated.
class SpawnSetup {
 public:
  SpawnSetup() {
    posix_spawn_file_actions_init(&actions);
    posix_spawnattr_init(&attributes);
  }
  ~SpawnSetup() {
    posix_spawn_file_actions_destroy(&actions);
    posix_spawnattr_destroy(&attributes);
  }
  SpawnSetup(const SpawnSetup&) = delete;
  SpawnSetup& operator=(const SpawnSetup&) = delete;

  void Use(const Pipe& output, const Pipe& error_output, const std::filesystem::path& folder) {
    posix_spawn_file_actions_addopen(&actions, STDIN_FILENO, "/dev/null", O_RDONLY, 0);
    posix_spawn_file_actions_adddup2(&actions, output.write_end.number(), STDOUT_FILENO);
    posix_spawn_file_actions_adddup2(&actions, error_output.write_end.number(), STDERR_FILENO);
    if (!folder.empty()) posix_spawn_file_actions_addchdir_np(&actions, folder.c_str());
    // A test that runs in the background of a shell ignores SIGINT; its programs must not.
    sigset_t reset;
    sigemptyset(&reset);
    for (const int signal : {SIGINT, SIGTERM, SIGHUP, SIGPIPE, SIGQUIT}) sigaddset(&reset, signal);
    posix_spawnattr_setsigdefault(&attributes, &reset);
    sigset_t none;
    sigemptyset(&none);
    posix_spawnattr_setsigmask(&attributes, &none);
    posix_spawnattr_setpgroup(&attributes, 0);
    posix_spawnattr_setflags(
        &attributes, POSIX_SPAWN_SETSIGDEF | POSIX_SPAWN_SETSIGMASK | POSIX_SPAWN_SETPGROUP);
  }

  posix_spawn_file_actions_t actions;
  posix_spawnattr_t attributes;
};

pid_t Spawn(const ProcessOptions& options, const Pipe& output, const Pipe& error_output) {
  SpawnSetup setup;
  setup.Use(output, error_output, options.folder);
  std::vector<std::string> arguments = {options.program.string()};
  arguments.insert(arguments.end(), options.arguments.begin(), options.arguments.end());
  std::vector<std::string> environment = EnvironmentOf(options.environment);
  pid_t pid = 0;
  const int error = posix_spawnp(&pid, options.program.c_str(), &setup.actions, &setup.attributes,
                                 PointersTo(arguments).data(), PointersTo(environment).data());
  if (error != 0) ThrowSystemError("starting " + options.program.string(), error);
  return pid;
}

}  // namespace

struct Process::Impl {
  explicit Impl(const ProcessOptions& options)
      : output(MakePipe()), error_output(MakePipe()), pid(Spawn(options, output, error_output)) {
    output.write_end.Close();
    error_output.write_end.Close();
    reader = std::jthread([this] { ReadToTheEnd(); });
    waiter = std::jthread([this] { AwaitExit(); });
  }

  ~Impl() { Kill(-pid, SIGKILL); }

  void ReadToTheEnd() {
    std::array<pollfd, 2> sources = {pollfd{output.read_end.number(), POLLIN, 0},
                                     pollfd{error_output.read_end.number(), POLLIN, 0}};
    while (sources[0].fd >= 0 || sources[1].fd >= 0) {
      if (poll(sources.data(), sources.size(), -1) < 0 && errno != EINTR) break;
      for (pollfd& source : sources) {
        if (source.fd >= 0 && source.revents != 0 && !ReadSome(source.fd)) source.fd = -1;
      }
    }
    std::lock_guard lock(mutex);
    output_ended = true;
    changed.notify_all();
  }

  bool ReadSome(int descriptor) {
    std::array<char, 16'384> buffer;
    const ssize_t count = read(descriptor, buffer.data(), buffer.size());
    if (count <= 0) return count < 0 && errno == EINTR;
    std::lock_guard lock(mutex);
    std::string& text =
        descriptor == output.read_end.number() ? result.output : result.error_output;
    text.append(buffer.data(), static_cast<std::size_t>(count));
    changed.notify_all();
    return true;
  }

  void AwaitExit() {
    siginfo_t info{};
    // It is reaped only under the lock: until then its number stays its own, and signals reach it.
    while (waitid(P_PID, static_cast<id_t>(pid), &info, WEXITED | WNOWAIT) != 0 && errno == EINTR) {
    }
    std::lock_guard lock(mutex);
    int status = 0;
    rusage usage{};
    wait4(pid, &status, 0, &usage);
    result.signal = WIFSIGNALED(status) ? WTERMSIG(status) : 0;
    result.exit_code = WIFSIGNALED(status) ? 128 + result.signal : WEXITSTATUS(status);
    result.peak_rss_bytes = static_cast<std::size_t>(usage.ru_maxrss) * 1024;
    exited = true;
    changed.notify_all();
  }

  /// `target` is the process, or minus it for the group. A group outlives its leader while the
  /// output is open, so it is signalled until both have ended.
  void Kill(pid_t target, int signal) {
    std::lock_guard lock(mutex);
    if (target > 0 ? !exited : !(exited && output_ended)) kill(target, signal);
  }

  Pipe output;
  Pipe error_output;
  pid_t pid;

  mutable std::mutex mutex;
  std::condition_variable changed;
  ProcessResult result;
  bool exited = false;
  bool output_ended = false;
  std::jthread reader;
  std::jthread waiter;
};

Process::Process(const ProcessOptions& options) : impl_(std::make_unique<Impl>(options)) {}
Process::~Process() = default;

int Process::pid() const {
  return impl_->pid;
}

void Process::Signal(int signal) {
  impl_->Kill(impl_->pid, signal);
}

void Process::SignalGroup(int signal) {
  impl_->Kill(-impl_->pid, signal);
}

std::optional<ProcessResult> Process::Wait(std::chrono::milliseconds timeout) {
  std::unique_lock lock(impl_->mutex);
  const bool ended = impl_->changed.wait_for(
      lock, timeout, [this] { return impl_->exited && impl_->output_ended; });
  if (!ended) return std::nullopt;
  return impl_->result;
}

bool Process::WaitForOutput(std::string_view text, std::chrono::milliseconds timeout) {
  std::unique_lock lock(impl_->mutex);
  const auto said = [&] {
    return impl_->result.output.find(text) != std::string::npos ||
           impl_->result.error_output.find(text) != std::string::npos;
  };
  impl_->changed.wait_for(lock, timeout, [&] { return said() || impl_->output_ended; });
  return said();
}

std::string Process::Output() const {
  std::lock_guard lock(impl_->mutex);
  return impl_->result.output;
}

std::string Process::ErrorOutput() const {
  std::lock_guard lock(impl_->mutex);
  return impl_->result.error_output;
}

ProcessResult RunProcess(const ProcessOptions& options, std::chrono::milliseconds timeout) {
  const std::string program = options.program.string();
  Process process(options);
  if (auto result = process.Wait(timeout)) return *std::move(result);
  throw Error(ErrorKind::kTransient,
              program + " did not end within " + std::to_string(timeout.count()) +
                  " ms; it said: " + process.Output() + process.ErrorOutput());
}

}  // namespace ocean::testing
