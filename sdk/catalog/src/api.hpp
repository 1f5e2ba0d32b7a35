#pragma once
/// @file The catalog without a socket: storage and all routes.

#include <vector>

#include "migrations.hpp"
#include "ocean/base/clock.hpp"
#include "ocean/base/log.hpp"
#include "ocean/catalog/catalog.hpp"
#include "routes.hpp"
#include "storage.hpp"
#include "tokens.hpp"

namespace ocean::catalog {

class Api {
 public:
  Api(const CatalogOptions& options, Clock& clock, const Logger& logger);

  const std::vector<Route>& routes() const { return table_.routes(); }
  Storage& storage() { return storage_; }
  Migrations& migrations() { return migrations_; }

 private:
  Storage storage_;
  Tokens tokens_;
  Migrations migrations_;
  RouteTable table_;
};

}  // namespace ocean::catalog
