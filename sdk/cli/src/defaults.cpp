#include "defaults.hpp"

#include <algorithm>
#include <chrono>
#include <iostream>
#include <vector>

#include "defaults_place.hpp"
#include "ocean/base/error.hpp"

namespace ocean::cli {

namespace {

constexpr std::chrono::seconds kBetweenLooks{1};
constexpr std::chrono::minutes kLongestWait{30};

bool Targets(const Json& blueprint, const std::string& identifier) {
  const Json& relations = Get(blueprint, "relations");
  return std::any_of(relations.begin(), relations.end(), [&](const Json& relation) {
    return GetString(relation, "target") == identifier;
  });
}

/// Who refers to another comes before it: Port keeps what others refer to. In a circle anyone comes first.
std::vector<std::string> InOrder(std::vector<Json> blueprints) {
  std::vector<std::string> order;
  while (!blueprints.empty()) {
    auto next = std::find_if(blueprints.begin(), blueprints.end(), [&](const Json& one) {
      const std::string identifier = GetString(one, "identifier");
      return std::none_of(blueprints.begin(), blueprints.end(), [&](const Json& other) {
        return GetString(other, "identifier") != identifier && Targets(other, identifier);
      });
    });
    if (next == blueprints.end()) next = blueprints.begin();
    order.push_back(GetString(*next, "identifier"));
    blueprints.erase(next);
  }
  return order;
}

bool IsFinal(const std::string& status) {
  return status != "PENDING" && status != "INITIALIZING" && status != "RUNNING";
}

void Await(port::Client& port, const std::string& migration) {
  Clock& clock = Clock::System();
  const Duration deadline = clock.Elapsed() + kLongestWait;
  std::string status = port.GetMigrationStatus(migration);
  while (!IsFinal(status)) {
    if (clock.Elapsed() >= deadline) {
      throw Error(ErrorKind::kTransient,
                  "Port still deletes after 30 minutes; it goes on by itself");
    }
    clock.SleepFor(kBetweenLooks, {});
    status = port.GetMigrationStatus(migration);
  }
  if (status != "COMPLETED")
    throw Error(ErrorKind::kPermanent, "Port's migration " + migration + " ended with " + status);
}

void Delete(port::Client& port, const std::string& blueprint, const DefaultsCleanRequest& request) {
  if (!request.force) return port.DeleteBlueprint(blueprint);
  const std::string migration = port.DeleteBlueprintWithEntities(blueprint);
  if (request.wait && !migration.empty()) Await(port, migration);
}

/// False when it could not be deleted, which was said.
bool TryDelete(port::Client& port, const std::string& blueprint,
               const DefaultsCleanRequest& request) {
  try {
    if (!port.GetBlueprint(blueprint)) {
      std::cout << "blueprint " << blueprint << ": not there\n";
      return true;
    }
    Delete(port, blueprint, request);
    const bool under_way = request.force && !request.wait;
    std::cout << "blueprint " << blueprint << (under_way ? ": being deleted\n" : ": deleted\n");
    return true;
  } catch (const Error& error) {
    if (error.kind() == ErrorKind::kAuth) throw;
    std::cerr << "error: the blueprint " << blueprint << " could not be deleted: " << error.what()
              << (request.force ? "\n" : "\n  --force deletes its entities, too\n");
    return false;
  }
}

}  // namespace

int DefaultsClean(const DefaultsCleanRequest& request) {
  DefaultsPlace place(request.path);
  if (!place.port.GetIntegration()) {
    throw Error(ErrorKind::kNotFound, "Port does not know the integration \"" + place.identifier() +
                                          "\": nothing was deleted");
  }
  bool complete = true;
  for (const std::string& blueprint : InOrder(place.resources.blueprints))
    complete = TryDelete(place.port, blueprint, request) && complete;
  if (request.destroy && complete) {
    place.port.DeleteIntegration();
    std::cout << "integration " << place.identifier() << ": deleted\n";
  }
  return complete ? 0 : 1;
}

}  // namespace ocean::cli
