#pragma once
/// @file An installed integration for end-to-end tests: its program, its folder and a catalog.

#include <filesystem>
#include <map>
#include <memory>
#include <string>

#include "ocean/base/json.hpp"
#include "ocean/testing/process.hpp"

namespace ocean::testing {

/// What one run of a program left.
struct Outcome {
  int exit_code = 0;
  /// Standard output and error output.
  std::string output;
  /// As `--report` writes it; null when there is none.
  Json report;

  /// Sums of a figure over all blocks or blueprints: "/unchanged", "/upserted/created".
  int OfBlocks(const std::string& figure) const;
  int OfBlueprints(const std::string& figure) const;
  int created() const { return OfBlocks("/upserted/created"); }
  int updated() const { return OfBlocks("/upserted/updated"); }
  int unchanged() const { return OfBlocks("/unchanged"); }
  int deleted() const { return OfBlueprints("/deleted"); }
  /// "complete", "incomplete" or "failed"; empty for a kind that is not in the report.
  std::string OutcomeOf(const std::string& kind) const;
};

/// Entities by "blueprint/identifier", without what changes with each write.
using Content = std::map<std::string, Json>;

/// A copy of an integration's folder, with a catalog of its own that is empty at first.
///
/// Threads   use from one thread
class Installation {
 public:
  /// `config`  the integration's configuration, in the spelling of the spec
  Installation(std::filesystem::path program, const std::filesystem::path& integration_folder,
               const Json& config);
  ~Installation();

  /// One run with `--once`, from start to end.
  Outcome Sail(const std::map<std::string, std::string>& more_variables = {});
  /// What starts a run.
  ProcessOptions Command(const std::map<std::string, std::string>& more_variables = {}) const;
  /// Everything that the catalog holds.
  Content Entities() const;
  /// Edits a file of the installation, such as the default mapping. Error{kBug} when it lacks `from`.
  void Replace(const std::string& file, const std::string& from, const std::string& to);

 private:
  struct Impl;
  std::unique_ptr<Impl> impl_;
};

}  // namespace ocean::testing
