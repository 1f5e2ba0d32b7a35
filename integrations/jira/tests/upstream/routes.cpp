#include "upstream/routes.hpp"

#include <algorithm>
#include <memory>
#include <mutex>

#include "ocean/base/error.hpp"
#include "ocean/base/text.hpp"
#include "upstream/planning_routes.hpp"

namespace jira::upstream {
namespace {

using namespace std::chrono_literals;
using ocean::Json;
using ocean::http::Method;
using ocean::http::ServerRequest;
using ocean::http::ServerResponse;

constexpr std::size_t kMaxPage = 100;

ServerResponse ErrorResponse(int status, const std::string& message) {
  return ServerResponse::OfJson(
      status, {{"errorMessages", Json::array({message})}, {"errors", Json::object()}});
}

/// Counts requests against a limit per minute, and says so as Jira does. It never refuses one: tests
/// that want a 429 script it.
class RateLimit {
 public:
  void AddTo(ServerResponse& response) {
    std::lock_guard lock(mutex_);
    const ocean::TimePoint now = ocean::Clock::System().Now();
    if (now >= resets_at_) {
      resets_at_ = now + 1min;
      remaining_ = kLimit;
    }
    remaining_ = std::max(remaining_ - 1, 2);
    response.headers.Add("X-RateLimit-Limit", std::to_string(kLimit));
    response.headers.Add("X-RateLimit-Remaining", std::to_string(remaining_));
    response.headers.Add("X-RateLimit-Reset", ocean::FormatIso8601(resets_at_));
  }

