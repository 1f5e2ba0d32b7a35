#include "ocean/testing/installation.hpp"

#include <utility>

#include "ocean/base/error.hpp"
#include "ocean/base/text.hpp"
#include "ocean/catalog/catalog.hpp"
#include "ocean/testing/temp_dir.hpp"

namespace ocean::testing {

namespace {

int Sum(const Json& list, const std::string& figure) {
  int sum = 0;
  for (const Json& entry : list) sum += entry.at(Json::json_pointer(figure)).get<int>();
  return sum;
}

}  // namespace

int Outcome::OfBlocks(const std::string& figure) const {
  return Sum(Get(report, "blocks"), figure);
}

int Outcome::OfBlueprints(const std::string& figure) const {
  return Sum(Get(report, "blueprints"), figure);
}

std::string Outcome::OutcomeOf(const std::string& kind) const {
  for (const Json& block : Get(report, "blocks")) {
    if (block.at("kind") == kind) return block.at("outcome");
  }
  return "";
}

struct Installation::Impl {
  Impl(std::filesystem::path the_program, const std::filesystem::path& original)
      : program(std::move(the_program)), folder(temp / original.filename()) {
    std::filesystem::create_directories(folder);
    std::filesystem::copy(original / ".port", folder / ".port",
                          std::filesystem::copy_options::recursive);
    catalog.Start();
  }

  const std::filesystem::path program;
  TempDir temp;
  /// Named as the original: the name is the integration's type.
  const std::filesystem::path folder;
  const std::filesystem::path report_file = temp / "report.json";
  const std::filesystem::path catalog_file = temp / "catalog.db";
  std::map<std::string, std::string> variables;
  catalog::CatalogServer catalog{{.file = catalog_file}, Clock::System(), Logger::Null()};
};

Installation::Installation(std::filesystem::path program,
                           const std::filesystem::path& integration_folder, const Json& config)
    : impl_(std::make_unique<Impl>(std::move(program),
                                   std::filesystem::canonical(integration_folder))) {
  impl_->variables = {{"OCEAN__PORT__BASE_URL", impl_->catalog.url()},
                      {"OCEAN__PORT__CLIENT_ID", "client-of-test"},
                      {"OCEAN__PORT__CLIENT_SECRET", "secret-of-test"}};
  for (const auto& [name, value] : config.items()) {
    impl_->variables["OCEAN__INTEGRATION__CONFIG__" + ToUpper(ToSnakeCase(name))] =
        value.is_string() ? value.get<std::string>() : DumpJson(value);
  }
}

Installation::~Installation() = default;

Outcome Installation::Sail(const std::map<std::string, std::string>& more_variables) {
  std::filesystem::remove(impl_->report_file);
  const auto result = RunProcess(Command(more_variables), std::chrono::minutes(4));
  Outcome outcome{
      .exit_code = result.exit_code, .output = result.output + result.error_output, .report = {}};
  if (std::filesystem::exists(impl_->report_file)) {
    outcome.report = ParseJson(ReadFile(impl_->report_file), "the report");
  }
  return outcome;
}

ProcessOptions Installation::Command(
    const std::map<std::string, std::string>& more_variables) const {
  std::map<std::string, std::string> variables = impl_->variables;
  for (const auto& [name, value] : more_variables) variables[name] = value;
  return {.program = impl_->program,
          .arguments = {"sail", "--once", "--path", impl_->folder, "--report", impl_->report_file},
          .environment = std::move(variables)};
}

Content Installation::Entities() const {
  Content content;
  const catalog::CatalogReader reader(impl_->catalog_file);
  for (const auto& count : reader.Blueprints()) {
    reader.ForEachEntity(count.blueprint, [&](const Json& entity) {
      Json known = Json::object();
      for (const std::string name : {"identifier", "title", "properties", "relations"}) {
        known[name] = Get(entity, name);
      }
      content[count.blueprint + "/" + GetString(entity, "identifier")] = std::move(known);
    });
  }
  return content;
}

void Installation::Replace(const std::string& file, const std::string& from,
                           const std::string& to) {
  const std::string text = ReadFile(impl_->folder / file);
  if (text.find(from) == std::string::npos) {
    throw Error(ErrorKind::kBug, file + " has no '" + from + "'");
  }
  WriteFile(impl_->folder / file, ReplaceAll(text, from, to));
}

}  // namespace ocean::testing
