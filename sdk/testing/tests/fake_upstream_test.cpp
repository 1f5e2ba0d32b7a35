#include "ocean/testing/fake_upstream.hpp"

#include <cstdlib>
#include <stdexcept>
#include <string>
#include <thread>
#include <vector>

#include "ocean/base/text.hpp"
#include "ocean/catch.hpp"
#include "ocean/error_of.hpp"
#include "ocean/http/transport.hpp"
#include "ocean/testing/temp_dir.hpp"

namespace ocean::testing {
namespace {

using http::Method;
using http::ServerRequest;
using http::ServerResponse;
using Lines = std::vector<std::string>;

const Lines kNoLines;

/// Sends one request, without retries.
http::Response Send(const FakeUpstream& upstream, http::Request request) {
  request.url = upstream.url() + request.url;
  return http::MakeCurlTransport()->Send(
      {.request = std::move(request), .timeout = std::chrono::seconds(30), .tls = {}}, {});
}

http::Response Get(const FakeUpstream& upstream, const std::string& path) {
  return Send(upstream, http::Request::Get(path));
}

TEST_CASE("routes answer, and every request is kept") {
  FakeUpstream upstream;
  upstream.OnJson(Method::kGet, "/things", {{"id", 1}}, 202);
  upstream.On(Method::kPost, "/things/{id}", [](const ServerRequest& request) {
    return ServerResponse::OfJson(201, {{"id", request.path_parameters.at("id")}});
  });
  upstream.Start();
  const auto got = Get(upstream, "/things?color=red");
  CHECK(got.status == 202);
  CHECK(got.ParseBody() == Json{{"id", 1}});
  CHECK(Send(upstream, http::Request::PostJson("/things/7", {{"a", 1}})).body == R"({"id":"7"})");

  const auto requests = upstream.Requests();
  REQUIRE(requests.size() == 2);
  CHECK(requests[0].path == "/things");
  CHECK(requests[0].QueryValue("color") == "red");
  CHECK(requests[1].ParseBody() == Json{{"a", 1}});
  CHECK(upstream.CountOf(Method::kGet, "/things") == 1);
  CHECK(upstream.CountOf(Method::kPost, "/thing") == 1);
  CHECK(upstream.CountOf(Method::kDelete, "/") == 0);
  CHECK(upstream.Unplanned() == kNoLines);
}

TEST_CASE("requests are logged to the file that a variable names") {
  const TempDir folder;
  const std::filesystem::path file = folder / "requests.jsonl";
  setenv("OCEAN_TEST_REQUESTS", file.c_str(), 1);
  {
    FakeUpstream upstream;
    upstream.OnJson(Method::kPost, "/things", {{"id", 1}});
    upstream.Start();
    Send(upstream, http::Request::PostJson("/things?color=dark%20red", {{"a", 1}}));
    Get(upstream, "/nothing");
  }
  unsetenv("OCEAN_TEST_REQUESTS");
  const std::vector<std::string> lines = Split(ReadFile(file), '\n');
  REQUIRE(lines.size() == 3);
  CHECK(lines.back().empty());
  const Json first = ParseJson(lines[0]);
  CHECK(first.at("method") == "POST");
  CHECK(first.at("path") == "/things");
  CHECK(first.at("query") == "color=dark%20red");
  CHECK(first.at("headers").at("Content-Type") == "application/json");
  CHECK(ParseJson(first.at("body").get<std::string>()) == Json{{"a", 1}});
  CHECK(ParseJson(lines[1]).at("path") == "/nothing");
}

TEST_CASE("what has no route is answered 500 and told") {
  FakeUpstream upstream;
  upstream.OnJson(Method::kGet, "/things", Json::array());
  upstream.On(Method::kGet, "/broken",
              [](const ServerRequest&) -> ServerResponse { throw std::runtime_error("oops"); });
  upstream.Start();
  CHECK(Get(upstream, "/other?a=1").status == 500);
  CHECK(Get(upstream, "/").status == 500);
  CHECK(Send(upstream, http::Request::PostJson("/things", {{"a", 1}})).status == 500);
  CHECK(Get(upstream, "/broken").status == 500);
  CHECK(upstream.Unplanned() == Lines{"GET /other?a=1", "GET /", R"(POST /things {"a":1})",
                                      "GET /broken: its handler threw: oops"});
  CHECK(upstream.Requests().size() == 4);
}

TEST_CASE("a sequence goes on with its last answer") {
  FakeUpstream upstream;
  upstream.OnSequence(Method::kGet, "/next",
                      {ServerResponse::OfText(200, "one"), ServerResponse::OfText(404, "two")});
  upstream.Start();
  Lines answers;
  for (int i = 0; i < 4; ++i) answers.push_back(Get(upstream, "/next").body);
  CHECK(answers == Lines{"one", "two", "two", "two"});
}

TEST_CASE("the next requests fail as told, and no others") {
  FakeUpstream upstream;
  upstream.OnJson(Method::kGet, "/things/{id}", 1);
  upstream.OnJson(Method::kGet, "/other", 2);
  upstream.Start();
  upstream.FailNext(Method::kGet, "/things", 2, ServerResponse::OfText(503, "busy"));
  upstream.FailNext(Method::kGet, "/things", 1, ServerResponse::OfText(429, "slowly"));
  CHECK(Get(upstream, "/things/1").status == 503);
  CHECK(Get(upstream, "/other").status == 200);
  CHECK(Get(upstream, "/things/2").status == 503);
  CHECK(Get(upstream, "/things/3").status == 429);
  CHECK(Get(upstream, "/things/4").status == 200);
  CHECK(upstream.CountOf(Method::kGet, "/things") == 4);
  CHECK(upstream.Unplanned() == kNoLines);
}

TEST_CASE("a handler for all other requests may decline") {
  FakeUpstream upstream;
  upstream.OnJson(Method::kGet, "/routed", "route");
  upstream.OnOther([](const ServerRequest& request) -> std::optional<ServerResponse> {
    if (request.path == "/known") return ServerResponse::OfText(200, "other");
    return std::nullopt;
  });
  upstream.Start();
  CHECK(Get(upstream, "/routed").body == "\"route\"");
  CHECK(Get(upstream, "/known").body == "other");
  CHECK(Get(upstream, "/unknown").status == 500);
  CHECK(upstream.Unplanned() == Lines{"GET /unknown"});
}

TEST_CASE("a test may take every path itself") {
  FakeUpstream upstream;
  upstream.On(Method::kGet, "/{path...}", [](const ServerRequest& request) {
    return ServerResponse::OfText(200, request.path);
  });
  upstream.Start();
  CHECK(Get(upstream, "/a/b/c").body == "/a/b/c");
}

TEST_CASE("mistakes in a script are errors") {
  FakeUpstream upstream;
  CHECK(ErrorOf([&] { upstream.OnSequence(Method::kGet, "/x", {}); }) ==
        "bug: the sequence for /x is empty");
  upstream.Start();
  CHECK(ErrorOf([&] { upstream.OnJson(Method::kGet, "/x", 1); }) ==
        "bug: a route is added before the start");
  CHECK(ErrorOf([&] { upstream.OnOther([](const ServerRequest&) { return std::nullopt; }); }) ==
        "bug: a route is added before the start");
}

TEST_CASE("requests of many threads are all kept") {
  FakeUpstream upstream;
  upstream.OnJson(Method::kGet, "/things", 1);
  upstream.Start();
  const auto transport = http::MakeCurlTransport();
  {
    std::vector<std::jthread> senders;
    for (int t = 0; t < 4; ++t) {
      senders.emplace_back([&] {
        for (int i = 0; i < 25; ++i) {
          transport->Send({.request = http::Request::Get(upstream.url() + "/things"), .tls = {}},
                          {});
        }
      });
    }
  }
  CHECK(upstream.CountOf(Method::kGet, "/things") == 100);
}

}  // namespace
}  // namespace ocean::testing
