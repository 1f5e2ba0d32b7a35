#include <filesystem>
#include <fstream>

#include "ocean/base/hash.hpp"
#include "ocean/catch.hpp"
#include "ocean/testing/fake_upstream.hpp"
#include "ocean/testing/manual_clock.hpp"
#include "src/client.hpp"
#include "upstream/fake_jira.hpp"

using namespace std::chrono_literals;
using jira::JiraClient;
using jira::JiraConfig;
using jira::upstream::FakeJira;
using ocean::Json;
using ocean::http::Method;
using ocean::http::ServerRequest;
using ocean::http::ServerResponse;

namespace {

/// What an integration gets from the SDK, with a clock that waits for nothing.
struct Sdk {
  ocean::testing::ManualClock clock;
  ocean::http::ClientFactory http{.transport = ocean::http::MakeCurlTransport(),
                                  .clock = clock,
                                  .logger = ocean::Logger::Null(),
                                  .stats = std::make_shared<ocean::http::ClientStats>()};
};

JiraConfig ConfigOf(const std::string& url, const std::string& token = "t0ken") {
  return {.jira_host = url,
          .atlassian_user_email = ocean::Secret("ada@acme.example"),
          .atlassian_user_token = ocean::Secret(token)};
}

JiraConfig ConfigOf(const FakeJira& fake) {
  return {.jira_host = fake.url(),
          .atlassian_user_email = ocean::Secret(fake.credentials().email),
          .atlassian_user_token = ocean::Secret(fake.credentials().token)};
}

std::vector<std::size_t> PageSizes(ocean::PageRange pages) {
  std::vector<std::size_t> sizes;
  for (const ocean::Batch& page : pages) sizes.push_back(page.size());
  return sizes;
}

std::size_t Sum(const std::vector<std::size_t>& sizes) {
  std::size_t sum = 0;
  for (const std::size_t size : sizes) sum += size;
  return sum;
}

/// The message of the error that reading `pages` ends with.
std::string ErrorOf(ocean::PageRange pages) {
  try {
    PageSizes(std::move(pages));
  } catch (const ocean::Error& error) {
    return error.what();
  }
  return "";
}

ServerResponse IssuePage(const Json& keys, const Json& token = nullptr) {
  Json page = {{"issues", Json::array()}};
  for (const Json& key : keys) page["issues"].push_back({{"key", key}});
  if (!token.is_null()) page["nextPageToken"] = token;
  return ServerResponse::OfJson(200, page);
}

/// A file that goes with the test.
struct TokenFile {
  std::filesystem::path path = std::filesystem::temp_directory_path() / ocean::RandomUuid();
  explicit TokenFile(const std::string& text) { Write(text); }
  ~TokenFile() { std::filesystem::remove(path); }
  void Write(const std::string& text) const { std::ofstream(path) << text; }
};

}  // namespace

TEST_CASE("without a token file, requests carry e-mail and token") {
  ocean::testing::FakeUpstream upstream;
  upstream.OnJson(Method::kGet, "/rest/api/3/users/search", Json::array());
  upstream.Start();
  Sdk sdk;
  PageSizes(JiraClient(ConfigOf(upstream.url()), sdk.http).Users());
  CHECK(upstream.Requests().at(0).headers.Get("Authorization") ==
        "Basic YWRhQGFjbWUuZXhhbXBsZTp0MGtlbg==");
}

TEST_CASE("with a token file, its token is read again when Jira refuses it, and stays") {
  TokenFile file("old");
  ocean::testing::FakeUpstream upstream;
  upstream.On(Method::kGet, "/rest/api/3/users/search", [&file](const ServerRequest& request) {
    if (request.headers.Get("Authorization") == "Bearer new") {
      return ServerResponse::OfJson(200, Json::array());
    }
    file.Write("new\n");
    return ServerResponse::OfJson(401, {{"message", "expired"}});
  });
  upstream.Start();
  Sdk sdk;
  sdk.http.oauth_token_file = file.path;
  const JiraClient client(ConfigOf(upstream.url()), sdk.http);
  PageSizes(client.Users());
  PageSizes(client.Users());
  const auto requests = upstream.Requests();
  REQUIRE(requests.size() == 3);
  CHECK(requests[0].headers.Get("Authorization") == "Bearer old");
  CHECK(requests[2].headers.Get("Authorization") == "Bearer new");
}

