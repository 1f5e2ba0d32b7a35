// Measures resyncs as an operator runs them: a whole integration, between a source and a catalog in processes of their own.
//
//   sync_bench [ENTITIES...]        10000 100000 1000000
//
// For each number of entities the first resync, which creates them, a second that finds
// nothing changed, and a third like it that keeps no pages for the case that it is killed; then 20,000 with answers that
// take 100 ms on both sides. CPU and memory are the integration's alone. Beside each resync the same items are parsed with
// nlohmann::json, a little ten times a second: a machine's pace changes, and so what is compared is timed at one pace. The
// last line is one JSON object.
#include <sys/mman.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <atomic>
#include <cerrno>
#include <chrono>
#include <csignal>
#include <cstdio>
#include <cstdlib>
#include <ctime>
#include <filesystem>
#include <fstream>
#include <functional>
#include <iterator>
#include <map>
#include <memory>
#include <new>
#include <optional>
#include <string>
#include <vector>

#include "api.hpp"
#include "ocean/base/hash.hpp"
#include "ocean/http/server.hpp"
#include "ocean/ocean.hpp"

namespace ocean::app {
namespace {

using SteadyClock = std::chrono::steady_clock;

constexpr int kPageSize = 100;
constexpr int kBatchSize = 20;
constexpr int kUpsertsInFlight = 5;
constexpr std::chrono::milliseconds kLatency{100};
constexpr int kEntitiesUnderLatency = 20'000;

/// An issue of a tracker, of about 2.4 KB as text.
Json Issue(int number) {
  const std::string site = "https://example.test/rest/api/3/";
  const std::string id = std::to_string(10'000 + number);
  const auto user = [&](const std::string& name) {
    return Json{{"self", site + "user?accountId=5b10a2844c20165700ede21g-" + name},
                {"accountId", "5b10a2844c20165700ede21g-" + name},
                {"emailAddress", name + "@example.test"},
                {"avatarUrls",
                 {{"48x48", "https://avatar.example.test/48/" + name},
                  {"24x24", "https://avatar.example.test/24/" + name}}},
                {"displayName", name},
                {"active", true},
                {"timeZone", "Europe/Berlin"},
                {"accountType", "atlassian"}};
  };
  const auto named = [&](const std::string& what, const std::string& name) {
    return Json{{"self", site + what + "/10001"},
                {"id", "10001"},
                {"name", name},
                {"iconUrl", "https://example.test/images/" + what + ".svg"}};
  };
  return {{"id", id},
          {"self", site + "issue/" + id},
          {"key", "ED-" + std::to_string(number)},
          {"fields",
           {{"summary", "Main order flow broken, number " + std::to_string(number)},
            {"description", std::string(400, 'd')},
            {"status", named("status", "In Progress")},
            {"issuetype", named("issuetype", "Task")},
            {"priority", named("priority", "Medium")},
            {"resolution", nullptr},
            {"created", "2026-01-01T10:00:00.000+0000"},
            {"updated", "2026-01-03T10:00:00.000+0000"},
            {"labels", {"backend", "urgent"}},
            {"components", {{{"id", "10000"}, {"name", "Checkout"}}}},
            {"project",
             {{"id", "10000"}, {"key", "ED"}, {"name", "Example"}, {"projectTypeKey", "software"}}},
            {"subtasks", {{{"id", "10010"}, {"key", "ED-2"}}, {{"id", "10011"}, {"key", "ED-3"}}}},
            {"creator", user("fred")},
            {"assignee", user("mia")},
            {"reporter", user("ann")}}}};
}

/// The page behind a token: "t7" leads to the eighth.
std::string Page(const std::string& token, int entities) {
  const int first = token.empty() ? 0 : std::atoi(token.c_str() + 1) * kPageSize;
  const int end = std::min(first + kPageSize, entities);
  std::string text = "{\"issues\": [";
  for (int number = first; number < end; ++number) {
    text += DumpJson(Issue(number));
    if (number + 1 < end) text += ", ";
  }
  text += ']';
  if (end < entities) text += ", \"next\": \"t" + std::to_string(end / kPageSize) + "\"";
  return text + "}";
}

constexpr auto kBlueprints =
    R"([{"identifier": "issue", "title": "Issue", "schema": {"properties": {
  "url": {"type": "string"}, "status": {"type": "string"}, "issueType": {"type": "string"}, "components": {"type": "array"},
  "creator": {"type": "string"}, "priority": {"type": "string"}, "labels": {"type": "array"}, "created": {"type": "string"},
  "updated": {"type": "string"}, "resolution": {"type": "string"}, "project": {"type": "string"}, "subtasks": {"type": "array"},
  "assignee": {"type": "string"}, "reporter": {"type": "string"}}}, "relations": {}}])";