 private:
  static constexpr int kLimit = 100'000;
  std::mutex mutex_;
  int remaining_ = kLimit;
  ocean::TimePoint resets_at_;
};

/// The address under which the client reached the site.
std::string UrlOf(const ServerRequest& request) {
  return "http://" + request.headers.Get("Host").value_or("localhost");
}

std::size_t Count(std::string_view text, std::size_t fallback) {
  const auto number = ocean::ParseInt(text);
  return number && *number >= 0 ? static_cast<std::size_t>(*number) : fallback;
}

Slice SliceOf(const ServerRequest& request) {
  return {.start = Count(request.QueryValue("startAt"), 0),
          .count = std::min(kMaxPage, Count(request.QueryValue("maxResults"), 50))};
}

bool WantsInsight(const ServerRequest& request) {
  return request.QueryValue("expand").find("insight") != std::string::npos;
}

IssueSearch SearchOfQuery(const ServerRequest& request) {
  return {.jql = request.QueryValue("jql"),
          .fields = FieldFilter(request.QueryValue("fields")),
          .count = SliceOf(request).count,
          .page_token = request.QueryValue("nextPageToken")};
}

IssueSearch SearchOfBody(const ServerRequest& request) {
  const Json body = request.ParseBody();
  std::vector<std::string> fields;
  for (const Json& field : ocean::Get(body, "fields")) fields.push_back(field.get<std::string>());
  return {.jql = ocean::GetString(body, "jql"),
          .fields = FieldFilter(ocean::Join(fields, ",")),
          .count = std::min(kMaxPage, body.value("maxResults", std::size_t{50})),
          .page_token = ocean::GetString(body, "nextPageToken")};
}

FieldFilter FieldsOf(const ServerRequest& request) {
  const std::string fields = request.QueryValue("fields");
  return fields.empty() ? FieldFilter::All() : FieldFilter(fields);
}

ServerResponse Ok(const Json& body) {
  return ServerResponse::OfJson(200, body);
}
ServerResponse NoContent() {
  return {.status = 204};
}

void AddReading(JiraSite& site, const AddRoute& add) {
  add(Method::kGet, "/rest/api/3/project/search", [&site](const ServerRequest& request) {
    return Ok(site.ProjectPage(SliceOf(request), WantsInsight(request), UrlOf(request)));
  });
  add(Method::kGet, "/rest/api/3/project/{key}", [&site](const ServerRequest& request) {
    return Ok(
        site.Project(request.path_parameters.at("key"), WantsInsight(request), UrlOf(request)));
  });
  add(Method::kGet, "/rest/api/3/users/search", [&site](const ServerRequest& request) {
    return Ok(site.UserPage(SliceOf(request), UrlOf(request)));
  });
  add(Method::kGet, "/rest/api/3/user", [&site](const ServerRequest& request) {
    return Ok(site.User(request.QueryValue("accountId"), UrlOf(request)));
  });
  add(Method::kGet, "/rest/api/3/search/jql", [&site](const ServerRequest& request) {
    return Ok(site.IssuePage(SearchOfQuery(request), UrlOf(request)));
  });
  add(Method::kPost, "/rest/api/3/search/jql", [&site](const ServerRequest& request) {
    return Ok(site.IssuePage(SearchOfBody(request), UrlOf(request)));
  });
  add(Method::kGet, "/rest/api/3/issue/{key}", [&site](const ServerRequest& request) {
    return Ok(site.Issue(request.path_parameters.at("key"), FieldsOf(request), UrlOf(request)));
  });
}

void AddAccount(JiraSite& site, const AddRoute& add) {
  add(Method::kGet, "/rest/api/3/myself",
      [&site](const ServerRequest& request) { return Ok(site.Myself(UrlOf(request))); });
  add(Method::kGet, "/rest/api/3/mypermissions", [](const ServerRequest& request) {
    Json permissions = Json::object();
    for (const std::string& name : ocean::Split(request.QueryValue("permissions"), ',')) {
      permissions[name] = {{"key", name}, {"name", name}, {"havePermission", true}};
    }
    return Ok({{"permissions", permissions}});
  });
}

void AddEditing(JiraSite& site, const AddRoute& add) {
  add(Method::kPost, "/rest/api/3/issue", [&site](const ServerRequest& request) {
    const Json body = request.ParseBody();
    return ServerResponse::OfJson(201,
                                  site.CreateIssue(ocean::Get(body, "fields"), UrlOf(request)));
  });
  add(Method::kPut, "/rest/api/3/issue/{key}", [&site](const ServerRequest& request) {
    const Json body = request.ParseBody();
    site.EditIssue(request.path_parameters.at("key"), ocean::Get(body, "fields"));
    return NoContent();
  });
  add(Method::kDelete, "/rest/api/3/issue/{key}", [&site](const ServerRequest& request) {
    site.DeleteIssue(request.path_parameters.at("key"),
                     request.QueryValue("deleteSubtasks") == "true");
    return NoContent();
  });
}

}  // namespace

void AddJiraRoutes(JiraSite& site, Planning& planning, const Credentials& credentials,
                   const AddRoute& add) {
  const std::vector<std::string> accepted = {
      "Basic " + ocean::Base64Encode(credentials.email + ":" + credentials.token),
      "Bearer " + credentials.token};
  const auto rate_limit = std::make_shared<RateLimit>();
  const AddRoute add_guarded = [&](Method method, std::string_view pattern,
                                   const ocean::http::Server::Handler& handler) {
    add(method, pattern, [accepted, rate_limit, handler](const ServerRequest& request) {
      ServerResponse response;
      const std::string shown = request.headers.Get("Authorization").value_or("");
      if (std::find(accepted.begin(), accepted.end(), shown) == accepted.end()) {
        response = ErrorResponse(401, "Client must be authenticated to access this resource.");
      } else {
        try {
          response = handler(request);
        } catch (const ocean::Error& error) {
          response = ErrorResponse(error.http_status() ? error.http_status() : 400, error.what());
        }
      }
      rate_limit->AddTo(response);
      return response;
    });
  };
  AddReading(site, add_guarded);
  AddAccount(site, add_guarded);
  AddEditing(site, add_guarded);
  AddPlanningRoutes(planning, add_guarded);
}

}  // namespace jira::upstream
