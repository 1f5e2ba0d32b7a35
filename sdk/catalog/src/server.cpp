#include <string_view>
#include <utility>

#include "api.hpp"
#include "ocean/base/error.hpp"
#include "ocean/catalog/catalog.hpp"
#include "ocean/http/server.hpp"

namespace ocean::catalog {

Api::Api(const CatalogOptions& options, Clock& clock, const Logger& logger)
    : storage_(options.file, options.changes_kept),
      tokens_(clock),
      migrations_(storage_, clock, logger),
      table_({storage_, tokens_, migrations_, clock, logger, options.max_answer_bytes}) {
  AddAuthRoutes(table_, {options.client_id, options.client_secret});
  AddIntegrationRoutes(table_);
  AddBlueprintRoutes(table_);
  AddEntityRoutes(table_);
  AddDeletionRoutes(table_);
  AddSearchRoutes(table_);
  AddChangeRoutes(table_);
  AddRunRoutes(table_);
}

namespace {

bool IsLoopback(std::string_view address) {
  return address.starts_with("127.") || address == "::1" || address == "localhost";
}

/// Whoever can reach the server must be asked who they are.
void CheckCredentials(const CatalogOptions& options) {
  if (IsLoopback(options.address)) return;
  if (options.client_id.empty() || options.client_secret.empty()) {
    throw Error(ErrorKind::kConfig, "listening on " + options.address +
                                        " lets other machines in: a client id and a client secret "
                                        "are needed");
  }
}

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

CatalogServer::CatalogServer(const CatalogOptions& options, Clock& clock, const Logger& logger)
    : impl_((CheckCredentials(options), std::make_unique<Impl>(options, clock, logger))) {}

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
