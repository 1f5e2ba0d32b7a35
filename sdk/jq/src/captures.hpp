#pragma once
/// @file What a regex found, as values.

#include <string>
#include <vector>

#include "machine.hpp"
#include "regex.hpp"

namespace ocean::jq {

/// The matches in `subject`, at most one unless `all` or the flag g asks for more; false after failing.
bool FindMatches(Machine& machine, const Regex& regex, const std::string& subject, bool all,
                 std::vector<Regex::Groups>& matches);

/// Whether there are room and steps for telling that match; unwinds otherwise.
bool RoomForGroups(Machine& machine, const Regex::Groups& groups);

/// {"name": text or null} of the named groups.
Value NamedCaptures(Machine& machine, const Regex& regex, const std::string& subject,
                    const Regex::Groups& groups);

std::string CannotMatch(const Value& value);

}  // namespace ocean::jq
