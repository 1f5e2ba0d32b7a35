/// @file Times what mapping costs, and what parsing does, against the packaged libjq where it is built in.
///
/// OCEAN_JQ_EXPRESSIONS names a table of expressions (tab-separated; the first column is how often one occurs, the last its JSON
/// text) for a mix beside the typical mapping.

#include <algorithm>
#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <fstream>
#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "libjq.hpp"
#include "ocean/base/error.hpp"
#include "ocean/base/json.hpp"
#include "ocean/jq/program.hpp"

namespace {

using ocean::Json;
using ocean::jq::Budget;
using ocean::jq::Program;
using ocean::jq::bench::LibJq;

const std::vector<std::string> kExpressions = {
    "true",
    ".key",
    ".fields.summary",
    "\"jiraIssue\"",
    "(.self | split(\"/\") | .[:3] | join(\"/\")) + \"/browse/\" + .key",
    ".fields.status.name",
    ".fields.issuetype.name",
    ".fields.components",
    ".fields.creator.emailAddress",
    ".fields.priority.name",
    ".fields.labels",
    ".fields.created",
    ".fields.updated",
    ".fields.resolutiondate",
    ".fields.project.key",
    ".fields.parent.key",
    ".fields.subtasks | map(.key)",
    ".fields.assignee.accountId",
    ".fields.reporter.accountId",
};

std::string User(const std::string& name) {
  return R"({"self": "https://example.atlassian.net/rest/api/3/user?accountId=5b10a2844c20165700ede21g", "accountId": "5b10a2844c20165700ede21g", "emailAddress": ")" +
         name +
         R"(@example.com", "avatarUrls": {"48x48": "https://avatar.example.com/48", "24x24": "https://avatar.example.com/24"}, "displayName": ")" +
         name + R"(", "active": true, "timeZone": "Europe/Berlin", "accountType": "atlassian"})";
}

std::string IssueText() {
  return R"({"expand": "renderedFields,names,schema", "id": "10002", "self": "https://example.atlassian.net/rest/api/3/issue/10002", "key": "ED-1", "fields": {"summary": "Main order flow broken", "statuscategorychangedate": "2026-01-02T10:00:00.000+0000", "issuetype": {"self": "https://example.atlassian.net/rest/api/3/issuetype/3", "id": "3", "description": "A task", "name": "Task", "subtask": false}, "timespent": null, "project": {"self": "https://example.atlassian.net/rest/api/3/project/ED", "id": "10000", "key": "ED", "name": "Example", "projectTypeKey": "software"}, "fixVersions": [], "resolution": null, "resolutiondate": null, "workratio": -1, "lastViewed": null, "created": "2026-01-01T10:00:00.000+0000", "priority": {"self": "https://example.atlassian.net/rest/api/3/priority/3", "name": "Medium", "id": "3"}, "labels": ["backend", "urgent"], "timeestimate": null, "versions": [], "assignee": )" +
         User("mia") +
         R"(, "updated": "2026-01-03T10:00:00.000+0000", "status": {"self": "https://example.atlassian.net/rest/api/3/status/10001", "description": "", "name": "In Progress", "id": "10001", "statusCategory": {"id": 4, "key": "indeterminate", "colorName": "yellow", "name": "In Progress"}}, "components": [{"id": "10000", "name": "Checkout"}], "description": null, "creator": )" +
         User("fred") +
         R"(, "subtasks": [{"id": "10010", "key": "ED-2", "fields": {"summary": "Sub", "status": {"name": "Done"}}}, {"id": "10011", "key": "ED-3", "fields": {"summary": "Sub 2", "status": {"name": "Done"}}}], "reporter": )" +
         User("ann") + R"(, "parent": {"id": "10001", "key": "ED-0"}}})";
}

constexpr int kRounds = 7;

