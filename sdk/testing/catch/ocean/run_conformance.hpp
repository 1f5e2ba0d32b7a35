#pragma once
/// @file Runs the conformance suite on an integration as sections of a Catch2 test.

#include <string>

#include "ocean/catch.hpp"
#include "ocean/config/spec.hpp"
#include "ocean/testing/conformance.hpp"

namespace ocean::testing {

/// One section for what is declared, and one for each kind of the spec.
inline void RunConformance(const ConformanceSubject& subject) {
  SECTION("declarations") {
    for (const std::string& finding : CheckDeclarations(subject)) FAIL_CHECK(finding);
    SUCCEED();
  }
  if (subject.upstream_url.empty()) return;
  for (const std::string& kind : config::Spec::Load(subject.folder).kinds) {
    DYNAMIC_SECTION(kind) {
      for (const std::string& finding : CheckKind(subject, kind)) FAIL_CHECK(finding);
      SUCCEED();
    }
  }
}

}  // namespace ocean::testing
