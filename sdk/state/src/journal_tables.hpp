#pragma once
/// @file The tables of the journal, and the statements that several of its users need.

#include <cstdint>
#include <filesystem>
#include <optional>
#include <string_view>
#include <vector>

#include "ocean/state/journal.hpp"

namespace ocean::state {

/// Opens the file for writing and creates what is missing.
Database OpenJournal(const std::filesystem::path& file, Database::Durability durability);

inline std::int64_t Micros(TimePoint time) {
  return time.time_since_epoch().count();
}

/// Rows of `SELECT * FROM events …`.
std::vector<EventRow> ReadRows(Statement& statement);
std::optional<EventContent> ReadContent(Database& database, std::int64_t sequence);
/// Deletes an event with its content.
void DeleteEvent(Database& database, std::int64_t sequence);

}  // namespace ocean::state