/// One round of about 50 ms, in microseconds per call.
template <class Work>
double Round(Work& work) {
  using Clock = std::chrono::steady_clock;
  constexpr std::chrono::milliseconds kRound{50};
  int calls = 0;
  const auto start = Clock::now();
  auto end = start;
  for (; end - start < kRound; end = Clock::now()) {
    work();
    ++calls;
  }
  return std::chrono::duration<double, std::micro>(end - start).count() / calls;
}

/// The best of several rounds.
template <class Work>
double MicrosecondsOf(Work&& work) {
  double best = Round(work);
  for (int round = 1; round < kRounds; ++round) best = std::min(best, Round(work));
  return best;
}

struct Times {
  double ours = 0;
  double theirs = 0;
};

/// Both by turns, so that a machine whose pace changes does so for both.
template <class Ours, class Theirs>
Times SideBySide(Ours&& ours, Theirs&& theirs) {
  Times best{Round(ours), Round(theirs)};
  for (int round = 1; round < kRounds; ++round) {
    best.ours = std::min(best.ours, Round(ours));
    best.theirs = std::min(best.theirs, Round(theirs));
  }
  return best;
}

/// Keeps the compiler from dropping what is measured.
std::size_t sink = 0;

void MapAll(const std::vector<Program>& programs, const Json& item) {
  Budget budget;
  for (const Program& program : programs) sink += program.First(item, budget).value ? 1 : 0;
}

/// One program that evaluates all expressions.
std::string Combined(const std::vector<std::string>& expressions) {
  std::string text;
  for (const std::string& expression : expressions)
    text += (text.empty() ? "[(" : ", (") + expression + ")";
  return text + "]";
}

/// An expression and what libjq made of it.
struct Pair {
  Program ours;
  std::unique_ptr<LibJq> theirs;
};

/// By libjq as bindings do it: the item is printed and parsed again for each expression.
void MapEachByLibJq(const std::vector<Pair>& pairs, const Json& item) {
  for (const Pair& pair : pairs) {
    const std::string output = pair.theirs->First(ocean::DumpJson(item));
    if (!output.empty()) sink += ocean::ParseJson(output).size();
  }
}

std::vector<Pair> PairsOf(const std::vector<std::string>& expressions) {
  std::vector<Pair> pairs;
  for (const std::string& expression : expressions) {
    if (auto theirs = LibJq::Compile(expression))
      pairs.push_back({Program::Compile(expression), std::move(theirs)});
  }
  return pairs;
}

std::vector<Program> OursOf(const std::vector<Pair>& pairs) {
  std::vector<Program> programs;
  for (const Pair& pair : pairs) programs.push_back(pair.ours);
  return programs;
}

/// The most frequent expressions of the table that compile.
std::vector<std::string> ReadMix(const char* file, std::size_t count) {
  std::ifstream in(file);
  std::vector<std::pair<int, std::string>> rows;
  for (std::string line; std::getline(in, line);) {
    const std::size_t tab = line.rfind('\t');
    const int occurrences = std::atoi(line.c_str());
    if (tab == std::string::npos || occurrences == 0) continue;
    rows.emplace_back(occurrences, ocean::ParseJson(line.substr(tab + 1)).get<std::string>());
  }
  std::sort(rows.begin(), rows.end(), std::greater<>());
  std::vector<std::string> mix;
  for (const auto& [occurrences, text] : rows) {
    if (mix.size() == count) break;
    try {
      Program::Compile(text);
      mix.push_back(text);
    } catch (const ocean::Error&) {
      // A row may name a file instead of an expression.
    }
  }
  return mix;
}

void Print(const std::string& name, double microseconds, Json& figures) {
  std::printf("%-58s %10.2f us\n", name.c_str(), microseconds);
  figures[name] = microseconds;
}
void PrintRatio(const std::string& name, double ratio, Json& figures) {
  std::printf("%-58s %10.1f x\n", name.c_str(), ratio);
  figures[name] = ratio;
}
void Print(const std::string& ours, const std::string& theirs, const Times& times, Json& figures) {
  Print(ours, times.ours, figures);
  Print(theirs, times.theirs, figures);
  PrintRatio(theirs + " / ours", times.theirs / times.ours, figures);
}