TEST_CASE("with a token file that cannot be read, the configured token serves") {
  ocean::testing::FakeUpstream upstream;
  upstream.OnJson(Method::kGet, "/rest/api/3/users/search", Json::array());
  upstream.Start();
  Sdk sdk;
  sdk.http.oauth_token_file = "/does/not/exist";
  PageSizes(JiraClient(ConfigOf(upstream.url()), sdk.http).Users());
  CHECK(upstream.Requests().at(0).headers.Get("Authorization") == "Bearer t0ken");
}

TEST_CASE("projects and users are read to the end, page by page") {
  FakeJira fake({.projects = 120, .users = 130, .issues = 0});
  Sdk sdk;
  const JiraClient client(ConfigOf(fake), sdk.http);
  CHECK(Sum(PageSizes(client.Projects("insight"))) == 120);
  CHECK(Sum(PageSizes(client.Users())) == 130);
  CHECK(fake.upstream().Unplanned().empty());
}

TEST_CASE("expand is sent when there is one") {
  FakeJira fake;
  Sdk sdk;
  const JiraClient client(ConfigOf(fake), sdk.http);
  PageSizes(client.Projects("insight,lead"));
  PageSizes(client.Projects(""));
  const auto requests = fake.upstream().Requests();
  CHECK(requests.at(0).QueryValue("expand") == "insight,lead");
  CHECK(requests.at(0).QueryValue("maxResults") == "50");
  CHECK(requests.back().QueryValue("expand").empty());
}

TEST_CASE("issues are read by token") {
  FakeJira fake({.issues = 120});
  Sdk sdk;
  const JiraClient client(ConfigOf(fake), sdk.http);
  CHECK(PageSizes(client.Issues("", "summary", {})) == std::vector<std::size_t>{50, 50, 20});
  const Json last = fake.upstream().Requests().back().ParseBody();
  CHECK(last.contains("nextPageToken"));
  CHECK(last.at("fields") == Json::array({"summary"}));
}

TEST_CASE("the search says what was asked for, and no more") {
  struct Case {
    std::string jql;
    std::optional<std::string> fields;
    std::optional<std::string> expand;
    Json body;
  };
  const Json all = Json::array({"*all"});
  const auto c = GENERATE_COPY(values<Case>({
      {" project = PAY ",
       "*all",
       {},
       {{"jql", "project = PAY"}, {"maxResults", 50}, {"fields", all}}},
      {"", {}, {}, {{"jql", ""}, {"maxResults", 50}}},
      {"x", " , ", {}, {{"jql", "x"}, {"maxResults", 50}}},
      {"x",
       " a, b ,,c",
       "changelog,names",
       {{"jql", "x"},
        {"maxResults", 50},
        {"fields", {"a", "b", "c"}},
        {"expand", "changelog,names"}}},
  }));
  ocean::testing::FakeUpstream upstream;
  upstream.On(Method::kPost, "/rest/api/3/search/jql",
              [](const ServerRequest&) { return IssuePage({}); });
  upstream.Start();
  Sdk sdk;
  PageSizes(JiraClient(ConfigOf(upstream.url()), sdk.http).Issues(c.jql, c.fields, c.expand));
  CHECK(upstream.Requests().at(0).ParseBody() == c.body);
}

TEST_CASE("a token that comes again is an error, not an endless walk") {
  ocean::testing::FakeUpstream upstream;
  upstream.On(Method::kPost, "/rest/api/3/search/jql",
              [](const ServerRequest&) { return IssuePage({"PAY-1"}, "again"); });
  upstream.Start();
  Sdk sdk;
  CHECK_FALSE(ErrorOf(JiraClient(ConfigOf(upstream.url()), sdk.http).Issues("", {}, {})).empty());
  CHECK(upstream.Requests().size() < 4);
}

