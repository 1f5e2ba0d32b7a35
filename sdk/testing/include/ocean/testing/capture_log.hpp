#pragma once
/// @file A log that a test can read.

#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "ocean/base/log.hpp"

namespace ocean::testing {

/// Keeps every record, masked as it would have been written.
///
/// Threads   all operations may overlap
/// Lifetime  its loggers may outlive it
class CaptureLog {
 public:
  explicit CaptureLog(LogLevel level = LogLevel::kDebug);

  const Logger& logger() const { return logger_; }
  std::vector<LogRecord> Records() const;
  /// A record of this level whose message contains `text`.
  bool Has(LogLevel level, std::string_view text) const;
  /// All records, one line each, with their fields: for CAPTURE and for looking into it.
  std::string Text() const;

 private:
  struct Kept;
  std::shared_ptr<Kept> kept_;
  Logger logger_;
};

}  // namespace ocean::testing
