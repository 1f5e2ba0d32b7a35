#pragma once
/// @file The program installed beside a Jira site and a catalog of its own.

#include <filesystem>

#include "ocean/testing/installation.hpp"
#include "upstream/fake_jira.hpp"

namespace jira::test {

using ocean::testing::Content;
using ocean::testing::Outcome;

struct Site {
  upstream::FakeJira jira;
};

struct House : Site, ocean::testing::Installation {
  House(const std::filesystem::path& program, const std::filesystem::path& integration,
        const upstream::SiteOptions& site = {})
      : Site{upstream::FakeJira(site)}, Installation(program, integration, jira.Config()) {}
};

}  // namespace jira::test
