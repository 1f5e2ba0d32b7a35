#pragma once
/// @file Runs, for people: the table while one is under way, and the report after it.

#include <string>
#include <vector>

#include "ocean/app/terminal.hpp"
#include "ocean/base/log.hpp"
#include "ocean/sync/progress.hpp"
#include "ocean/sync/report.hpp"

namespace ocean::app {

/// The report as lines.
std::vector<std::string> ReportLines(const sync::RunReport& report, const Terminal& terminal);
/// The report as one log record: its message and its fields.
std::pair<std::string, LogFields> ReportRecord(const sync::RunReport& report);

/// The live table as lines; `rates` are the items per second of each block.
std::vector<std::string> ProgressLines(const sync::ProgressSnapshot& progress,
                                       const std::vector<double>& rates, const Terminal& terminal);
/// One block in one line of text, for logs.
std::string BlockSummary(const sync::BlockReport& block);

}  // namespace ocean::app