/// What a resync does with a page of a source, from text to text.
void MapPage(const std::string& page, const std::vector<Program>& programs) {
  const Json items = ocean::ParseJson(page);
  Json mapped = Json::array();
  for (const Json& item : items.at("issues")) {
    Budget budget;
    Json& outputs = mapped.emplace_back(Json::array());
    for (const Program& program : programs) {
      auto value = program.First(item, budget).value;
      outputs.push_back(value ? std::move(*value) : Json());
    }
  }
  sink += ocean::DumpJson(mapped).size();
}

void BenchPage(const std::string& issue, const std::vector<Program>& programs, Json& figures) {
  constexpr int kIssues = 50;
  std::string page = "{\"issues\": [" + issue;
  for (int i = 1; i < kIssues; ++i) page += ", " + issue;
  page += "]}";
  const auto combined = LibJq::Compile("[.issues[] | " + Combined(kExpressions) + "]");
  if (!combined) return;
  const Times times =
      SideBySide([&] { MapPage(page, programs); }, [&] { sink += combined->First(page).size(); });
  Print("a page of 50 issues, from text to text", "the same by one program of libjq", times,
        figures);
}

/// The item is a value for us, as a page was parsed anyway, and text for libjq.
void BenchItem(const std::string& text, const std::vector<Program>& programs, Json& figures) {
  const Json issue = ocean::ParseJson(text);
  const std::vector<Pair> pairs = PairsOf(kExpressions);
  const auto combined = LibJq::Compile(Combined(kExpressions));
  if (pairs.size() != kExpressions.size() || !combined) {
    std::printf("libjq is not built in (setup/bench installs it): nothing to compare with\n");
    return;
  }
  const auto ours = [&] { MapAll(programs, issue); };
  Print("map one issue that was parsed", "one program of libjq on its text",
        SideBySide(ours, [&] { sink += combined->First(text).size(); }), figures);
  Print("map one issue that was parsed, again", "libjq an expression at a time",
        SideBySide(ours, [&] { MapEachByLibJq(pairs, issue); }), figures);
}

void BenchMapping(const std::string& text, Json& figures) {
  const Json issue = ocean::ParseJson(text);
  std::vector<Program> programs;
  const double compile = MicrosecondsOf([&] {
    programs.clear();
    for (const std::string& expression : kExpressions)
      programs.push_back(Program::Compile(expression));
  });
  Print("compile the " + std::to_string(kExpressions.size()) + " expressions", compile, figures);
  const Times times =
      SideBySide([&] { MapAll(programs, issue); }, [&] { sink += ocean::ParseJson(text).size(); });
  Print("map one issue of " + std::to_string(text.size()) + " bytes", "parsing it", times, figures);
  BenchItem(text, programs, figures);
  BenchPage(text, programs, figures);
}

void BenchMix(const std::string& text, Json& figures) {
  const char* file = std::getenv("OCEAN_JQ_EXPRESSIONS");
  if (file == nullptr) return;
  constexpr std::size_t kCount = 200;
  const Json issue = ocean::ParseJson(text);
  const std::vector<Pair> pairs = PairsOf(ReadMix(file, kCount));
  if (pairs.empty()) return;
  const std::vector<Program> programs = OursOf(pairs);
  const std::string name = "the " + std::to_string(pairs.size()) + " most frequent expressions";
  Print(name, name + ", libjq",
        SideBySide([&] { MapAll(programs, issue); }, [&] { MapEachByLibJq(pairs, issue); }),
        figures);
}

}  // namespace

int main() {
  const std::string text = IssueText();
  Json figures = Json::object();
  BenchMapping(text, figures);
  BenchMix(text, figures);
  std::printf("%s\n", ocean::DumpJson(figures).c_str());
  return sink == 0 ? 1 : 0;
}
