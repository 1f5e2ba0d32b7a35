#include "http_date.hpp"
#include "http_fixture.hpp"
#include "ocean/catch.hpp"
#include "url.hpp"

namespace ocean::http {

TEST_CASE("header names compare without regard to case", "[message]") {
  Headers headers{{"Content-Type", "a"}, {"X-One", "1"}, {"x-one", "2"}};
  CHECK(headers.Get("content-TYPE") == "a");
  CHECK(headers.Get("X-ONE") == "1");
  CHECK_FALSE(headers.Has("X-On"));
  headers.Set("X-one", "3");
  CHECK(headers.size() == 2);
  CHECK(headers.Get("x-one") == "3");
  headers.Set("X-Two", "2");
  headers.Add("X-Two", "3");
  CHECK(headers.size() == 4);
}

TEST_CASE("methods have names", "[message]") {
  for (const Method method : {Method::kGet, Method::kHead, Method::kPost, Method::kPut,
                              Method::kPatch, Method::kDelete, Method::kOptions}) {
    CHECK(ParseMethod(ToString(method)) == method);
  }
  CHECK_FALSE(ParseMethod("get"));
  CHECK_FALSE(ParseMethod("TRACE"));
}

TEST_CASE("queries survive encoding", "[message]") {
  const Query query = {{"a", "1"}, {"b c", "x&y=z"}, {"\xC3\xBC", ""}, {"a", "+%"}};
  CHECK(EncodeQuery(query) == "a=1&b%20c=x%26y%3Dz&%C3%BC=&a=%2B%25");
  CHECK(DecodeQuery(EncodeQuery(query)) == query);
  CHECK(DecodeQuery("a+b=c+d&&flag&=v") == Query{{"a b", "c d"}, {"flag", ""}, {"", "v"}});
  CHECK(EncodeQuery({}).empty());
}

TEST_CASE("URLs are described without what may be secret", "[message]") {
  CHECK(Describe(Method::kGet, "https://u:p@host:1/a/b?c=d#e") == "GET https://host:1/a/b");
  CHECK(Describe(Method::kPut, "https://host?x=http://y/z") == "PUT https://host");
  CHECK(Describe(Method::kPost, "/relative?x") == "POST /relative");
  CHECK(Origin("HTTPS://u@Host:8443/a") == "https://host:8443");
  CHECK(Origin("/a").empty());
  CHECK(IsAbsolute("Http://x"));
  CHECK_FALSE(IsAbsolute("ftp://x"));
  CHECK_FALSE(IsAbsolute("/a?u=http://x"));
  CHECK(WithQuery("http://x/a", {{"q", "1"}}) == "http://x/a?q=1");
  CHECK(WithQuery("http://x/a?p=2", {{"q", "1"}}) == "http://x/a?p=2&q=1");
  CHECK(ResolveUrl("http://x/a/b?q", "../c") == "http://x/c");
  CHECK(ResolveUrl("http://x/a", "https://y/z") == "https://y/z");
}

TEST_CASE("dates are written as they are read", "[message]") {
  const TimePoint time = *ParseIso8601("1994-11-06T08:49:37Z");
  CHECK(FormatHttpDate(time) == "Sun, 06 Nov 1994 08:49:37 GMT");
  CHECK(ParseHttpDate(FormatHttpDate(time)) == time);
}

TEST_CASE("requests with JSON bodies are compact", "[message]") {
  const Request request =
      Request::WithJson(Method::kPatch, "/x", Json{{"a", {1, 2}}}, {{"q", "1"}});
  CHECK(request.method == Method::kPatch);
  CHECK(request.body == R"({"a":[1,2]})");
  CHECK(request.query == Query{{"q", "1"}});
  CHECK(Request::Get("/y").body.empty());
}

}  // namespace ocean::http