constexpr auto kMapping = R"(resources:
  - kind: issue
    selector:
      query: .key != null
    port:
      entity:
        mappings:
          identifier: .key
          title: .fields.summary
          blueprint: '"issue"'
          properties:
            url: (.self | split("/") | .[:3] | join("/")) + "/browse/" + .key
            status: .fields.status.name
            issueType: .fields.issuetype.name
            components: .fields.components
            creator: .fields.creator.emailAddress
            priority: .fields.priority.name
            labels: .fields.labels
            created: .fields.created
            updated: .fields.updated
            resolution: .fields.resolution.name
            project: .fields.project.key
            subtasks: .fields.subtasks | map(.key)
            assignee: .fields.assignee.accountId
            reporter: .fields.reporter.accountId
)";

constexpr auto kSpec = R"(title: Bench
description: Reads issues from a source of the benchmark.
type: bench
version: 0.0.0
icon: Box
features:
  - type: exporter
    section: Other
    resources:
      - kind: issue
configurations:
  - name: url
    type: url
    required: true
    description: Where the source listens.
)";

/// Counted by the servers, read by the process that started them.
struct Counters {
  std::atomic<long> source_requests = 0;
  std::atomic<long> catalog_requests = 0;
  std::atomic<long> catalog_reads = 0;
  std::atomic<long> parsed_items = 0;
  std::atomic<long> parse_nanoseconds = 0;
};

struct BenchConfig {
  std::string url;
  static auto Describe() {
    return Fields<BenchConfig>().Add("url", &BenchConfig::url, "Where the source listens.");
  }
};

/// Whether pages are kept until they are settled, so that a run that is killed can be gone on with.
enum class Pages { kKept, kNotKept };

/// Runs the integration in this process.
int Integrate(Pages pages) {
  std::vector<std::string> words = {"ocean-bench", "sail", "--once", "--report", "report.json"};
  std::vector<char*> arguments;
  for (std::string& word : words) arguments.push_back(word.data());
  return Main(
      static_cast<int>(arguments.size()), arguments.data(), "bench",
      [pages](Integration& app) {
        const auto config = app.Config<BenchConfig>();
        http::ClientOptions options;
        options.base_url = config.url;
        const auto client = app.Http().Make(options);
        app.Kind("issue", [client, pages](ResyncContext& ctx) {
          ctx.EmitAll(http::TokenPages(client, http::Request::Get("/issues"),
                                       {.token_parameter = "token",
                                        .token_path = "next",
                                        .items_path = "issues",
                                        .stable_cursors = pages == Pages::kKept}));
        });
      },
      "0.0.0");
}

/// A process that is killed when its owner is done with it.
class Child {
 public:
  template <class Run>
  explicit Child(Run run) : pid_(fork()) {
    if (pid_ < 0) throw Error(ErrorKind::kTransient, "no process can be started");
    if (pid_ == 0) std::_Exit(run());
  }
  Child(const Child&) = delete;
  Child& operator=(const Child&) = delete;
  ~Child() {
    if (pid_ == 0) return;
    kill(pid_, SIGKILL);
    waitpid(pid_, nullptr, 0);
  }

  /// Its exit code, and what it used.
  int Await(rusage& usage) {
    int status = 0;
    while (wait4(pid_, &status, 0, &usage) < 0 && errno == EINTR) {
    }
    pid_ = 0;
    return WIFEXITED(status) ? WEXITSTATUS(status) : 128;
  }

