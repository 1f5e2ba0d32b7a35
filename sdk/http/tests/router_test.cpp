#include "router.hpp"

#include "http_fixture.hpp"
#include "ocean/catch.hpp"

namespace ocean::http {

namespace {

Router MakeRouter() {
  Router router;
  const auto add = [&](Method method, const char* pattern) {
    router.Add(method, pattern, [pattern](const ServerRequest&, const Server::Answer& answer) {
      answer(ServerResponse::OfText(200, pattern));
    });
  };
  add(Method::kGet, "/{rest...}");
  add(Method::kGet, "/things/{id}");
  add(Method::kGet, "/things/all");
  add(Method::kPost, "/things/{id}");
  add(Method::kDelete, "/things/{id}/parts/{part}");
  add(Method::kPost, "/hooks/{path...}");
  add(Method::kGet, "/");
  return router;
}

}  // namespace

TEST_CASE("the most specific route answers", "[router]") {
  struct Case {
    Method method;
    const char* path;
    const char* pattern;
    std::map<std::string, std::string, std::less<>> parameters;
  };
  const Router router = MakeRouter();
  const std::vector<Case> cases = {
      {Method::kGet, "/", "/", {}},
      {Method::kGet, "/things/all", "/things/all", {}},
      {Method::kGet, "/things/7", "/things/{id}", {{"id", "7"}}},
      {Method::kHead, "/things/7", "/things/{id}", {{"id", "7"}}},
      {Method::kGet, "/things/a%2Fb%20c", "/things/{id}", {{"id", "a/b c"}}},
      {Method::kGet, "/things/", "/{rest...}", {{"rest", "things/"}}},
      {Method::kGet, "/other", "/{rest...}", {{"rest", "other"}}},
      {Method::kPost, "/things/all", "/things/{id}", {{"id", "all"}}},
      {Method::kDelete,
       "/things/1/parts/2",
       "/things/{id}/parts/{part}",
       {{"id", "1"}, {"part", "2"}}},
      {Method::kPost, "/hooks/a/b%2Fc", "/hooks/{path...}", {{"path", "a/b/c"}}},
      {Method::kPost, "/%68ooks/a", "/hooks/{path...}", {{"path", "a"}}},
  };
  for (const Case& one : cases) {
    INFO(ToString(one.method) << " " << one.path);
    const Router::Match match = router.Find(one.method, one.path);
    REQUIRE(match.handler);
    (*match.handler)({}, [&](const ServerResponse& answer) { CHECK(answer.body == one.pattern); });
    CHECK(match.parameters == one.parameters);
  }
}

TEST_CASE("a path without the method says which it has", "[router]") {
  const Router router = MakeRouter();
  CHECK(router.Find(Method::kPut, "/things/1").allowed == std::vector<std::string>{"GET", "POST"});
  Router empty;
  CHECK(empty.Find(Method::kGet, "/").allowed.empty());
}

TEST_CASE("routes that cannot be are refused", "[router]") {
  const char* pattern =
      GENERATE("things", "", "/{rest...}/more", "/things/{id}", "/things/{other}");
  Router router = MakeRouter();
  const Error error = test::ErrorOf([&] { router.Add(Method::kPost, pattern, {}); });
  CHECK(error.kind() == ErrorKind::kBug);
}

}  // namespace ocean::http
