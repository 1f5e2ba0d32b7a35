#pragma once
/// @file A YAML document with the places of its values, for messages that name them.

#include <map>
#include <string>
#include <string_view>

#include "ocean/base/json.hpp"

namespace ocean::config {

/// Where a value stands, and how it is spelled when it is a plain scalar: 1.10 is read as 1.1, but it may be meant as text.
struct YamlMark {
  int line = 0;
  std::string plain_text;
};

struct YamlDocument {
  Json value;
  /// By JSON pointer with unescaped names: "/port/clientId", "/list/0". What came through an alias has none.
  std::map<std::string, YamlMark> marks;
};

/// As ParseYaml, with marks.
YamlDocument ReadYamlDocument(std::string_view text, std::string_view file_name);

/// The value of a plain scalar by the core schema: null, boolean, number or, when it is none of these, the text.
/// Errors    Error{kConfig} for a number that JSON cannot hold
Json ResolvePlainScalar(const std::string& text);

/// The bytes of a file. Errors    Error{kConfig} naming it
std::string ReadFile(const std::string& path);

}  // namespace ocean::config
