#pragma once
/// @file Runs programs under test and looks at what they leave.

#include <array>
#include <filesystem>
#include <map>
#include <string>
#include <vector>

namespace ocean::cli {

/// A program that runs, with its output in pipes or on a terminal.
class Process {
 public:
  struct Options {
    std::filesystem::path folder = ".";
    std::map<std::string, std::string> environment = {};
    /// Runs it on a terminal of 100 columns, which both streams write to and Type writes for.
    bool terminal = false;
  };
  Process(const std::vector<std::string>& command, const Options& options);
  ~Process();
  Process(const Process&) = delete;
  Process& operator=(const Process&) = delete;

  /// Reads on until the output (both streams) contains `text`; false when it ended without.
  bool WaitFor(const std::string& text);
  /// A line that somebody types; the terminal shows it unless the program hides it.
  void Type(const std::string& line) const;
  void Signal(int number) const;
  /// Reads to the end and returns the exit code, 128 + n after signal n.
  int Wait();
  /// What was read so far.
  const std::string& out() const { return out_; }
  const std::string& err() const { return err_; }

 private:
  /// False when both streams have ended.
  bool ReadSome();

  int pid_ = 0;
  /// Standard output and standard error; -1 once they have ended.
  std::array<int, 2> pipes_ = {-1, -1};
  std::string out_;
  std::string err_;
};

struct Result {
  int code = 0;
  std::string out;
  std::string err;
};
Result Run(const std::vector<std::string>& command, const Process::Options& options = {});

/// The same with OCEAN_PROGRAM in front.
Result RunOcean(std::vector<std::string> arguments, const Process::Options& options = {});

}  // namespace ocean::cli