 private:
  pid_t pid_;
};

/// An HTTP server in a process of its own; `add_routes` runs there.
class ServerProcess {
 public:
  explicit ServerProcess(const std::function<void(http::Server&)>& add_routes) {
    int ends[2];
    if (pipe(ends) != 0) throw Error(ErrorKind::kTransient, "no pipe");
    child_ = std::make_unique<Child>([&] { return Serve(add_routes, ends[1]); });
    close(ends[1]);
    const bool is_up = read(ends[0], &port_, sizeof port_) == sizeof port_;
    close(ends[0]);
    if (!is_up) throw Error(ErrorKind::kTransient, "a server did not start");
  }

  std::string url() const { return "http://127.0.0.1:" + std::to_string(port_); }

 private:
  static int Serve(const std::function<void(http::Server&)>& add_routes, int port_pipe) {
    http::ServerOptions options;
    options.address = "127.0.0.1";
    options.port = 0;
    // A request that is held up for the latency holds a worker.
    options.workers = 32;
    http::Server server(options, Logger::Null());
    add_routes(server);
    server.Start();
    const std::uint16_t port = server.port();
    if (write(port_pipe, &port, sizeof port) != sizeof port) return 1;
    for (;;) pause();
  }

  std::unique_ptr<Child> child_;
  std::uint16_t port_ = 0;
};

/// An answer that comes `latency` after its request, however long it takes to make.
http::ServerResponse After(std::chrono::milliseconds latency,
                           const std::function<http::ServerResponse()>& answer) {
  const auto due = SteadyClock::now() + latency;
  http::ServerResponse response = answer();
  Clock::System().SleepFor(std::chrono::duration_cast<Duration>(due - SteadyClock::now()), {});
  return response;
}

ServerProcess StartSource(int entities, std::chrono::milliseconds latency, Counters& counters) {
  return ServerProcess([&](http::Server& server) {
    server.Route(http::Method::kGet, "/issues", [=, &counters](const http::ServerRequest& request) {
      ++counters.source_requests;
      return After(latency, [&] {
        http::ServerResponse response;
        response.body = Page(request.QueryValue("token"), entities);
        return response;
      });
    });
  });
}

bool ReadsEntities(const http::ServerRequest& request) {
  return request.path.find("/entities") != std::string::npos &&
         (request.method == http::Method::kGet || request.path.ends_with("/search"));
}

ServerProcess StartCatalog(const std::filesystem::path& folder, std::chrono::milliseconds latency,
                           Counters& counters) {
  return ServerProcess([&](http::Server& server) {
    catalog::CatalogOptions options;
    options.file = folder / "catalog.db";
    // Lives as long as its process.
    static catalog::Api api(options, Clock::System(), Logger::Null());
    for (const catalog::Route& route : api.routes()) {
      server.Route(route.method, route.pattern, [=, &counters](const http::ServerRequest& request) {
        ++counters.catalog_requests;
        if (ReadsEntities(request)) ++counters.catalog_reads;
        return After(latency, [&] { return route.handler(request); });
      });
    }
  });
}

struct Figures {
  double seconds = 0;
  double cpu_ms_per_entity = 0;
  double parse_ms_per_entity = 0;
  double rss_mib = 0;
  long source_requests = 0;
  long catalog_reads = 0;
  long catalog_requests = 0;
};

void WriteFile(const std::filesystem::path& file, std::string_view text) {
  std::filesystem::create_directories(file.parent_path());
  std::ofstream(file) << text;
}

std::string ReadFile(const std::filesystem::path& file) {
  std::ifstream in(file);
  return {std::istreambuf_iterator<char>(in), {}};
}

/// Memory that children share with this process. It is given back when the process ends.
Counters& NewShared() {
  void* const memory =
      mmap(nullptr, sizeof(Counters), PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
  if (memory == MAP_FAILED) throw Error(ErrorKind::kTransient, "no memory to share");
  return *new (memory) Counters();
}

double CpuMillisecondsOf(const rusage& usage) {
  const auto milliseconds = [](const timeval& time) {
    return static_cast<double>(time.tv_sec) * 1e3 + static_cast<double>(time.tv_usec) / 1e3;
  };
  return milliseconds(usage.ru_utime) + milliseconds(usage.ru_stime);
}

long ProcessNanoseconds() {
  timespec time{};
  clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &time);
  return time.tv_sec * 1'000'000'000L + time.tv_nsec;
}

