/// @file How long a page of a third party's takes to parse, copy and print, freeing included.

#include <algorithm>
#include <chrono>
#include <cstdio>
#include <string>
#include <vector>

#include "ocean/base/json.hpp"

namespace {

using ocean::Json;

Json User(int number) {
  const std::string id = "557058:0f1e2d3c-" + std::to_string(number);
  return {{"self", "https://site.example.net/rest/api/3/user?accountId=" + id},
          {"accountId", id},
          {"emailAddress", "user" + std::to_string(number) + "@example.com"},
          {"avatarUrls", {{"48x48", "https://avatars.example.net/initials/U-3.png"}}},
          {"displayName", "Jürgen Müller " + std::to_string(number)},
          {"active", true},
          {"timeZone", "Europe/London"},
          {"accountType", "atlassian"}};
}

Json Reference(const std::string& what, int number, const std::string& name) {
  const std::string id = std::to_string(number);
  return {{"self", "https://site.example.net/rest/api/3/" + what + "/" + id},
          {"id", id},
          {"name", name},
          {"description", ""}};
}

Json Issue(int number) {
  std::string text = "The page says \"timeout\" when the export of a large table is asked for.\n";
  text += text + text + text;
  Json fields = {{"summary", "Issue " + std::to_string(number) + ": login page timeout"},
                 {"status", Reference("status", 10, "In Progress")},
                 {"issuetype", Reference("issuetype", 10001, "Story")},
                 {"priority", Reference("priority", 3, "Medium")},
                 {"project", Reference("project", 10000, "Project PRJA")},
                 {"creator", User(number % 100)},
                 {"reporter", User(number % 7)},
                 {"assignee", number % 5 == 0 ? Json() : User(number % 11)},
                 {"labels", {"backend", "infra"}},
                 {"components", Json::array({Reference("component", 4, "component-4")})},
                 {"created", "2025-03-09T10:11:12.000+0000"},
                 {"updated", "2025-03-10T10:11:12.000+0000"},
                 {"resolutiondate", nullptr},
                 {"subtasks", Json::array()},
                 {"workratio", -1},
                 {"description", {{"type", "text"}, {"text", text}}}};
  return {{"expand", "operations,versionedRepresentations,editmeta,changelog"},
          {"id", std::to_string(100000 + number)},
          {"self", "https://site.example.net/rest/api/3/issue/" + std::to_string(number)},
          {"key", "PRJA-" + std::to_string(number)},
          {"fields", std::move(fields)}};
}

/// The best of several rounds, in µs per call.
template <class Work>
double Measure(int calls, const Work& work) {
  double best = 1e30;
  for (int round = 0; round < 15; ++round) {
    const auto start = std::chrono::steady_clock::now();
    for (int i = 0; i < calls; ++i) work();
    const std::chrono::duration<double, std::micro> took = std::chrono::steady_clock::now() - start;
    best = std::min(best, took.count() / calls);
  }
  return best;
}

/// Accepts everything and keeps nothing: what the lexer alone costs.
struct Ignore {
  bool null() { return true; }
  bool boolean(bool) { return true; }
  bool number_integer(Json::number_integer_t) { return true; }
  bool number_unsigned(Json::number_unsigned_t) { return true; }
  bool number_float(Json::number_float_t, const std::string&) { return true; }
  bool string(std::string&) { return true; }
  bool binary(Json::binary_t&) { return true; }
  bool key(std::string&) { return true; }
  bool start_object(std::size_t) { return true; }
  bool start_array(std::size_t) { return true; }
  bool end_object() { return true; }
  bool end_array() { return true; }
  bool parse_error(std::size_t, const std::string&, const nlohmann::detail::exception&) {
    return false;
  }
};

}  // namespace

int main() {
  constexpr int kIssues = 50;
  Json page = {{"issues", Json::array()}, {"isLast", true}};
  for (int i = 0; i < kIssues; ++i) page["issues"].push_back(Issue(i));
  const std::string text = ocean::DumpJson(page);
  std::size_t sink = 0;
  Json figures = Json::object();

  const double lexer = Measure(20, [&] {
    Ignore ignore;
    sink += Json::sax_parse(text.begin(), text.end(), &ignore) ? 1 : 0;
  });
  const double library = Measure(20, [&] { sink += Json::parse(text).size(); });
  const double parse = Measure(20, [&] { sink += ocean::ParseJson(text).size(); });
  const double copy = Measure(20, [&] { sink += Json(page).size(); });
  const double library_dump = Measure(20, [&] { sink += page.dump().size(); });
  const double dump = Measure(20, [&] { sink += ocean::DumpJson(page).size(); });
  const double weigh = Measure(20, [&] { sink += ocean::ApproximateSize(page); });

  const auto print = [&](const char* what, double microseconds) {
    const double speed = static_cast<double>(text.size()) / microseconds;
    std::printf("%-34s %8.1f us per issue %10.0f MB/s\n", what, microseconds / kIssues, speed);
    figures[what] = {{"us_per_issue", microseconds / kIssues}, {"mb_per_s", speed}};
  };
  std::printf("a page of %d issues, %zu bytes each (checksum %zu)\n", kIssues,
              text.size() / kIssues, sink);
  print("the library's lexer alone", lexer);
  print("the library's parser", library);
  print("ParseJson", parse);
  print("copy", copy);
  print("the library's dump", library_dump);
  print("DumpJson", dump);
  print("ApproximateSize", weigh);
  std::printf("%-34s %8.1f x\n", "the library's parser / ParseJson", library / parse);
  figures["the library's parser / ParseJson"] = library / parse;
  std::printf("%s\n", ocean::DumpJson(figures).c_str());
  return 0;
}
