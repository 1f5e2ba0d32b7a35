#pragma once
/// @file A disk that forgets: what SQLite has not synced is gone when the process dies.

namespace ocean::crash {

/// Makes it the process's default for all SQLite files that are opened from now on. A killed process keeps its page cache on a
/// real disk; here unsynced writes are in the process's memory only, as they are in a machine that loses its power.
void UseLossyFiles();

}  // namespace ocean::crash
