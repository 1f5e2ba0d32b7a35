#include <algorithm>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <map>
#include <string>
#include <vector>

#include "api_fixture.hpp"
#include "ocean/catch.hpp"

// Each file in cases/ is a conversation: requests, and what is expected of their answers.
//
//   request     "POST /v1/blueprints?x=y", with ${name} for what was saved
//   body        JSON, or "raw": the text as it is
//   advance_ms  the clock moves before the request
//   settle      true: what works in the background is waited for before the request
//   user_agent  else the fixture's
//   headers     in addition
//   status      expected
//   answer      expected members; "*" is anything, "<absent>" is nothing; arrays are compared whole
//   save        {"name": "/pointer/into/the/answer"}
// `include` names a conversation of cases/shared that comes before.

namespace ocean::catalog {
namespace {

namespace fs = std::filesystem;

const fs::path kCases = fs::path(OCEAN_TEST_DIR) / "cases";

Json ReadFile(const fs::path& file) {
  std::ifstream in(file);
  const std::string text{std::istreambuf_iterator<char>(in), {}};
  return ParseJson(text, file.string());
}

/// Empty when `actual` has all that is expected; else where it does not.
std::string Differs(const Json& expected, const Json* actual, const std::string& where) {
  if (expected == "<absent>") return actual == nullptr ? "" : where + " is there";
  if (actual == nullptr) return where + " is absent";
  if (expected == "*") return "";
  const auto wrong = [&] {
    return where + ": expected " + DumpJson(expected) + ", got " + DumpJson(*actual);
  };
  if (expected.is_object() && actual->is_object()) {
    for (const auto& [name, value] : expected.items()) {
      const auto found = actual->find(name);
      const std::string difference =
          Differs(value, found != actual->end() ? &*found : nullptr, where + "/" + name);
      if (!difference.empty()) return difference;
    }
    return "";
  }
  if (expected.is_array() && actual->is_array()) {
    if (expected.size() != actual->size()) return wrong();
    for (std::size_t i = 0; i < expected.size(); ++i) {
      const std::string difference =
          Differs(expected[i], &(*actual)[i], where + "/" + std::to_string(i));
      if (!difference.empty()) return difference;
    }
    return "";
  }
  return expected == *actual ? "" : wrong();
}

class Conversation {
 public:
  void Run(const Json& conversation) {
    if (const std::string shared = GetString(conversation, "include"); !shared.empty()) {
      Run(ReadFile(kCases / "shared" / shared));
    }
    for (const Json& step : conversation.at("steps")) RunStep(step);
  }

 private:
  void RunStep(const Json& step) {
    const std::string line = Fill(GetString(step, "request"));
    INFO(line << " " << DumpJson(Get(step, "body")));
    if (step.contains("advance_ms"))
      fixture_.clock.Advance(std::chrono::milliseconds(step.at("advance_ms").get<int>()));
    if (step.contains("settle")) fixture_.api.migrations().WaitUntilIdle();
    const http::ServerResponse response = Send(step, line);
    INFO("answer: " << response.status << " " << response.body);
    CHECK(response.status == step.at("status").get<int>());
    CHECK(response.headers.Has("Date"));
    const Json answer = ParseJson(response.body);
    CHECK(Get(answer, "ok") == Json(response.status < 300));
    if (step.contains("answer")) CHECK(Differs(step.at("answer"), &answer, "") == "");
    for (const auto& [name, pointer] : Get(step, "save").items()) {
      const Json& value = answer.at(Json::json_pointer(pointer.get<std::string>()));
      saved_[name] = value.is_string() ? value.get<std::string>() : DumpJson(value);
    }
  }

  http::ServerResponse Send(const Json& step, const std::string& line) {
    http::Headers headers{{"Host", "127.0.0.1:5000"}};
    headers.Set("User-Agent", GetString(step, "user_agent", "port-ocean/test/0.1.0/mine/exporter"));
    headers.Set("Authorization", fixture_.Authorization());
    for (const auto& [name, value] : Get(step, "headers").items())
      headers.Set(name, Fill(value.get<std::string>()));
    std::string body = GetString(step, "raw");
    if (step.contains("body")) body = Fill(DumpJson(step.at("body")));
    return fixture_.Send(line, body, headers);
  }

  std::string Fill(std::string text) const {
    for (const auto& [name, value] : saved_) text = ReplaceAll(text, "${" + name + "}", value);
    return text;
  }

  ApiFixture fixture_;
  std::map<std::string, std::string> saved_;
};

TEST_CASE("conversations are answered as their files say") {
  std::vector<fs::path> files;
  for (const auto& entry : fs::directory_iterator(kCases)) {
    if (entry.path().extension() == ".json") files.push_back(entry.path());
  }
  std::sort(files.begin(), files.end());
  REQUIRE(files.size() > 10);
  for (const fs::path& file : files) {
    DYNAMIC_SECTION(file.stem().string()) {
      Conversation().Run(ReadFile(file));
    }
  }
}

TEST_CASE("credentials are checked when they are configured") {
  CatalogOptions options = ApiFixture::InMemory();
  options.client_id = "me";
  options.client_secret = Secret("secret");
  ApiFixture fixture(options);
  const auto log_in = [&](const char* body) {
    return fixture.Send("POST /v1/auth/access_token", body).status;
  };
  CHECK(log_in(R"({"clientId":"me","clientSecret":"secret"})") == 200);
  CHECK(log_in(R"({"clientId":"me","clientSecret":"Secret"})") == 401);
  CHECK(log_in(R"({"clientId":"you","clientSecret":"secret"})") == 401);
  CHECK(log_in(R"({"clientId":"me"})") == 422);
  CHECK(log_in("{") == 400);
}

TEST_CASE("every route but the token's needs the token") {
  ApiFixture fixture;
  int guarded = 0;
  for (const Route& route : fixture.api.routes()) {
    if (route.pattern == "/v1/auth/access_token") continue;
    const std::string line = std::string(http::ToString(route.method)) + " " + route.pattern;
    INFO(line);
    const http::ServerResponse response =
        fixture.Send(line, "{}", {{"Authorization", "Bearer wrong"}});
    CHECK(response.status == 401);
    CHECK(Get(ParseJson(response.body), "error") == "unauthorized");
    ++guarded;
  }
  CHECK(guarded > 25);
}

TEST_CASE("a batch above 1 MiB is refused before it is read") {
  ApiFixture fixture;
  fixture.Call("POST /v1/blueprints", Json{{"identifier", "b"}});
  const Json body{{"entities", {{{"identifier", "x"}, {"title", std::string(1024 * 1024, 'x')}}}}};
  const auto response = fixture.Call("POST /v1/blueprints/b/entities/bulk?upsert=true", body);
  CHECK(response.status == 413);
  CHECK(Get(ParseJson(response.body), "error") == "payload_too_large");
}

TEST_CASE("identifiers may hold what a path encodes") {
  ApiFixture fixture;
  fixture.Call("POST /v1/blueprints", Json{{"identifier", "b"}});
  REQUIRE(fixture.Call("POST /v1/blueprints/b/entities", Json{{"identifier", "a/b\\é=1"}}).status ==
          201);
  CHECK(fixture.Call("GET /v1/blueprints/b/entities/a%2Fb%5C%C3%A9%3D1").status == 200);
}

}  // namespace
}  // namespace ocean::catalog
