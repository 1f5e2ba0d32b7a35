#include "upstream/planning_routes.hpp"

#include <algorithm>

#include "ocean/base/text.hpp"
#include "upstream/edit.hpp"

namespace jira::upstream {
namespace {

using ocean::Json;
using ocean::http::Method;
using ocean::http::ServerRequest;
using ocean::http::ServerResponse;

using Records = std::vector<Json>;

std::size_t Number(const ServerRequest& request, std::string_view name, std::size_t fallback) {
  const auto number = ocean::ParseInt(request.QueryValue(name));
  return number && *number >= 0 ? static_cast<std::size_t>(*number) : fallback;
}

/// The records from `start` on, at most `count`.
Json Cut(const Records& records, std::size_t start, std::size_t count) {
  Json list = Json::array();
  for (std::size_t i = start; i < std::min(records.size(), start + count); ++i) {
    list.push_back(records[i]);
  }
  return list;
}

ServerResponse OffsetPage(const ServerRequest& request, const Records& records,
                          const std::string& name) {
  const std::size_t start = Number(request, "startAt", 0);
  const std::size_t count = Number(request, "maxResults", 50);
  return ServerResponse::OfJson(200, {{"startAt", start},
                                      {"maxResults", count},
                                      {"total", records.size()},
                                      {"isLast", start + count >= records.size()},
                                      {name, Cut(records, start, count)}});
}

/// Pages whose cursor, if any follows, is a position.
struct CursorPage {
  Json items;
  std::string next;
};

CursorPage CutAtCursor(const Records& records, const std::string& cursor, std::size_t count) {
  const auto start = static_cast<std::size_t>(ocean::ParseInt(cursor).value_or(0));
  CursorPage page{Cut(records, start, count), ""};
  if (start + count < records.size()) page.next = std::to_string(start + count);
  return page;
}

Records Known(const Planning& planning, const std::string& path) {
  auto records = planning.List(path);
  if (!records) Refuse(404, "there is nothing at " + path);
  return *records;
}

/// Answers with a single record of any list that `path` ends.
void AddRecordRoute(Planning& planning, const AddRoute& add, const std::string& route,
                    const std::string& path) {
  add(Method::kGet, route + "/{id}", [&planning, path](const ServerRequest& request) {
    const std::string& id = request.path_parameters.find("id")->second;
    const auto record = planning.Record(path, id);
    if (!record) Refuse(404, "there is no " + path + " " + id);
    return ServerResponse::OfJson(200, *record);
  });
}

/// Lists that may be empty for a parent that is there.
Records Below(const Planning& planning, const std::string& list, const std::string& parent,
              const std::string& id, const std::string& path) {
  if (!planning.Record(list, id)) Refuse(404, parent + " " + id + " is not there");
  return planning.List(path).value_or(Records());
}

std::string Parameter(const ServerRequest& request, std::string_view name) {
  return request.path_parameters.find(name)->second;
}

template <class Predicate>
Records Only(Records records, Predicate&& is_wanted) {
  std::erase_if(records, [&](const Json& record) { return !is_wanted(record); });
  return records;
}

void AddProjectRoutes(Planning& planning, const AddRoute& add) {
  AddRecordRoute(planning, add, "/rest/api/3/version", "version");
  add(Method::kGet, "/rest/api/3/project/{key}/version", [&](const ServerRequest& request) {
    return OffsetPage(request, Known(planning, "project/" + Parameter(request, "key") + "/version"),
                      "values");
  });
  add(Method::kGet, "/rest/api/3/project/{key}/component", [&](const ServerRequest& request) {
    const std::string source = request.QueryValue("componentSource");
    const std::string name = request.QueryValue("query");
    Records components =
        Only(Known(planning, "project/" + Parameter(request, "key") + "/component"),
             [&](const Json& component) {
               return (source == "auto" || component.at("componentSource") == source) &&
                      component.at("name").get<std::string>().find(name) != std::string::npos;
             });
    return OffsetPage(request, components, "values");
  });
  add(Method::kGet, "/rest/api/3/issue/{key}/worklog", [&](const ServerRequest& request) {
    return OffsetPage(request, Known(planning, "issue/" + Parameter(request, "key") + "/worklog"),
                      "worklogs");
  });
}

Records SprintsOf(const Planning& planning, const std::string& board, const std::string& states) {
  const auto record = planning.Record("board", board);
  if (!record) Refuse(404, "board " + board + " is not there");
  if (record->at("type") != "scrum") Refuse(400, "The board does not support sprints");
  return Only(planning.List("board/" + board + "/sprint").value_or(Records()),
              [&](const Json& sprint) {
                return states.empty() ||
                       states.find(sprint.at("state").get<std::string>()) != std::string::npos;
              });
}

Records BoardsFor(const Planning& planning, const ServerRequest& request) {
  const std::string type = request.QueryValue("type");
  const std::string project = request.QueryValue("projectKeyOrId");
  return Only(planning.List("board").value_or(Records()), [&](const Json& board) {
    return (type.empty() || board.at("type") == type) &&
           (project.empty() || board.at("location").at("projectKey") == project);
  });
}

/// `base` is the API's address on the site or on the gateway.
void AddBoardRoutes(const std::string& base, Planning& planning, const AddRoute& add) {
  AddRecordRoute(planning, add, base + "/board", "board");
  AddRecordRoute(planning, add, base + "/sprint", "sprint");
  add(Method::kGet, base + "/board", [&](const ServerRequest& request) {
    return OffsetPage(request, BoardsFor(planning, request), "values");
  });
  add(Method::kGet, base + "/board/{id}/project", [&](const ServerRequest& request) {
    const std::string id = Parameter(request, "id");
    return OffsetPage(request, Below(planning, "board", "board", id, "board/" + id + "/project"),
                      "values");
  });
  add(Method::kGet, base + "/board/{id}/sprint", [&](const ServerRequest& request) {
    return OffsetPage(request,
                      SprintsOf(planning, Parameter(request, "id"), request.QueryValue("state")),
                      "values");
  });
  add(Method::kGet, base + "/board/{id}/epic", [&](const ServerRequest& request) {
    const std::string id = Parameter(request, "id");
    const std::string done = request.QueryValue("done");
    return OffsetPage(request,
                      Only(Below(planning, "board", "board", id, "board/" + id + "/epic"),
                           [&](const Json& epic) {
                             return done.empty() || epic.at("done").get<bool>() == (done == "true");
                           }),
                      "values");
  });
  add(Method::kGet, base + "/board/{id}/backlog", [&](const ServerRequest& request) {
    const std::string id = Parameter(request, "id");
    return OffsetPage(request, Below(planning, "board", "board", id, "board/" + id + "/backlog"),
                      "issues");
  });
}

void AddSoftwareRoutes(const std::string& base, Planning& planning, const AddRoute& add) {
  add(Method::kGet, base + "/board/{id}/backlog", [&](const ServerRequest& request) {
    const std::string id = Parameter(request, "id");
    auto page = CutAtCursor(Below(planning, "board", "board", id, "board/" + id + "/backlog"),
                            request.QueryValue("nextPageToken"), Number(request, "maxResults", 50));
    Json body = {{"issues", std::move(page.items)}, {"isLast", page.next.empty()}};
    if (!page.next.empty()) body["nextPageToken"] = page.next;
    return ServerResponse::OfJson(200, body);
  });
}

void AddTeamRoutes(Planning& planning, const AddRoute& add) {
  const std::string base = "/gateway/api/public/teams/v1/org/{org}/teams";
  const auto path_of = [](const ServerRequest& request) {
    return "org/" + Parameter(request, "org") + "/teams";
  };
  add(Method::kGet, base, [&planning, path_of](const ServerRequest& request) {
    auto page = CutAtCursor(Known(planning, path_of(request)), request.QueryValue("cursor"), 2);
    Json body = {{"entities", std::move(page.items)}};
    if (!page.next.empty()) body["cursor"] = page.next;
    return ServerResponse::OfJson(200, body);
  });
  add(Method::kPost, base + "/{team}/members", [&planning, path_of](const ServerRequest& request) {
    auto page = CutAtCursor(
        Known(planning, path_of(request) + "/" + Parameter(request, "team") + "/members"),
        request.QueryValue("after"), Number(request, "first", 50));
    return ServerResponse::OfJson(
        200, {{"results", std::move(page.items)},
              {"pageInfo", {{"endCursor", page.next}, {"hasNextPage", !page.next.empty()}}}});
  });
}

}  // namespace

void AddPlanningRoutes(Planning& planning, const AddRoute& add) {
  AddProjectRoutes(planning, add);
  AddBoardRoutes("/rest/agile/1.0", planning, add);
  AddBoardRoutes("/ex/jira/{cloud}/rest/agile/latest", planning, add);
  AddSoftwareRoutes("/rest/software/1.0", planning, add);
  AddSoftwareRoutes("/ex/jira/{cloud}/rest/software/1.0", planning, add);
  AddTeamRoutes(planning, add);
}

}  // namespace jira::upstream
