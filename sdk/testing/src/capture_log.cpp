#include "ocean/testing/capture_log.hpp"

#include <algorithm>
#include <mutex>

namespace ocean::testing {

struct CaptureLog::Kept {
  mutable std::mutex mutex;
  std::vector<LogRecord> records;
};

CaptureLog::CaptureLog(LogLevel level)
    : kept_(std::make_shared<Kept>()),
      logger_(Logger::ToSink(level, [kept = kept_](const LogRecord& record) {
        std::lock_guard lock(kept->mutex);
        kept->records.push_back(record);
      })) {}

std::vector<LogRecord> CaptureLog::Records() const {
  std::lock_guard lock(kept_->mutex);
  return kept_->records;
}

bool CaptureLog::Has(LogLevel level, std::string_view text) const {
  const std::vector<LogRecord> records = Records();
  return std::any_of(records.begin(), records.end(), [&](const LogRecord& record) {
    return record.level == level && record.message.find(text) != std::string::npos;
  });
}

std::string CaptureLog::Text() const {
  std::string text;
  for (const LogRecord& record : Records()) {
    text += std::string(ToString(record.level)) + " " + record.message;
    for (const auto& [name, value] : record.fields)
      text.append("  ").append(name).append("=").append(value);
    text += "\n";
  }
  return text;
}

}  // namespace ocean::testing