/// What nlohmann::json as it is takes for the items alone, page by page, for ever.
int ParseNowAndThen(Counters& counters) {
  constexpr std::chrono::milliseconds kPause{100};
  const std::string page = Page({}, kPageSize);
  const auto parse = [&] { return nlohmann::json::parse(page).at("issues").size(); };
  for (;;) {
    // The first finds cold caches.
    parse();
    const long start = ProcessNanoseconds();
    counters.parsed_items += static_cast<long>(parse() + parse());
    counters.parse_nanoseconds += ProcessNanoseconds() - start;
    Clock::System().SleepFor(kPause, {});
  }
}

/// A source, a catalog, and an integration between them that keeps its state from run to run.
class Scene {
 public:
  explicit Scene(int entities, std::chrono::milliseconds latency = {})
      : entities_(entities),
        folder_(std::filesystem::temp_directory_path() / ("ocean-sync-bench-" + RandomUuid())),
        counters_(NewShared()) {
    WriteFile(folder_ / ".port/spec.yaml", kSpec);
    WriteFile(folder_ / ".port/resources/blueprints.json", kBlueprints);
    WriteFile(folder_ / ".port/resources/port-app-config.yaml", kMapping);
    source_.emplace(StartSource(entities, latency, counters_));
    catalog_.emplace(StartCatalog(folder_, latency, counters_));
  }
  Scene(const Scene&) = delete;
  Scene& operator=(const Scene&) = delete;
  ~Scene() {
    catalog_.reset();
    std::filesystem::remove_all(folder_);
  }

  Figures First() {
    return Resync([](const Json& block) { return block.at("upserted").at("created"); });
  }
  Figures Unchanged(Pages pages) {
    return Resync([](const Json& block) { return block.at("unchanged"); }, pages);
  }

 private:
  /// `count` tells of the block's report what must have happened to all entities.
  template <class Count>
  Figures Resync(Count count, Pages pages = Pages::kKept) {
    counters_.source_requests = counters_.catalog_requests = counters_.catalog_reads = 0;
    counters_.parsed_items = counters_.parse_nanoseconds = 0;
    const Child parser([&] { return ParseNowAndThen(counters_); });
    Child child([&] { return IntegrateIn(folder_, pages); });
    rusage usage{};
    const int code = child.Await(usage);
    const Json report = code == 0 ? ParseJson(ReadFile(folder_ / "report.json")) : Json();
    if (code != 0 || count(report.at("blocks").at(0)) != Json(entities_)) {
      throw Error(ErrorKind::kBug, "the resync did not do what it was to do: exit " +
                                       std::to_string(code) + "\n" + ReadFile(folder_ / "log"));
    }
    return {.seconds = report.at("duration_ms").get<double>() / 1e3,
            .cpu_ms_per_entity = CpuMillisecondsOf(usage) / entities_,
            .parse_ms_per_entity = static_cast<double>(counters_.parse_nanoseconds) / 1e6 /
                                   static_cast<double>(counters_.parsed_items),
            .rss_mib = static_cast<double>(usage.ru_maxrss) / 1024,
            .source_requests = counters_.source_requests,
            .catalog_reads = counters_.catalog_reads,
            .catalog_requests = counters_.catalog_requests};
  }