TEST_CASE("a search that fails for a moment is sent again, as it changes nothing") {
  FakeJira fake({.issues = 10});
  fake.upstream().FailNext(Method::kPost, "/rest/api/3/search/jql", 2,
                           ServerResponse::OfText(503, "busy"));
  Sdk sdk;
  const JiraClient client(ConfigOf(fake), sdk.http);
  CHECK(Sum(PageSizes(client.Issues("", "summary", {}))) == 10);
  CHECK(sdk.http.stats->retries == 2);
}

TEST_CASE("a rate limit is waited for, as long as Jira says") {
  FakeJira fake;
  auto limited = ServerResponse::OfText(429, "slow down");
  limited.headers.Add("Retry-After", "7");
  fake.upstream().FailNext(Method::kGet, "/rest/api/3/users/search", 1, limited);
  Sdk sdk;
  CHECK(Sum(PageSizes(JiraClient(ConfigOf(fake), sdk.http).Users())) == 20);
  ocean::Duration waited{};
  for (const ocean::Duration wait : sdk.clock.Waits()) waited += wait;
  CHECK(waited >= 7s);
}

TEST_CASE("nothing is sent while the headers say that nothing remains") {
  ocean::testing::FakeUpstream upstream;
  Sdk sdk;
  auto exhausted = ServerResponse::OfJson(200, Json::array());
  exhausted.headers.Add("X-RateLimit-Limit", "100");
  exhausted.headers.Add("X-RateLimit-Remaining", "0");
  exhausted.headers.Add("X-RateLimit-Reset", ocean::FormatIso8601(sdk.clock.Now() + 40s));
  upstream.OnSequence(Method::kGet, "/rest/api/3/users/search", {exhausted});
  upstream.Start();
  const JiraClient client(ConfigOf(upstream.url()), sdk.http);
  PageSizes(client.Users());
  CHECK(sdk.clock.Waits().empty());
  PageSizes(client.Users());
  CHECK(sdk.clock.Elapsed() >= 40s);
}

TEST_CASE("refusals say where and what to check, and show no secret") {
  struct Case {
    int status;
    ocean::ErrorKind kind;
    std::string advice;
  };
  const auto c = GENERATE(values<Case>({
      {401, ocean::ErrorKind::kAuth, "check atlassianUserEmail and atlassianUserToken"},
      {403, ocean::ErrorKind::kForbidden, "lacks a permission"},
      {404, ocean::ErrorKind::kNotFound, "check jiraHost"},
  }));
  FakeJira fake;
  fake.upstream().FailNext(Method::kGet, "/rest/api/3/project/search", 1,
                           ServerResponse::OfJson(c.status, {{"errorMessages", {"no"}}}));
  Sdk sdk;
  try {
    PageSizes(JiraClient(ConfigOf(fake), sdk.http).Projects(""));
    FAIL("no error");
  } catch (const ocean::Error& error) {
    CHECK(error.kind() == c.kind);
    CHECK_THAT(error.what(), Catch::Matchers::Contains(fake.url() + "/rest/api/3/project/search") &&
                                 Catch::Matchers::Contains(std::to_string(c.status)) &&
                                 Catch::Matchers::Contains(c.advice) &&
                                 !Catch::Matchers::Contains(fake.credentials().token));
  }
  CHECK(fake.upstream().Requests().size() == 1);
}

TEST_CASE("a refused OAuth token names its file") {
  TokenFile file("worthless");
  FakeJira fake;
  Sdk sdk;
  sdk.http.oauth_token_file = file.path;
  CHECK_THAT(ErrorOf(JiraClient(ConfigOf(fake), sdk.http).Users()),
             Catch::Matchers::Contains(file.path.string()));
}

TEST_CASE("a host that cannot be reached is named") {
  Sdk sdk;
  const JiraClient client(ConfigOf("http://127.0.0.1:1"), sdk.http);
  CHECK_THAT(ErrorOf(client.Users()), Catch::Matchers::Contains("127.0.0.1:1"));
}

