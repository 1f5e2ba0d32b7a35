#pragma once
/// @file What several tests of this room need.

#include <cstdlib>

#include <filesystem>
#include <fstream>
#include <string>

#include "ocean/base/clock.hpp"

namespace ocean::app {

/// A folder that is gone after the test.
class TemporaryFolder {
 public:
  TemporaryFolder() {
    std::string name = (std::filesystem::temp_directory_path() / "ocean-app-XXXXXX").string();
    path_ = mkdtemp(name.data());
  }
  ~TemporaryFolder() {
    std::error_code ignored;
    std::filesystem::remove_all(path_, ignored);
  }
  TemporaryFolder(const TemporaryFolder&) = delete;
  TemporaryFolder& operator=(const TemporaryFolder&) = delete;
  const std::filesystem::path& path() const { return path_; }
  void Write(const std::string& name, const std::string& text) const {
    std::filesystem::create_directories((path_ / name).parent_path());
    std::ofstream(path_ / name) << text;
  }

 private:
  std::filesystem::path path_;
};

/// Time passes only while somebody sleeps, and then at once.
class LeapingClock : public Clock {
 public:
  TimePoint Now() const override { return TimePoint(elapsed_); }
  Duration Elapsed() const override { return elapsed_; }
  bool SleepFor(Duration duration, std::stop_token stop) override {
    if (stop.stop_requested()) return false;
    elapsed_ += duration;
    return true;
  }
  void Pass(Duration duration) { elapsed_ += duration; }

 private:
  Duration elapsed_{};
};

}  // namespace ocean::app
