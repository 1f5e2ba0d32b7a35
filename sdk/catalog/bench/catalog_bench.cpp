// Prints how fast the catalog writes, lists and searches: catalog_bench [ENTITIES [FILE]].

#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <ctime>
#include <filesystem>
#include <string>
#include <string_view>
#include <vector>

#include "api.hpp"
#include "ocean/base/json.hpp"
#include "ocean/base/text.hpp"

namespace {

using namespace ocean;
using Steady = std::chrono::steady_clock;

/// Processor time of this process: what remains comparable on a busy machine.
double CpuSeconds() {
  return static_cast<double>(std::clock()) / CLOCKS_PER_SEC;
}

double SecondsSince(Steady::time_point start) {
  return std::chrono::duration<double>(Steady::now() - start).count();
}

/// Calls handlers as the server would.
class Bench {
 public:
  explicit Bench(const std::filesystem::path& file)
      : api_(OptionsFor(file), Clock::System(), Logger::Null()) {
    const Json login =
        Call(http::Method::kPost, "/v1/auth/access_token", R"({"clientId":"","clientSecret":""})");
    token_ = GetString(login, "accessToken");
  }

  std::string CallText(http::Method method, std::string_view pattern, std::string body,
                       const http::Query& query = {}) {
    http::ServerRequest request;
    request.method = method;
    request.query = query;
    request.body = std::move(body);
    request.headers = {{"Authorization", "Bearer " + token_},
                       {"User-Agent", "port-ocean/jira/0.1.0/bench/exporter"}};
    request.path_parameters["blueprint"] = "jiraIssue";
    for (const catalog::Route& route : api_.routes()) {
      if (route.method != method || route.pattern != pattern) continue;
      http::ServerResponse response = route.handler(request);
      if (response.status < 300 && response.status != 207) return response.body;
      std::fprintf(stderr, "%d %s\n", response.status, response.body.c_str());
    }
    std::exit(1);
  }
  Json Call(http::Method method, std::string_view pattern, std::string body,
            const http::Query& query = {}) {
    return ParseJson(CallText(method, pattern, std::move(body), query));
  }

 private:
  static catalog::CatalogOptions OptionsFor(const std::filesystem::path& file) {
    catalog::CatalogOptions options;
    options.file = file;
    return options;
  }

