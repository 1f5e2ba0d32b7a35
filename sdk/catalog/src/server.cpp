#include <utility>

#include "api.hpp"
#include "ocean/catalog/catalog.hpp"
#include "ocean/http/server.hpp"

namespace ocean::catalog {

Api::Api(const CatalogOptions& options, Clock& clock, const Logger& logger)
    : storage_(options.file), table_({storage_, clock, logger}, MakeToken()) {
  AddAuthRoutes(table_, {options.client_id, options.client_secret});
  AddIntegrationRoutes(table_);
  AddBlueprintRoutes(table_);
  AddEntityRoutes(table_);
  AddDeletionRoutes(table_);
  AddSearchRoutes(table_);
}

namespace {

http::ServerOptions ListeningAt(const CatalogOptions& options) {
  http::ServerOptions listening;
  listening.address = options.address;
  listening.port = options.port;
  return listening;
}

}  // namespace

/// The server is the last member: it stops before what its handlers use goes away.
struct CatalogServer::Impl {
  Impl(const CatalogOptions& options, Clock& clock, const Logger& logger)
      : api(options, clock, logger), server(ListeningAt(options), logger) {
    logger.Masker().Add(options.client_secret.Reveal());
    for (const Route& route : api.routes())
      server.Route(route.method, route.pattern, route.handler);
  }

  Api api;
  http::Server server;
};

CatalogServer::CatalogServer(CatalogOptions options, Clock& clock, Logger logger)
    : impl_(std::make_unique<Impl>(options, clock, logger)) {}

CatalogServer::~CatalogServer() = default;

void CatalogServer::Start() {
  impl_->server.Start();
}
void CatalogServer::Stop() {
  impl_->server.Stop();
}
std::string CatalogServer::url() const {
  return impl_->server.url();
}

}  // namespace ocean::catalog
