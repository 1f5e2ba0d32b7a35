#pragma once
/// @file Structured logs, with every secret masked in messages and in fields.

#include <functional>
#include <initializer_list>
#include <memory>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "ocean/base/clock.hpp"

namespace ocean {

enum class LogLevel { kDebug, kInfo, kWarning, kError, kCritical };

std::string_view ToString(LogLevel level);
/// Reads DEBUG, INFO, WARNING, ERROR or CRITICAL in any case; throws Error{kConfig} naming them
/// otherwise.
LogLevel ParseLogLevel(std::string_view name);

/// Name and value of what belongs to a record besides its message.
using LogFields = std::vector<std::pair<std::string, std::string>>;

struct LogRecord {
  TimePoint time;
  LogLevel level = LogLevel::kInfo;
  std::string message;
  LogFields fields;
};

/// Replaces by "***" every secret that it was told, and what has the form of a well-known credential.
///
/// Values shorter than kMinSecretLength are not masked: that would hide innocent text.
/// Threads   Add and Mask may overlap
class SecretMasker {
 public:
  static constexpr std::size_t kMinSecretLength = 6;

  SecretMasker();
  ~SecretMasker();
  void Add(std::string_view secret);
  std::string Mask(std::string_view text) const;

 private:
  struct State;
  std::unique_ptr<State> state_;
};

enum class LogFormat { kText, kJson };

/// Where log records go.
///
/// A Logger is a cheap handle: copies share the sinks, the level and the masker; With() adds fields
/// to all that the copy writes. Of two fields with the same name the later one is written.
///
/// Threads   all operations may overlap; a sink must not log to its own logger
/// Errors    logging never throws
class Logger {
 public:
  using Sink = std::function<void(const LogRecord&)>;

  /// Writes to standard error (with colours when it is a terminal).
  static Logger ToStderr(LogLevel level, LogFormat format);
  /// Gives each record, masked, to `sink`.
  static Logger ToSink(LogLevel level, Sink sink);
  /// Drops everything.
  static Logger Null();

  /// A logger whose records carry these fields too.
  Logger With(LogFields fields) const;

  /// Adds a place that gets every record too, such as the shipping to Port.
  void AddSink(Sink sink) const;
  /// While set, the standard-error sink hands its lines to `writer`: the progress table draws them
  /// above itself. An empty writer restores standard error.
  void RedirectStderr(std::function<void(std::string_view line)> writer) const;

  SecretMasker& Masker() const;
  LogLevel level() const;

  void Log(LogLevel level, std::string_view message, LogFields fields = {}) const;
  void Debug(std::string_view message, LogFields fields = {}) const {
    Log(LogLevel::kDebug, message, std::move(fields));
  }
  void Info(std::string_view message, LogFields fields = {}) const {
    Log(LogLevel::kInfo, message, std::move(fields));
  }
  void Warning(std::string_view message, LogFields fields = {}) const {
    Log(LogLevel::kWarning, message, std::move(fields));
  }
  void Error(std::string_view message, LogFields fields = {}) const {
    Log(LogLevel::kError, message, std::move(fields));
  }

 private:
  struct Core;
  explicit Logger(std::shared_ptr<Core> core) : core_(std::move(core)) {}
  std::shared_ptr<Core> core_;
  LogFields fields_;
};

}  // namespace ocean
