#include "ocean/testing/cases.hpp"

#include <algorithm>
#include <string_view>

#include "exchange.hpp"
#include "ocean/base/error.hpp"
#include "ocean/base/text.hpp"
#include "ocean/config/yaml.hpp"
#include "ocean/testing/fake_upstream.hpp"
#include "ocean/testing/run_kind.hpp"
#include "ocean/testing/temp_dir.hpp"
#include "replaced.hpp"
#include "updates_cases.hpp"

namespace ocean::testing {

namespace {

/// What files write where the URL of the fake belongs, which differs from run to run.
constexpr std::string_view kUpstreamMark = "${upstream}";

/// A case's config.yaml.
struct CaseConfig {
  std::string kind;
  Json selector = Json::object();
  Json config = Json::object();

  static Fields<CaseConfig> Describe() {
    return Fields<CaseConfig>()
        .Add("kind", &CaseConfig::kind, "The kind to run.", Required())
        .Add("selector", &CaseConfig::selector, "Its selector.")
        .Add("config", &CaseConfig::config, "The integration's configuration.");
  }
};

CaseConfig LoadCaseConfig(const std::filesystem::path& file, const std::string& url) {
  Problems problems;
  auto config = ParseFields<CaseConfig>(Replaced(config::LoadYamlFile(file), kUpstreamMark, url),
                                        "", problems);
  problems.ThrowIfAny(file.string() + " is not valid:");
  return config;
}

/// Workers emit in any order; files keep one.
Json Sorted(Json list) {
  std::sort(list.begin(), list.end(),
            [](const Json& a, const Json& b) { return DumpJson(a) < DumpJson(b); });
  return list;
}

/// A run as expected.json has it.
Json ResultOf(const KindRun& run, const std::string& url) {
  return Replaced({{"items", Sorted(run.items)},
                   {"incomplete", Sorted(run.incomplete)},
                   {"error", run.error.empty() ? Json() : Json(run.error)}},
                  url, kUpstreamMark);
}

/// What one list has and the other lacks, each as often as it is so.
void CompareLists(const std::string& name, const Json& expected, const Json& actual,
                  std::vector<std::string>& findings) {
  std::vector<Json> extra(actual.begin(), actual.end());
  for (const Json& element : expected) {
    const auto found = std::find(extra.begin(), extra.end(), element);
    if (found == extra.end()) {
      findings.push_back(name + " lacks " + DumpJson(element));
    } else {
      extra.erase(found);
    }
  }
  for (const Json& element : extra)
    findings.push_back(name + " has too much: " + DumpJson(element));
}

void CompareErrors(const Json& expected, const Json& actual, std::vector<std::string>& findings) {
  const bool agree = expected.is_null() || actual.is_null()
                         ? expected == actual
                         : actual.get_ref<const std::string&>().find(expected.get<std::string>()) !=
                               std::string::npos;
  if (!agree) {
    findings.push_back("error: expected " + DumpJson(expected) + ", got " + DumpJson(actual));
  }
}

Json LoadExpected(const std::filesystem::path& file) {
  Json expected = ParseJson(ReadFile(file), file.string());
  const bool is_valid = Get(expected, "items").is_array() &&
                        Get(expected, "incomplete").is_array() &&
                        (Get(expected, "error").is_null() || Get(expected, "error").is_string());
  if (!is_valid) {
    throw Error(ErrorKind::kConfig,
                file.string() + ": expected {\"items\": [], \"incomplete\": [], \"error\": null}");
  }
  return expected;
}

void Compare(const Json& expected, const Json& actual, std::vector<std::string>& findings) {
  CompareLists("items", expected.at("items"), actual.at("items"), findings);
  CompareLists("incomplete", expected.at("incomplete"), actual.at("incomplete"), findings);
  CompareErrors(Get(expected, "error"), actual.at("error"), findings);
}

}  // namespace

std::vector<std::filesystem::path> CaseFolders(const std::filesystem::path& integration_folder) {
  const std::filesystem::path cases = integration_folder / "tests" / "cases";
  std::vector<std::filesystem::path> folders;
  if (std::filesystem::is_directory(cases)) {
    for (const auto& entry : std::filesystem::directory_iterator(cases)) {
      if (entry.is_directory()) folders.push_back(entry.path());
    }
  }
  if (folders.empty()) throw Error(ErrorKind::kConfig, "there are no cases in " + cases.string());
  std::sort(folders.begin(), folders.end());
  return folders;
}

std::vector<std::string> RunCase(const std::filesystem::path& integration_folder,
                                 const std::filesystem::path& case_folder,
                                 const std::function<void(Integration&)>& setup) {
  FakeUpstream upstream;
  std::optional<Conversation> conversation;
  upstream.OnOther(
      [&](const http::ServerRequest& request) { return conversation->Answer(request); });
  upstream.Start();
  const std::filesystem::path script = case_folder / "upstream.yaml";
  // The URL is known only now; no request comes before the kind runs.
  conversation.emplace(ParseExchanges(
      Replaced(config::LoadYamlFile(script), kUpstreamMark, upstream.url()), script.string()));
  const CaseConfig test = LoadCaseConfig(case_folder / "config.yaml", upstream.url());

  const KindRun run =
      RunKind(integration_folder.string(), test.config, setup, test.kind, test.selector);

  std::vector<std::string> findings;
  for (const std::string& request : upstream.Unplanned()) {
    findings.push_back("unplanned request: " + request);
  }
  for (const std::string& exchange : conversation->Unused()) {
    findings.push_back("unused exchange: " + exchange);
  }
  const Json actual = ResultOf(run, upstream.url());
  const std::filesystem::path expected_file = case_folder / "expected.json";
  if (UpdatesCases()) {
    WriteFile(expected_file, PrettyJson(actual) + "\n");
  } else {
    Compare(LoadExpected(expected_file), actual, findings);
  }
  return findings;
}

}  // namespace ocean::testing
