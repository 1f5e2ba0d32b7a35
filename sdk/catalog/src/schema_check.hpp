#pragma once
/// @file What an entity must look like to belong to its blueprint.

#include "blueprint.hpp"
#include "ocean/base/json.hpp"

namespace ocean::catalog {

/// Checks what a request gives: known members, their types, known properties and relations, single or many.
///
/// Null is accepted for whatever is not required: formats (date-time, url, …) are not enforced.
/// Errors    ApiError 422 with all that is wrong, each with its path
void CheckGiven(const Blueprint& blueprint, const Json& entity);

/// Checks what would be stored: nothing required is missing or null.
///
/// Errors    as above
void CheckRequired(const Blueprint& blueprint, const Json& properties, const Json& relations);

}  // namespace ocean::catalog
