// Prints how fast the catalog writes, lists and searches, and what it needs: catalog_bench [ENTITIES [FILE]].

#include <sys/resource.h>

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

namespace {

using ocean::Clock;
using ocean::DumpJson;
using ocean::Get;
using ocean::GetString;
using ocean::Json;
using ocean::Logger;
using ocean::ParseJson;
namespace catalog = ocean::catalog;
namespace http = ocean::http;
using Steady = std::chrono::steady_clock;

/// Processor time of this process: what remains comparable on a busy machine.
double CpuSeconds() {
  return static_cast<double>(std::clock()) / CLOCKS_PER_SEC;
}

double SecondsSince(Steady::time_point start) {
  return std::chrono::duration<double>(Steady::now() - start).count();
}

double PeakMebibytes() {
  rusage usage{};
  getrusage(RUSAGE_SELF, &usage);
  return static_cast<double>(usage.ru_maxrss) / 1024;
}

/// One line for people and one member for machines per figure.
class Figures {
 public:
  void Add(const char* what, const char* name, double value, const char* unit) {
    std::printf("%-30s %10.*f %s\n", what, value < 100 ? 2 : 0, value, unit);
    all_[name] = value;
  }
  void PrintJson() const { std::printf("%s\n", DumpJson(all_).c_str()); }

 private:
  Json all_ = Json::object();
};

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

/// An issue that names its project, two of 500 users, and some issue before it, wherever that is.
Json Issue(int number) {
  const auto user = [](int i) { return "557058:0000-user-" + std::to_string(i % 500); };
  const auto parent = number == 0 ? 0 : std::int64_t{number} * 7919 % number;
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
                {"parentIssue", number % 10 == 0 ? Json() : Json(Key(static_cast<int>(parent)))},
                {"subtasks", Json::array()},
                {"assignee", user(number)},
                {"reporter", user(number / 7)}}}};
}

std::string Batch(int first, int count) {
  Json entities = Json::array();
  for (int i = first; i < first + 20 && i < count; ++i) entities.push_back(Issue(i));
  return DumpJson(Json{{"entities", entities}});
}

/// Entities for each second that the catalog works; the time to make them is not counted.
void Upsert(Bench& bench, int count, const char* what, const std::string& name, Figures& figures) {
  double seconds = 0;
  double cpu = 0;
  for (int first = 0; first < count; first += 20) {
    std::string batch = Batch(first, count);
    const auto start = Steady::now();
    const double cpu_before = CpuSeconds();
    bench.CallText(
        http::Method::kPost, "/v1/blueprints/{blueprint}/entities/bulk", std::move(batch),
        {{"upsert", "true"}, {"merge", "true"}, {"create_missing_related_entities", "true"}});
    seconds += SecondsSince(start);
    cpu += CpuSeconds() - cpu_before;
  }
  figures.Add(what, (name + "_per_s").c_str(), count / seconds, "entities/s");
  figures.Add("", (name + "_cpu_us").c_str(), cpu * 1e6 / count, "us CPU each");
}

void List(Bench& bench, Figures& figures) {
  const auto start = Steady::now();
  Json body{{"datasource_prefix", "port-ocean/jira/"},
            {"datasource_suffix", "/bench/exporter"},
            {"limit", 5000}};
  double pages = 0;
  for (bool more = true; more; ++pages) {
    const Json answer = bench.Call(http::Method::kPost,
                                   "/v1/blueprints/entities/datasource-entities", DumpJson(body));
    body["from"] = answer.at("next");
    more = !answer.at("next").is_null();
  }
  const double seconds = SecondsSince(start);
  figures.Add("listing of all one owns", "listing_ms", seconds * 1e3, "ms");
  figures.Add("", "listing_page_ms", seconds * 1e3 / pages, "ms per page of 5000");
}

Json Rule(const char* property, const char* op, Json value) {
  return Json{{"property", property}, {"operator", op}, {"value", std::move(value)}};
}

double MillisecondsOfSearch(Bench& bench, const Json& rules, int rounds) {
  const std::string body = DumpJson(Json{{"combinator", "and"}, {"rules", rules}});
  const auto start = Steady::now();
  for (int i = 0; i < rounds; ++i) {
    bench.CallText(http::Method::kPost, "/v1/entities/search", body,
                   {{"include", "identifier"},
                    {"include", "title"},
                    {"include", "properties.url"},
                    {"include", "properties.status"}});
  }
  return SecondsSince(start) / rounds * 1e3;
}

void Search(Bench& bench, int count, Figures& figures) {
  Json identifiers = Json::array();
  for (int i = 0; i < 50; ++i) identifiers.push_back(Key(i * (count / 50)));
  const Json ours = Rule("$datasource", "contains", "port-ocean/jira/");
  const Json issues = Rule("$blueprint", "=", "jiraIssue");
  const auto time = [&](const char* what, const char* name, const Json& rules, int rounds) {
    figures.Add(what, name, MillisecondsOfSearch(bench, rules, rounds), "ms");
  };
  time("search for 50 identifiers", "search_identifiers_ms",
       Json::array({Rule("$identifier", "in", identifiers), issues, ours}), 200);
  time("search over all entities", "search_all_ms",
       Json::array({issues, Rule("status", "=", "Nowhere")}), 1);
  time("search for what names a user", "search_related_ms",
       Json::array({Json{{"operator", "relatedTo"},
                         {"blueprint", "jiraUser"},
                         {"value", "557058:0000-user-1"},
                         {"direction", "downstream"},
                         {"required", false}},
                    issues, Rule("title", "=", "Nothing")}),
       1);
}

/// A page of a blueprint's entities, from the start and from far behind.
void Page(Bench& bench, Figures& figures) {
  Json body{{"query", {{"combinator", "and"}, {"rules", Json::array()}}},
            {"include", {"$identifier", "$title"}},
            {"limit", 1000}};
  const auto start = Steady::now();
  constexpr int kPages = 20;
  for (int i = 0; i < kPages; ++i) {
    const Json answer = bench.Call(http::Method::kPost,
                                   "/v1/blueprints/{blueprint}/entities/search", DumpJson(body));
    if (!Get(answer, "next").is_string()) break;
    body["from"] = answer.at("next");
  }
  figures.Add("page of 1000 of a blueprint", "page_ms", SecondsSince(start) * 1e3 / kPages, "ms");
}

}  // namespace

int main(int argc, char** argv) {
  const int count = argc > 1 ? std::atoi(argv[1]) : 100'000;
  const std::filesystem::path file =
      argc > 2 ? argv[2] : std::filesystem::temp_directory_path() / "catalog_bench.db";
  const auto remove = [&] {
    for (const char* suffix : {"", "-wal", "-shm"}) std::filesystem::remove(file.string() + suffix);
  };
  remove();
  Figures figures;
  figures.Add("entities", "entities", count, "");
  {
    Bench bench(file);
    MakeBlueprints(bench);
    Upsert(bench, count, "upserts, all new", "upsert_new", figures);
    figures.Add("peak memory after them", "upsert_peak_mib", PeakMebibytes(), "MiB");
    Upsert(bench, count, "upserts, all known", "upsert_known", figures);
    List(bench, figures);
    Page(bench, figures);
    Search(bench, count, figures);
  }
  figures.Add("peak memory", "peak_mib", PeakMebibytes(), "MiB");
  const auto size = static_cast<double>(std::filesystem::file_size(file));
  figures.Add("file", "file_mib", size / 1024 / 1024, "MiB");
  figures.Add("", "file_bytes_per_entity", size / count, "bytes per entity");
  remove();
  figures.PrintJson();
  return 0;
}
