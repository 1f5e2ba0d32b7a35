#pragma once
/// @file The tables of a catalog's file.

#include "ocean/state/database.hpp"

namespace ocean::catalog {

/// Makes the tables, or brings older ones forward. Error{kConfig} when the file was written by a newer version.
void MigrateCatalog(state::Database& database);

/// True when the file has a catalog's tables.
bool IsCatalog(state::Database& database);

}  // namespace ocean::catalog
