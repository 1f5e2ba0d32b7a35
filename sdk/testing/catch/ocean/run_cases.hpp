#pragma once
/// @file Runs the case folders of an integration as sections of a Catch2 test.

#include <filesystem>
#include <functional>
#include <string>

#include "ocean/catch.hpp"
#include "ocean/testing/cases.hpp"

namespace ocean::testing {

/// One section for each folder in `<folder>/tests/cases`; see RunCase for what is in them.
///
///   TEST_CASE("cases") { ocean::testing::RunCases(OCEAN_INTEGRATION_DIR, jira::SetUp); }
inline void RunCases(const std::filesystem::path& folder,
                     const std::function<void(Integration&)>& setup) {
  for (const std::filesystem::path& case_folder : CaseFolders(folder)) {
    DYNAMIC_SECTION(case_folder.filename().string()) {
      for (const std::string& finding : RunCase(folder, case_folder, setup)) FAIL_CHECK(finding);
      SUCCEED();
    }
  }
}

}  // namespace ocean::testing
