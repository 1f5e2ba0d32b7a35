#pragma once
/// @file A whole installation for tests: a Jira site, the program, and a catalog.

#include <filesystem>
#include <map>
#include <memory>
#include <string>
#include <vector>

#include "ocean/base/error.hpp"
#include "ocean/base/json.hpp"
#include "ocean/base/text.hpp"
#include "ocean/catalog/catalog.hpp"
#include "ocean/testing/process.hpp"
#include "ocean/testing/temp_dir.hpp"
#include "upstream/fake_jira.hpp"

namespace jira::test {

/// What one run of the program left.
struct Outcome {
  int exit_code = 0;
  std::string output;
  ocean::Json report;

  /// Sums of a figure over all blocks or blueprints: "/unchanged", "/upserted/created".
  int OfBlocks(const std::string& figure) const { return Sum("blocks", figure); }
  int OfBlueprints(const std::string& figure) const { return Sum("blueprints", figure); }
  int created() const { return OfBlocks("/upserted/created"); }
  int updated() const { return OfBlocks("/upserted/updated"); }
  int unchanged() const { return OfBlocks("/unchanged"); }
  int deleted() const { return OfBlueprints("/deleted"); }
  std::string OutcomeOf(const std::string& kind) const {
    for (const ocean::Json& block : ocean::Get(report, "blocks")) {
      if (block.at("kind") == kind) return block.at("outcome");
    }
    return "";
  }

 private:
  int Sum(const std::string& list, const std::string& figure) const {
    int sum = 0;
    for (const ocean::Json& entry : ocean::Get(report, list)) {
      sum += entry.at(ocean::Json::json_pointer(figure)).get<int>();
    }
    return sum;
  }
};

/// Entities by blueprint and identifier, without what changes with each write.
using Content = std::map<std::string, ocean::Json>;

class House {
 public:
  upstream::FakeJira jira;

  House(std::string program, const std::filesystem::path& integration,
        const upstream::SiteOptions& site = {})
      : jira(site), program_(std::move(program)) {
    std::filesystem::create_directories(folder());
    std::filesystem::copy(integration / ".port", folder() / ".port",
                          std::filesystem::copy_options::recursive);
    catalog_.Start();
  }

  /// One run with `--once`, from start to end.
  Outcome Sail(const std::map<std::string, std::string>& more_variables = {}) {
    std::filesystem::remove(report_file());
    const auto result =
        ocean::testing::RunProcess(Command(more_variables), std::chrono::minutes(4));
    Outcome outcome{
        .exit_code = result.exit_code, .output = result.output + result.error_output, .report = {}};
    if (std::filesystem::exists(report_file())) {
      outcome.report = ocean::ParseJson(ocean::testing::ReadFile(report_file()), "the report");
    }
    return outcome;
  }

  /// What starts a run.
  ocean::testing::ProcessOptions Command(
      const std::map<std::string, std::string>& more_variables = {}) const {
    std::map<std::string, std::string> variables = {
        {"OCEAN__PORT__BASE_URL", catalog_.url()},
        {"OCEAN__PORT__CLIENT_ID", "client-of-test"},
        {"OCEAN__PORT__CLIENT_SECRET", "secret-of-test"},
        {"OCEAN__INTEGRATION__CONFIG__JIRA_HOST", jira.url()},
        {"OCEAN__INTEGRATION__CONFIG__ATLASSIAN_USER_EMAIL", jira.credentials().email},
        {"OCEAN__INTEGRATION__CONFIG__ATLASSIAN_USER_TOKEN", jira.credentials().token}};
    for (const auto& [name, value] : more_variables) variables[name] = value;
    return {.program = program_,
            .arguments = {"sail", "--once", "--path", folder(), "--report", report_file()},
            .environment = std::move(variables)};
  }

  /// Everything that the catalog holds.
  Content Entities() const {
    Content content;
    const ocean::catalog::CatalogReader reader(temp_ / "catalog.db");
    for (const auto& count : reader.Blueprints()) {
      reader.ForEachEntity(count.blueprint, [&](const ocean::Json& entity) {
        ocean::Json known = ocean::Json::object();
        for (const std::string name : {"identifier", "title", "properties", "relations"}) {
          known[name] = ocean::Get(entity, name);
        }
        content[count.blueprint + "/" + ocean::GetString(entity, "identifier")] = std::move(known);
      });
    }
    return content;
  }

  /// Edits a file of the installation, such as the default mapping.
  void Replace(const std::string& file, const std::string& from, const std::string& to) {
    const std::string text = ocean::testing::ReadFile(folder() / file);
    if (text.find(from) == std::string::npos) {
      throw ocean::Error(ocean::ErrorKind::kBug, file + " has no '" + from + "'");
    }
    ocean::testing::WriteFile(folder() / file, ocean::ReplaceAll(text, from, to));
  }

 private:
  /// The integration's type is its folder's name.
  std::filesystem::path folder() const { return temp_ / "jira"; }
  std::filesystem::path report_file() const { return temp_ / "report.json"; }

  const std::string program_;
  ocean::testing::TempDir temp_;
  ocean::catalog::CatalogServer catalog_{
      {.file = temp_ / "catalog.db"}, ocean::Clock::System(), ocean::Logger::Null()};
};

}  // namespace jira::test
