#pragma once
/// @file `ocean spec readme`: the tables of an integration's README.md that its spec.yaml tells already.

#include <string>

namespace ocean::cli {

/// Puts the table of the kinds between `<!-- kinds -->` and `<!-- end -->`, and that of the options between
/// `<!-- configuration -->` and `<!-- end -->`. With `only_check` nothing is written.
///
/// Returns   0; with `only_check` 1 when the tables are others
/// Errors    Error{kConfig}: no README.md, or a mark is missing
int SpecReadme(const std::string& path, bool only_check);

}  // namespace ocean::cli
