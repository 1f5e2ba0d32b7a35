#pragma once
/// @file Entities and blueprints for people.

#include <string>
#include <vector>

#include "ocean/app/terminal.hpp"
#include "ocean/base/json.hpp"
#include "ocean/catalog/catalog.hpp"

namespace ocean::cli {

std::vector<std::string> BlueprintLines(
    const std::vector<catalog::CatalogReader::BlueprintCount>& blueprints,
    const app::Terminal& terminal);

/// `hidden` is the number of entities that are not among the shown.
std::vector<std::string> EntityListLines(const std::vector<Json>& entities, std::size_t hidden,
                                         const app::Terminal& terminal);

/// All of one entity: title, where it comes from, properties and relations.
std::vector<std::string> EntityLines(const Json& entity, const app::Terminal& terminal);

}  // namespace ocean::cli
