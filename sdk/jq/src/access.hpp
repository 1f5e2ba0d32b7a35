#pragma once
/// @file Reading and writing members of values, one at a time and along paths.

#include "machine.hpp"
#include "value.hpp"

namespace ocean::jq {

/// `target[key]`, fails where jq does.
Value GetMember(Machine& machine, const Value& target, const Value& key);
/// `target[from:to]`; null bounds are open.
Value GetSlice(Machine& machine, const Value& target, const Value& from, const Value& to);
/// The value along `path`; null from the first null on.
Value GetPath(Machine& machine, const Value& root, const Path& path);
/// `root` with `value` at `path`; null becomes an array or an object where the path needs one.
Value SetPath(Machine& machine, Value root, const Path& path, Value value);
/// `root` with what lies at `path` replaced by what `update` makes of it; `update` returns false to unwind.
Value UpdatePath(Machine& machine, Value root, const Path& path,
                 const std::function<Value(Value&&)>& update);
/// `root` without what lies at any of `paths`.
Value DeletePaths(Machine& machine, Value root, std::vector<Path> paths);

/// Reads a path from an array; false after failing.
bool ToPath(Machine& machine, const Value& array, Path& path);
/// The array of a path's keys.
Value FromPath(Machine& machine, const Path& path);
/// The keys from the root to `link`.
Path KeysOf(const PathLink* link);

/// A slice as a key of a path: {"start": …, "end": …}.
Value SliceKey(Machine& machine, const Value& from, const Value& to);

/// Longer texts are cut in messages; those of values that are no paths are cut later.
inline constexpr std::size_t kExcerptBytes = 14;
inline constexpr std::size_t kPathExcerptBytes = 29;

/// "number (123)": type and text, cut short, as messages show values.
std::string Describe(const Value& value);
/// The text of a value, cut short.
std::string Excerpt(const Value& value, std::size_t limit = kExcerptBytes);
/// "null", "boolean", "number", "string", "array" or "object".
std::string_view TypeOf(const Value& value);

}  // namespace ocean::jq
