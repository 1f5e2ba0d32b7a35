#include "catalog_commands.hpp"

#include <unistd.h>

#include <fstream>
#include <iostream>

#include "catalog_text.hpp"
#include "ocean/app/signals.hpp"
#include "ocean/base/error.hpp"
#include "ocean/base/hash.hpp"
#include "ocean/base/text.hpp"
#include "ocean/catalog/catalog.hpp"
#include "places.hpp"

namespace ocean::cli {

namespace {

using catalog::CatalogReader;

constexpr std::size_t kIdentifiersToCompare = 100'000;

void Print(const std::vector<std::string>& lines) {
  for (const std::string& line : lines) std::cout << line << "\n";
}

std::string DidYouMean(const std::string& word, const std::vector<std::string>& candidates) {
  const auto meant = ClosestMatch(word, candidates);
  return meant ? "; did you mean " + *meant + "?" : "";
}

void RequireBlueprint(const CatalogReader& reader, const std::string& blueprint) {
  std::vector<std::string> known;
  for (const auto& entry : reader.Blueprints()) {
    if (entry.blueprint == blueprint) return;
    known.push_back(entry.blueprint);
  }
  std::string message = "the catalog has no blueprint " + blueprint;
  const std::string meant = DidYouMean(blueprint, known);
  if (!meant.empty()) {
    message += meant;
  } else if (!known.empty()) {
    message += "; there is " + Join(known, ", ");
  }
  throw Error(ErrorKind::kNotFound, message);
}

int ListBlueprints(const CatalogReader& reader, bool json) {
  const auto blueprints = reader.Blueprints();
  if (!json) {
    Print(BlueprintLines(blueprints, app::Terminal::Of(STDOUT_FILENO)));
    return 0;
  }
  Json list = Json::array();
  for (const auto& entry : blueprints) {
    list.push_back(
        {{"blueprint", entry.blueprint}, {"title", entry.title}, {"entities", entry.entities}});
  }
  std::cout << PrettyJson(list) << "\n";
  return 0;
}

bool IsLoopback(const std::string& address) {
  return address.starts_with("127.") || address == "::1" || address == "localhost";
}

catalog::CatalogOptions ServeOptions(const CatalogServeRequest& request) {
  if (request.client_id.empty() != request.client_secret.empty()) {
    throw Error(ErrorKind::kConfig, "--client-id and --client-secret belong together");
  }
  const bool own = !request.client_id.empty();
  if (!own && !IsLoopback(request.address)) {
    throw Error(ErrorKind::kConfig,
                "--address " + request.address +
                    " lets other machines in: give --client-id and --client-secret too");
  }
  // A new catalog may be served; only what is not named must be there.
  const bool named = !request.place.data.empty();
  return {.file = named ? std::filesystem::path(request.place.data) : FindCatalog(request.place),
          .address = request.address,
          .port = request.port,
          .client_id = own ? request.client_id : "local",
          .client_secret = Secret(own ? request.client_secret : RandomUuid())};
}

}  // namespace

int CatalogList(const CatalogListRequest& request) {
  const CatalogReader reader(FindCatalog(request.place));
  if (request.blueprint.empty()) return ListBlueprints(reader, request.json);
  RequireBlueprint(reader, request.blueprint);
  std::vector<Json> shown;
  std::size_t hidden = 0;
  reader.ForEachEntity(request.blueprint, [&](const Json& entity) {
    if (shown.size() < request.limit) {
      shown.push_back(entity);
    } else {
      ++hidden;
    }
  });
  if (request.json) {
    std::cout << PrettyJson(Json(shown)) << "\n";
  } else {
    Print(EntityListLines(shown, hidden, app::Terminal::Of(STDOUT_FILENO)));
  }
  return 0;
}

int CatalogGet(const CatalogGetRequest& request) {
  const CatalogReader reader(FindCatalog(request.place));
  RequireBlueprint(reader, request.blueprint);
  const std::optional<Json> entity = reader.Entity(request.blueprint, request.identifier);
  if (!entity) {
    throw Error(ErrorKind::kNotFound,
                request.blueprint + " has no entity " + request.identifier +
                    DidYouMean(request.identifier,
                               reader.Identifiers(request.blueprint, kIdentifiersToCompare)));
  }
  if (request.json) {
    std::cout << PrettyJson(*entity) << "\n";
  } else {
    Print(EntityLines(*entity, app::Terminal::Of(STDOUT_FILENO)));
  }
  return 0;
}

int CatalogExport(const CatalogExportRequest& request) {
  const CatalogReader reader(FindCatalog(request.place));
  std::ofstream file;
  const bool to_file = !request.out.empty() && request.out != "-";
  if (to_file) {
    file.open(request.out);
    if (!file) throw Error(ErrorKind::kConfig, "--out: " + request.out + " cannot be written");
  }
  std::ostream& out = to_file ? file : std::cout;
  if (!request.blueprint.empty()) RequireBlueprint(reader, request.blueprint);
  for (const auto& entry : reader.Blueprints()) {
    if (!request.blueprint.empty() && entry.blueprint != request.blueprint) continue;
    reader.ForEachEntity(entry.blueprint,
                         [&](const Json& entity) { out << DumpJson(entity) << "\n"; });
  }
  out.flush();
  if (!out) throw Error(ErrorKind::kTransient, "the export could not be written to its end");
  return 0;
}

int CatalogServe(const CatalogServeRequest& request) {
  catalog::CatalogOptions options = ServeOptions(request);
  const app::SignalStop signals(std::chrono::seconds(5), {});
  catalog::CatalogServer server(options, Clock::System(),
                                Logger::ToStderr(LogLevel::kInfo, LogFormat::kText));
  server.Start();
  std::cout << "Catalog at " << server.url() << " (data in " << Shown(options.file) << ")\n"
            << "  OCEAN__PORT__BASE_URL=" << server.url() << "\n"
            << "  OCEAN__PORT__CLIENT_ID=" << options.client_id << "\n"
            << "  OCEAN__PORT__CLIENT_SECRET=" << options.client_secret.Reveal() << "\n"
            << "Ctrl-C ends it." << std::endl;
  while (Clock::System().SleepFor(std::chrono::hours(1), signals.Stop())) {
  }
  server.Stop();
  return 0;
}

}  // namespace ocean::cli
