#include "ocean/base/log.hpp"

#include <fmt/chrono.h>
#include <fmt/core.h>
#include <spdlog/sinks/stdout_color_sinks.h>
#include <spdlog/spdlog.h>
#include <unistd.h>

#include <mutex>

#include "ocean/base/error.hpp"
#include "ocean/base/json.hpp"
#include "ocean/base/text.hpp"

namespace ocean {

std::string_view ToString(LogLevel level) {
  switch (level) {
    case LogLevel::kDebug:
      return "DEBUG";
    case LogLevel::kInfo:
      return "INFO";
    case LogLevel::kWarning:
      return "WARNING";
    case LogLevel::kError:
      return "ERROR";
    case LogLevel::kCritical:
      return "CRITICAL";
  }
  return "INFO";
}

LogLevel ParseLogLevel(std::string_view name) {
  const std::string upper = ToUpper(Trim(name));
  for (const LogLevel level : {LogLevel::kDebug, LogLevel::kInfo, LogLevel::kWarning,
                               LogLevel::kError, LogLevel::kCritical}) {
    if (upper == ToString(level)) return level;
  }
  throw Error(ErrorKind::kConfig, "unknown log level \"" + std::string(name) +
                                      "\"; use DEBUG, INFO, WARNING, ERROR or CRITICAL");
}

struct Logger::Core {
  LogLevel level = LogLevel::kInfo;
  SecretMasker masker;
  std::mutex mutex;
  std::vector<Sink> sinks;
  std::function<void(std::string_view)> redirect;
};

namespace {

spdlog::level::level_enum SpdlogLevel(LogLevel level) {
  switch (level) {
    case LogLevel::kDebug:
      return spdlog::level::debug;
    case LogLevel::kInfo:
      return spdlog::level::info;
    case LogLevel::kWarning:
      return spdlog::level::warn;
    case LogLevel::kError:
      return spdlog::level::err;
    case LogLevel::kCritical:
      return spdlog::level::critical;
  }
  return spdlog::level::info;
}

std::string TextLine(const LogRecord& record) {
  std::string line = record.message;
  for (const auto& [name, value] : record.fields) {
    line += fmt::format("  {}={}", name, value);
  }
  return line;
}

std::string JsonLine(const LogRecord& record) {
  Json line = {{"time", FormatIso8601(record.time)},
               {"level", ToString(record.level)},
               {"message", record.message}};
  for (const auto& [name, value] : record.fields) {
    // A field must not take the place of the record's own three.
    line[line.contains(name) ? name + "_" : name] = value;
  }
  return DumpJson(line);
}

/// Of two fields with the same name the later one stays.
void PutField(LogFields& fields, std::string name, std::string value) {
  for (auto& field : fields) {
    if (field.first == name) {
      field.second = std::move(value);
      return;
    }
  }
  fields.emplace_back(std::move(name), std::move(value));
}

std::shared_ptr<spdlog::logger> MakeSpdlog(LogFormat format) {
  auto sink = std::make_shared<spdlog::sinks::stderr_color_sink_mt>();
  auto logger = std::make_shared<spdlog::logger>("ocean", std::move(sink));
  logger->set_level(spdlog::level::trace);
  logger->set_pattern(format == LogFormat::kJson ? "%v" : "%H:%M:%S %^%-8l%$ %v");
  logger->flush_on(spdlog::level::debug);
  return logger;
}

/// As the standard-error sink prints a record, for a writer that draws lines itself.
std::string PlainLine(const LogRecord& record, LogFormat format) {
  if (format == LogFormat::kJson) return JsonLine(record);
  const std::tm local = fmt::localtime(std::chrono::system_clock::to_time_t(record.time));
  return fmt::format("{:%H:%M:%S} {:<8} {}", local, ToLower(ToString(record.level)),
                     TextLine(record));
}

}  // namespace

Logger Logger::ToStderr(LogLevel level, LogFormat format) {
  auto core = std::make_shared<Core>();
  core->level = level;
  // The sink lives in the core: it must not own it.
  core->sinks.emplace_back(
      [raw = core.get(), format, output = MakeSpdlog(format)](const LogRecord& record) {
        if (raw->redirect) {
          raw->redirect(PlainLine(record, format));
        } else {
          output->log(SpdlogLevel(record.level),
                      format == LogFormat::kJson ? JsonLine(record) : TextLine(record));
        }
      });
  return Logger(std::move(core));
}

Logger Logger::ToSink(LogLevel level, Sink sink) {
  auto core = std::make_shared<Core>();
  core->level = level;
  core->sinks.push_back(std::move(sink));
  return Logger(std::move(core));
}

Logger Logger::Null() {
  return Logger(std::make_shared<Core>());
}

Logger Logger::With(LogFields fields) const {
  Logger copy = *this;
  for (auto& [name, value] : fields) PutField(copy.fields_, std::move(name), std::move(value));
  return copy;
}

void Logger::AddSink(Sink sink) const {
  std::lock_guard lock(core_->mutex);
  core_->sinks.push_back(std::move(sink));
}

void Logger::RedirectStderr(std::function<void(std::string_view line)> writer) const {
  std::lock_guard lock(core_->mutex);
  core_->redirect = std::move(writer);
}

SecretMasker& Logger::Masker() const {
  return core_->masker;
}

LogLevel Logger::level() const {
  return core_->level;
}

void Logger::Log(LogLevel level, std::string_view message, LogFields fields) const {
  if (level < core_->level) return;
  try {
    LogRecord record{Clock::System().Now(), level, core_->masker.Mask(message), {}};
    record.fields.reserve(fields_.size() + fields.size());
    for (const auto& [name, value] : fields_) {
      PutField(record.fields, name, core_->masker.Mask(value));
    }
    for (auto& [name, value] : fields) {
      PutField(record.fields, std::move(name), core_->masker.Mask(value));
    }
    std::lock_guard lock(core_->mutex);
    for (const Sink& sink : core_->sinks) sink(record);
  } catch (...) {
    // A log that cannot be written must not stop the work it tells about.
  }
}

}  // namespace ocean