  catalog::Api api_;
  std::string token_;
};

void MakeBlueprints(Bench& bench) {
  for (const char* name : {"jiraProject", "jiraUser"}) {
    bench.Call(http::Method::kPost, "/v1/blueprints", DumpJson(Json{{"identifier", name}}));
  }
  Json properties = Json::object();
  for (const char* name : {"url", "status", "issueType", "creator", "priority", "created",
                           "updated", "resolutionDate"}) {
    properties[name] = Json{{"type", "string"}};
  }
  properties["labels"] = properties["components"] = Json{{"type", "array"}};
  const auto to = [](const char* target, bool many) {
    return Json{{"target", target}, {"many", many}};
  };
  bench.Call(http::Method::kPost, "/v1/blueprints",
             DumpJson(Json{{"identifier", "jiraIssue"},
                           {"schema", {{"properties", properties}}},
                           {"relations",
                            {{"project", to("jiraProject", false)},
                             {"parentIssue", to("jiraIssue", false)},
                             {"subtasks", to("jiraIssue", true)},
                             {"assignee", to("jiraUser", false)},
                             {"reporter", to("jiraUser", false)}}}}));
}

std::string Key(int number) {
  return "PRJ" + std::to_string(number % 40) + "-" + std::to_string(number);
}

Json Issue(int number) {
  const auto user = [](int i) { return "557058:0000-user-" + std::to_string(i % 500); };
  return Json{{"identifier", Key(number)},
              {"blueprint", "jiraIssue"},
              {"title", "Something does not work as it should in case " + std::to_string(number)},
              {"properties",
               {{"url", "https://example.atlassian.net/browse/" + Key(number)},
                {"status", "In Progress"},
                {"issueType", "Task"},
                {"components", {{{"id", "100"}, {"name", "backend"}}}},
                {"creator", "user@example.com"},
                {"priority", "High"},
                {"labels", {"frontend", "urgent"}},
                {"created", "2025-10-16T11:49:10.000+0000"},
                {"updated", "2025-11-16T11:49:10.000+0000"},
                {"resolutionDate", nullptr}}},
              {"relations",
               {{"project", "PRJ" + std::to_string(number % 40)},
                {"parentIssue", number % 10 == 0 ? Json() : Json(Key(number - number % 10))},
                {"subtasks", Json::array()},
                {"assignee", user(number)},
                {"reporter", user(number / 7)}}}};
}

std::vector<std::string> Batches(int count) {
  std::vector<std::string> batches;
  for (int first = 0; first < count; first += 20) {
    Json entities = Json::array();
    for (int i = first; i < first + 20 && i < count; ++i) entities.push_back(Issue(i));
    batches.push_back(DumpJson(Json{{"entities", entities}}));
  }
  return batches;
}

void Upsert(Bench& bench, const char* what, int count, const std::vector<std::string>& batches) {
  const auto start = Steady::now();
  const double cpu = CpuSeconds();
  for (const std::string& batch : batches) {
    bench.CallText(
        http::Method::kPost, "/v1/blueprints/{blueprint}/entities/bulk", batch,
        {{"upsert", "true"}, {"merge", "true"}, {"create_missing_related_entities", "true"}});
  }
  const double seconds = SecondsSince(start);
  std::printf("%-22s %8.0f entities/s, %.1f CPU-us each\n", what, count / seconds,
              (CpuSeconds() - cpu) * 1e6 / count);
}

void List(Bench& bench) {
  const auto start = Steady::now();
  Json body{{"datasource_prefix", "port-ocean/jira/"},
            {"datasource_suffix", "/bench/exporter"},
            {"limit", 5000}};
  std::size_t listed = 0;
  int pages = 0;
  for (bool more = true; more; ++pages) {
    const Json answer = bench.Call(http::Method::kPost,
                                   "/v1/blueprints/entities/datasource-entities", DumpJson(body));
    listed += answer.at("entities").size();
    body["from"] = answer.at("next");
    more = !answer.at("next").is_null();
  }
  std::printf("%-22s %8zu entities in %d pages, %.0f ms\n", "listing by datasource", listed, pages,
              SecondsSince(start) * 1e3);
}

void Search(Bench& bench, int count) {
  Json identifiers = Json::array();
  for (int i = 0; i < 50; ++i) identifiers.push_back(Key(i * (count / 50)));
  const std::string body = DumpJson(Json{
      {"combinator", "and"},
      {"rules",
       {{{"property", "$identifier"}, {"operator", "in"}, {"value", identifiers}},
        {{"property", "$blueprint"}, {"operator", "="}, {"value", "jiraIssue"}},
        {{"property", "$datasource"}, {"operator", "contains"}, {"value", "port-ocean/jira/"}}}}});
  constexpr int kRounds = 200;
  const auto start = Steady::now();
  for (int i = 0; i < kRounds; ++i) {
    bench.CallText(http::Method::kPost, "/v1/entities/search", body,
                   {{"include", "identifier"},
                    {"include", "title"},
                    {"include", "properties.url"},
                    {"include", "properties.status"}});
  }
  std::printf("%-22s %8.2f ms for 50 identifiers\n", "search by identifiers",
              SecondsSince(start) / kRounds * 1e3);

  const auto scan = Steady::now();
  bench.CallText(
      http::Method::kPost, "/v1/entities/search",
      R"({"combinator":"and","rules":[{"property":"status","operator":"=","value":"Nowhere"}]})");
  std::printf("%-22s %8.0f ms over all entities\n", "search by a property",
              SecondsSince(scan) * 1e3);
}

}  // namespace

int main(int argc, char** argv) {
  const int count = argc > 1 ? std::atoi(argv[1]) : 100'000;
  const std::filesystem::path file =
      argc > 2 ? argv[2] : std::filesystem::temp_directory_path() / "catalog_bench.db";
  for (const char* suffix : {"", "-wal", "-shm"}) std::filesystem::remove(file.string() + suffix);
  {
    Bench bench(file);
    MakeBlueprints(bench);
    const std::vector<std::string> batches = Batches(count);
    Upsert(bench, "upserts, all new", count, batches);
    Upsert(bench, "upserts, all known", count, batches);
    List(bench);
    Search(bench, count);
  }
  const auto size = std::filesystem::file_size(file);
  std::printf("%-22s %8s, %.0f bytes per entity\n", "size of the file", HumanBytes(size).c_str(),
              static_cast<double>(size) / count);
  for (const char* suffix : {"", "-wal", "-shm"}) std::filesystem::remove(file.string() + suffix);
  return 0;
}
