#pragma once
/// @file What a mapping may select, beside `query`.

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "ocean/ocean.hpp"

namespace jira {

/// Of kinds that are read whole.
struct NoSelector {
  static auto Describe() { return ocean::Fields<NoSelector>(); }
};

struct ProjectSelector {
  std::string expand = "insight";

  static auto Describe() {
    return ocean::Fields<ProjectSelector>().Add(
        "expand", &ProjectSelector::expand,
        "Additional parts of each project to ask for, separated by commas.");
  }
};

struct IssueSelector {
  std::string jql = "(statusCategory != Done) OR (created >= -1w) OR (updated >= -1w)";
  std::optional<std::string> fields = "*all";
  std::optional<std::string> expand;

  static auto Describe() {
    return ocean::Fields<IssueSelector>()
        .Add("jql", &IssueSelector::jql, "Which issues to read, in Jira's query language.")
        .Add("fields", &IssueSelector::fields,
             "Fields of each issue to ask for, separated by commas; *all for every field.")
        .Add("expand", &IssueSelector::expand,
             "Additional parts of each issue to ask for, separated by commas.");
  }
};

struct TeamSelector {
  bool include_members = false;

  static auto Describe() {
    return ocean::Fields<TeamSelector>().Add("include_members", &TeamSelector::include_members,
                                             "Whether to read the members of each team too.");
  }
};

struct BoardSelector {
  std::optional<std::string> board_type;
  std::optional<std::string> project_key;

  static auto Describe() {
    return ocean::Fields<BoardSelector>()
        .Add("board_type", &BoardSelector::board_type, "Only boards of this type.",
             ocean::OneOf({"scrum", "kanban", "simple"}))
        .Add("project_key", &BoardSelector::project_key, "Only boards of this project.",
             ocean::NotBlank());
  }
};

struct SprintSelector {
  std::optional<std::vector<std::string>> sprint_state = std::vector<std::string>{"active"};

  static auto Describe() {
    return ocean::Fields<SprintSelector>().Add("sprint_state", &SprintSelector::sprint_state,
                                               "Only sprints in one of these states; null for all.",
                                               ocean::OneOf({"active", "closed", "future"}),
                                               ocean::MinItems(1), ocean::UniqueItems());
  }
};

struct BacklogSelector {
  std::optional<std::string> jql = "updated >= -1w OR statusCategory != Done";
  std::optional<std::vector<std::string>> fields;
  bool use_software_api = true;

  static auto Describe() {
    return ocean::Fields<BacklogSelector>()
        .Add("jql", &BacklogSelector::jql, "Which issues of each backlog to read.")
        .Add("fields", &BacklogSelector::fields, "Fields of each issue to ask for; null for all.")
        .Add("use_software_api", &BacklogSelector::use_software_api,
             "False reads the older agile API, which Jira Cloud has withdrawn.");
  }
};

struct EpicSelector {
  std::optional<std::vector<std::string>> status = std::vector<std::string>{"incomplete"};

  static auto Describe() {
    return ocean::Fields<EpicSelector>().Add("status", &EpicSelector::status,
                                             "Only epics of this status; null for all.",
                                             ocean::OneOf({"incomplete", "complete"}));
  }
};

struct WorklogQuery {
  std::optional<std::int64_t> started_after;
  std::optional<std::int64_t> started_before;
  std::optional<std::string> expand;

  static auto Describe() {
    return ocean::Fields<WorklogQuery>()
        .Add("started_after", &WorklogQuery::started_after,
             "Only work begun at or after this time, in milliseconds since 1970.")
        .Add("started_before", &WorklogQuery::started_before,
             "Only work begun before this time, in milliseconds since 1970.")
        .Add("expand", &WorklogQuery::expand, "Additional parts of each worklog to ask for.");
  }
};

struct WorklogSelector {
  std::string jql = "updated >= -1w";
  std::optional<WorklogQuery> api_query_params;

  static auto Describe() {
    return ocean::Fields<WorklogSelector>()
        .Add("jql", &WorklogSelector::jql, "The issues whose worklogs are read.")
        .Add("api_query_params", &WorklogSelector::api_query_params,
             "Which worklogs of each issue to read.");
  }
};

struct ComponentSelector {
  std::string component_source = "jira";
  std::optional<std::string> name_filter;

  static auto Describe() {
    return ocean::Fields<ComponentSelector>()
        .Add("component_source", &ComponentSelector::component_source,
             "Where the components of a project come from.",
             ocean::OneOf({"jira", "compass", "auto"}))
        .Add("name_filter", &ComponentSelector::name_filter,
             "Only components with this in their name or description.");
  }
};

}  // namespace jira