  int IntegrateIn(const std::filesystem::path& folder, Pages pages) const {
    std::filesystem::current_path(folder);
    if (std::freopen("log", "w", stdout) == nullptr || dup2(STDOUT_FILENO, STDERR_FILENO) < 0)
      return 1;
    for (const auto& [name, value] : std::map<std::string, std::string>{
             {"OCEAN__PORT__BASE_URL", catalog_->url()},
             {"OCEAN__PORT__CLIENT_ID", "id"},
             {"OCEAN__PORT__CLIENT_SECRET", "secret"},
             {"OCEAN__INTEGRATION__IDENTIFIER", "bench"},
             {"OCEAN__INTEGRATION__CONFIG__URL", source_->url()},
             {"OCEAN__UPSERT_ENTITIES_BATCH_MAX_LENGTH", std::to_string(kBatchSize)}}) {
      setenv(name.c_str(), value.c_str(), 1);
    }
    const int code = Integrate(pages);
    std::fflush(nullptr);
    return code;
  }

  int entities_;
  std::filesystem::path folder_;
  Counters& counters_;
  std::optional<ServerProcess> source_;
  std::optional<ServerProcess> catalog_;
};

std::string NameOf(int entities) {
  if (entities % 1'000'000 == 0) return std::to_string(entities / 1'000'000) + "m";
  return entities % 1000 == 0 ? std::to_string(entities / 1000) + "k" : std::to_string(entities);
}

void Print(const std::string& name, const Figures& figures) {
  std::printf(
      "%-16s %8.1f s %9.4f ms CPU each (%.2f x parsing) %7.1f MiB %7ld source, %7ld catalog "
      "requests, "
      "%5ld of them read entities\n",
      name.c_str(), figures.seconds, figures.cpu_ms_per_entity,
      figures.cpu_ms_per_entity / figures.parse_ms_per_entity, figures.rss_mib,
      figures.source_requests, figures.catalog_requests, figures.catalog_reads);
  std::fflush(stdout);
}

/// What the slower side needs at least for its requests, of what the first resync took.
double LatencyEfficiency() {
  Scene scene(kEntitiesUnderLatency, kLatency);
  const Figures first = scene.First();
  Print("20k, 100 ms", first);
  constexpr int kPages = kEntitiesUnderLatency / kPageSize;
  constexpr int kRounds = kEntitiesUnderLatency / kBatchSize / kUpsertsInFlight;
  return std::max(kPages, kRounds) * std::chrono::duration<double>(kLatency).count() /
         first.seconds;
}

/// All at the pace of the first resync.
void AddCosts(Json& all, const Figures& first, const Figures& unchanged, const Figures& not_kept) {
  const double parse = first.parse_ms_per_entity;
  const auto at_that_pace = [&](const Figures& figures) {
    return figures.cpu_ms_per_entity * parse / figures.parse_ms_per_entity;
  };
  all["parse_ms_per_entity"] = parse;
  all["first_cpu_ms_per_entity"] = first.cpu_ms_per_entity;
  all["unchanged_cpu_ms_per_entity"] = at_that_pace(unchanged);
  all["not_kept_cpu_ms_per_entity"] = at_that_pace(not_kept);
}

int Run(const std::vector<int>& sizes) {
  Json all = Json::object();
  for (const int entities : sizes) {
    const std::string name = NameOf(entities);
    Scene scene(entities);
    const Figures first = scene.First();
    Print(name + " first", first);
    const Figures unchanged = scene.Unchanged(Pages::kKept);
    Print(name + " unchanged", unchanged);
    const Figures not_kept = scene.Unchanged(Pages::kNotKept);
    Print(name + " not kept", not_kept);
    all["rss_mib_" + name] = std::max(first.rss_mib, unchanged.rss_mib);
    all["unchanged_catalog_reads_" + name] = unchanged.catalog_reads;
    // Of the largest, where starting and ending count least.
    AddCosts(all, first, unchanged, not_kept);
  }
  all["latency_efficiency"] = LatencyEfficiency();
  std::printf("%s\n", DumpJson(all).c_str());
  return 0;
}

}  // namespace
}  // namespace ocean::app

int main(int argc, char** argv) {
  std::vector<int> sizes;
  for (int i = 1; i < argc; ++i) sizes.push_back(std::atoi(argv[i]));
  if (sizes.empty()) sizes = {10'000, 100'000, 1'000'000};
  try {
    return ocean::app::Run(sizes);
  } catch (const ocean::Error& error) {
    std::fprintf(stderr, "error: %s\n", error.what());
    return 1;
  }
}
