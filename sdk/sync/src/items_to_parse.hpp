#pragma once
/// @file Splitting raw items into the elements of a list they hold.

#include <functional>
#include <optional>
#include <string>
#include <string_view>

#include "mapping.hpp"
#include "ocean/base/json.hpp"
#include "ocean/jq/program.hpp"

namespace ocean::sync {

/// The path of the list that an expression draws from (".comments", ".a.b[0]"), when one leads there plainly: then the list can be
/// taken out of the item that goes along with each element. Empty otherwise (such as for `[.a[], .b[]]`): the item stays whole.
std::optional<std::string> SourcePath(std::string_view expression);

/// Gives every element of the item's list to `visit`: the item (without the list), plus the element under its name.
/// Returns what is wrong when the expression gives no list; empty on success.
std::string ForEachElement(const ItemsToParse& items, const Json& item, jq::Budget& budget,
                           const std::function<void(Json&&)>& visit);

}  // namespace ocean::sync