namespace {

/// Boards of a cloud, as the gateway shows them, and the sites that a token opens.
ocean::testing::FakeUpstream& AddGateway(ocean::testing::FakeUpstream& gateway, const Json& sites) {
  gateway.OnJson(Method::kGet, "/oauth/token/accessible-resources", sites);
  gateway.OnJson(Method::kGet, "/ex/jira/cloud-7/rest/agile/latest/board",
                 {{"isLast", true}, {"values", {{{"id", 1}}}}});
  gateway.OnJson(Method::kGet, "/ex/jira/cloud-7/rest/software/1.0/board/1/backlog",
                 {{"isLast", true}, {"issues", {{{"id", "9"}}}}});
  gateway.Start();
  return gateway;
}

}  // namespace

TEST_CASE(
    "with OAuth, Jira Software is reached through the gateway, by the id of the site's cloud") {
  const std::string host = "https://acme.atlassian.example";
  const std::string listed = GENERATE(as<std::string>(), "", "/");
  ocean::testing::FakeUpstream gateway;
  AddGateway(gateway, Json::array({{{"id", "cloud-1"}, {"url", "https://other.example"}},
                                   {{"id", "cloud-7"}, {"url", host + listed}}}));
  TokenFile file("token");
  Sdk sdk;
  sdk.http.oauth_token_file = file.path;
  const JiraClient client(ConfigOf(host), sdk.http, gateway.url());
  CHECK(Sum(PageSizes(client.Boards({}))) == 1);
  CHECK(Sum(PageSizes(client.Backlog(1, {}))) == 1);
  CHECK(gateway.CountOf(Method::kGet, "/oauth/token/accessible-resources") == 1);
  CHECK(gateway.Requests().back().headers.Get("Authorization") == "Bearer token");
}

TEST_CASE("the cloud's id is taken from the gateway's address where that is the host") {
  ocean::testing::FakeUpstream gateway;
  AddGateway(gateway, Json::array());
  TokenFile file("token");
  Sdk sdk;
  sdk.http.oauth_token_file = file.path;
  const JiraClient client(ConfigOf(gateway.url() + "/ex/jira/cloud-7"), sdk.http, gateway.url());
  CHECK(Sum(PageSizes(client.Boards({}))) == 1);
  CHECK(gateway.CountOf(Method::kGet, "/oauth/token/accessible-resources") == 0);
}

TEST_CASE("a site that the OAuth token does not open is a matter of configuration") {
  ocean::testing::FakeUpstream gateway;
  AddGateway(gateway, Json::array({{{"id", "cloud-1"}, {"url", "https://other.example"}}}));
  TokenFile file("token");
  Sdk sdk;
  sdk.http.oauth_token_file = file.path;
  const JiraClient client(ConfigOf("https://acme.atlassian.example"), sdk.http, gateway.url());
  CHECK_THROWS_WITH(client.Boards({}),
                    Catch::Matchers::Contains("https://acme.atlassian.example") &&
                        Catch::Matchers::Contains("check jiraHost"));
}

TEST_CASE("behind the gateway, the site's own address is asked for once; it may be withheld") {
  const int status = GENERATE(200, 403);
  ocean::testing::FakeUpstream gateway;
  gateway.OnJson(Method::kGet, "/ex/jira/cloud-7/rest/api/3/serverInfo",
                 {{"baseUrl", "https://acme.atlassian.example"}}, status);
  gateway.Start();
  Sdk sdk;
  const JiraClient client(ConfigOf(gateway.url() + "/ex/jira/cloud-7"), sdk.http, gateway.url());
  for (int i = 0; i < 2; ++i) {
    CHECK(client.SiteUrl() == (status == 200 ? "https://acme.atlassian.example" : ""));
  }
  CHECK(gateway.Requests().size() == 1);
  CHECK(JiraClient(ConfigOf("https://acme.atlassian.example"), sdk.http).SiteUrl().empty());
}
