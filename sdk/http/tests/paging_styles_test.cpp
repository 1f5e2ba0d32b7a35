#include "http_fixture.hpp"
#include "ocean/base/text.hpp"
#include "ocean/catch.hpp"
#include "ocean/http/paging.hpp"

namespace ocean::http {

namespace {

struct Walked {
  std::vector<int> ids;
  std::vector<WireRequest> sent;
  std::string doubt;
  std::optional<Error> error;
};

using MakeRange = std::function<PageRange(const Client&)>;

/// Walks a range over a server that answers as `script` says.
Walked Walk(test::ScriptedTransport::Script script, const MakeRange& make) {
  testing::ManualClock clock;
  const auto transport = std::make_shared<test::ScriptedTransport>(std::move(script));
  ClientOptions options;
  options.base_url = "https://host/api";
  const Client client(options, transport, clock, Logger::Null(), {});
  Walked walked;
  try {
    for (const Batch& batch : make(client)) {
      CHECK_FALSE(batch.empty());
      for (const Json& item : batch) walked.ids.push_back(item.at("id").get<int>());
      if (walked.doubt.empty()) walked.doubt = batch.doubt();
    }
  } catch (const Error& error) {
    walked.error = error;
  }
  walked.sent = transport->Sent();
  return walked;
}

/// Answers with each text in turn; the last one again and again.
test::ScriptedTransport::Script Texts(std::vector<std::string> texts) {
  return [texts = std::move(texts)](const WireRequest&, std::size_t number) {
    return test::Answer(200, {}, texts.at(std::min(number, texts.size() - 1)));
  };
}

std::string QueryValue(const WireRequest& wire, const std::string& name) {
  for (const auto& [key, value] : wire.request.query) {
    if (key == name) return value;
  }
  return "";
}

/// Serves a list by page number; `change` may alter it before each answer.
struct NumberedList {
  std::vector<int> ids;
  std::size_t first = 1;
  bool has_total = false;
  bool has_count = false;
  std::function<void(std::vector<int>&, std::size_t)> change = [](auto&, auto) {};

  test::ScriptedTransport::Script Script() {
    return [self = *this](const WireRequest& wire, std::size_t number) mutable {
      self.change(self.ids, number);
      const auto size = static_cast<std::size_t>(*ParseInt(QueryValue(wire, "per_page")));
      const auto page = static_cast<std::size_t>(*ParseInt(QueryValue(wire, "page"))) - self.first;
      Json items = Json::array();
      for (std::size_t i = page * size; i < std::min((page + 1) * size, self.ids.size()); ++i) {
        items.push_back({{"id", self.ids[i]}});
      }
      Json answer{{"items", std::move(items)}};
      if (self.has_total) answer["total"] = self.ids.size();
      if (self.has_count) answer["pages"] = (self.ids.size() + size - 1) / size;
      return test::Answer(200, {}, DumpJson(answer));
    };
  }
};

std::vector<int> Numbers(int first, int last) {
  std::vector<int> numbers;
  for (int i = first; i <= last; ++i) numbers.push_back(i);
  return numbers;
}

NumberPaging TenPerPage() {
  NumberPaging paging;
  paging.page_size = 10;
  paging.items_path = "items";
  paging.total_path = "total";
  paging.page_count_path = "pages";
  return paging;
}

Walked WalkNumbers(NumberedList list, const NumberPaging& paging = TenPerPage()) {
  return Walk(list.Script(), [&](const Client& client) {
    return NumberPages(client, Request::Get("/things"), paging);
  });
}

Walked WalkLinks(test::ScriptedTransport::Script script,
                 Request request = Request::Get("/things")) {
  return Walk(std::move(script), [&](const Client& client) { return LinkPages(client, request); });
}

Response WithLink(const std::string& body, const std::string& link) {
  return test::Answer(200, {{"Link", link}}, body);
}

}  // namespace

TEST_CASE("a quiet collection is read whole by page numbers", "[paging]") {
  const int size = GENERATE(0, 1, 9, 10, 11, 20, 37);
  const bool has_total = GENERATE(true, false);
  const bool has_count = GENERATE(true, false);
  const std::size_t first = GENERATE(0, 1);
  NumberPaging paging = TenPerPage();
  paging.first_page = static_cast<int>(first);
  const Walked walked = WalkNumbers({Numbers(1, size), first, has_total, has_count}, paging);
  CHECK(walked.ids == Numbers(1, size));
  CHECK(walked.doubt.empty());
  CHECK_FALSE(walked.error);
}

TEST_CASE("page numbers end without a request in vain where the answer allows it", "[paging]") {
  CHECK(WalkNumbers({Numbers(1, 20), 1, true, false}).sent.size() == 2);
  CHECK(WalkNumbers({Numbers(1, 20), 1, false, true}).sent.size() == 2);
  CHECK(WalkNumbers({Numbers(1, 15)}).sent.size() == 3);
  NumberPaging paging = TenPerPage();
  paging.short_page_ends = true;
  CHECK(WalkNumbers({Numbers(1, 15)}, paging).sent.size() == 2);
}

TEST_CASE("a collection that changes while it is read by page numbers is doubtful", "[paging]") {
  struct Case {
    const char* name;
    std::function<void(std::vector<int>&)> change;
    bool has_total;
    bool has_count;
    const char* doubt;
  };
  const auto erase_first = [](std::vector<int>& ids) { ids.erase(ids.begin()); };
  const auto insert_first = [](std::vector<int>& ids) { ids.insert(ids.begin(), 100); };
  const std::vector<Case> cases = {
      {"one removed, total known", erase_first, true, false, "fell from 21 to 20"},
      {"one removed, number of pages known", erase_first, false, true, "fell from 3 to 2"},
      {"one inserted, total known", insert_first, true, false, ""},
      {"one inserted, no total", insert_first, false, false, "moved"},
  };
  for (const Case& one : cases) {
    INFO(one.name);
    NumberedList list{Numbers(1, 21), 1, one.has_total, one.has_count};
    list.change = [&](std::vector<int>& ids, std::size_t number) {
      if (number == 1) one.change(ids);
    };
    const Walked walked = WalkNumbers(list);
    CHECK_FALSE(walked.error);
    CHECK(walked.doubt.empty() == std::string(one.doubt).empty());
    CHECK(walked.doubt.find(one.doubt) != std::string::npos);
    CHECK(std::count(walked.ids.begin(), walked.ids.end(), 10) == 1);
  }
}

TEST_CASE("a server that ignores the page number is found out", "[paging]") {
  const Walked walked = WalkNumbers({Numbers(1, 9), 1, false, false, [](auto& ids, auto) {
                                       ids.resize(30, 7);  // every page alike
                                       for (std::size_t i = 0; i < 30; ++i) ids[i] = int(i % 10);
                                     }});
  REQUIRE(walked.error);
  CHECK(walked.error->kind() == ErrorKind::kPermanent);
  CHECK(std::string(walked.error->what()).find("ignore 'page'") != std::string::npos);
}

TEST_CASE("an item that merely changed between two pages is no doubt", "[paging]") {
  struct Case {
    const char* name;
    const char* first;
    const char* second;
    const char* identity_path;
    bool doubtful;
  };
  const auto [name, first, second, path, doubtful] = GENERATE(values<Case>({
      {"by id", R"([{"id":1,"v":1},{"id":2,"v":1}])", R"([{"id":2,"v":2},{"id":3}])", "", false},
      {"by key, as ids repeat", R"([{"id":1,"key":"a"},{"id":1,"key":"b"}])",
       R"([{"id":1,"key":"b","v":2},{"id":1,"key":"c"}])", "", false},
      {"by a member of its own", R"([{"id":1,"m":{"n":"a"}},{"id":1,"m":{"n":"b"}}])",
       R"([{"id":1,"m":{"n":"b"},"v":2},{"id":1,"m":{"n":"c"}}])", "m.n", false},
      {"whole, as there is no name", R"([{"id":1,"v":1},{"id":1,"v":2}])",
       R"([{"id":1,"v":3},{"id":1,"v":4}])", "", true},
      {"a lost item is still noticed", R"([{"id":1},{"id":2}])", R"([{"id":3},{"id":4}])", "",
       true},
  }));
  INFO(name);
  OffsetPaging paging;
  paging.page_size = 2;
  paging.identity_path = path;
  Json rest = Json::array();
  rest.push_back(ParseJson(second).back());
  const Walked walked = Walk(Texts({first, second, DumpJson(rest)}), [&](const Client& client) {
    return OffsetPages(client, Request::Get("/"), paging);
  });
  CHECK_FALSE(walked.error);
  CHECK(walked.doubt.empty() != doubtful);
  CHECK(walked.ids.size() == (doubtful ? 4 : 3));
}

TEST_CASE("a token may come in a header, beside a flag, or as the last item's id", "[paging]") {
  TokenPaging paging;
  paging.token_parameter = "after";
  paging.items_path = "items";
  std::vector<Response> answers;
  SECTION("header") {
    paging.token_header = "X-Next";
    answers = {test::Answer(200, {{"x-next", "t"}}, R"({"items":[{"id":1}]})"),
               test::Answer(200, {{"x-next", ""}}, R"({"items":[{"id":2}]})")};
  }
  SECTION("flag") {
    paging.token_path = "pageInfo.endCursor";
    paging.has_more_path = "pageInfo.hasNextPage";
    answers = {
        test::Answer(200, {},
                     R"({"items":[{"id":1}],"pageInfo":{"hasNextPage":true,"endCursor":"t"}})"),
        test::Answer(200, {},
                     R"({"items":[{"id":2}],"pageInfo":{"hasNextPage":false,"endCursor":"u"}})")};
  }
  SECTION("last item") {
    paging.last_item_path = "token";
    answers = {test::Answer(200, {}, R"({"items":[{"id":1,"token":"t"}]})"),
               test::Answer(200, {}, R"({"items":[{"id":2,"token":"u"}]})"),
               test::Answer(200, {}, R"({"items":[]})")};
  }
  const Walked walked =
      Walk([&](const WireRequest&, std::size_t number) { return answers.at(number); },
           [&](const Client& client) { return TokenPages(client, Request::Get("/"), paging); });
  CHECK_FALSE(walked.error);
  CHECK(walked.ids == Numbers(1, 2));
  CHECK(QueryValue(walked.sent.at(1), "after") == "t");
}

TEST_CASE("a token goes where it is said to", "[paging]") {
  TokenPaging paging;
  paging.items_path = "items";
  paging.token_path = "next";
  paging.token_parameter = "page.cursor";
  paging.place = GENERATE(ParameterPlace::kQuery, ParameterPlace::kBody);
  const Walked walked =
      Walk(Texts({R"({"items":[{"id":1}],"next":"t"})", R"({"items":[{"id":2}]})"}),
           [&](const Client& client) {
             return TokenPages(client, Request::PostJson("/", Json{{"q", 1}}), paging);
           });
  const Request& second = walked.sent.at(1).request;
  if (paging.place == ParameterPlace::kQuery) {
    CHECK(second.query == Query{{"page.cursor", "t"}});
    CHECK(second.body == R"({"q":1})");
  } else {
    CHECK(second.query.empty());
    CHECK(second.body == R"({"q":1,"page":{"cursor":"t"}})");
  }
}

TEST_CASE("the Link header leads from page to page", "[paging]") {
  const std::string second_link = GENERATE(
      R"(<https://host/api/things?page=2,3>; rel="next")", R"(</api/things?page=2,3>; rel=next)",
      R"(<https://host/x?a=1>; rel="prev last"; title="a, b", <?page=2,3>;title=x; REL="up next")",
      R"(<http://host/api/things?page=2,3>; rel=next)");
  INFO(second_link);
  const Walked walked = WalkLinks(
      [&](const WireRequest&, std::size_t number) {
        return number == 0 ? WithLink(R"([{"id":1}])", second_link)
                           : WithLink(R"([{"id":2}])", R"(<https://host/api/things>; rel=first)");
      },
      Request::Get("/things", {{"per_page", "1"}}));
  CHECK_FALSE(walked.error);
  CHECK(walked.ids == Numbers(1, 2));
  REQUIRE(walked.sent.size() == 2);
  CHECK(walked.sent[0].request.query == Query{{"per_page", "1"}});
  CHECK(walked.sent[1].request.url == "https://host/api/things?page=2,3");
  CHECK(walked.sent[1].request.query.empty());
}

TEST_CASE("a link that leads back, or to another host, is an error", "[paging]") {
  struct Case {
    const char* link;
    const char* message;
  };
  const auto [link, message] = GENERATE(values<Case>({
      {"</api/things>; rel=next", "repeated page"},
      {"</api/things?page=2>; rel=next", "repeated page"},
      {"<https://evil/api/things?page=2>; rel=next", "another host, https://evil"},
      {"<https://host:8443/things>; rel=next", "another host"},
      {"<ftp://host/things>; rel=next", "another host"},
  }));
  const Walked walked = WalkLinks([text = std::string(link)](const WireRequest&, std::size_t) {
    return WithLink(R"([{"id":1}])", text);
  });
  REQUIRE(walked.error);
  CHECK(walked.error->kind() == ErrorKind::kPermanent);
  CHECK(std::string(walked.error->what()).find(message) != std::string::npos);
}

TEST_CASE("a link in the body leads from page to page", "[paging]") {
  const std::string end = GENERATE("null", R"("")");
  NextLinkPaging paging;
  paging.next_path = "@odata.nextLink";
  paging.items_path = "value";
  const Walked walked = Walk(
      Texts({R"({"value":[{"id":1}],"@odata.nextLink":"https://host/api/things?$skip=1"})",
             R"({"value":[{"id":2}],"@odata.nextLink":)" + end + "}"}),
      [&](const Client& client) { return NextLinkPages(client, Request::Get("/things"), paging); });
  CHECK_FALSE(walked.error);
  CHECK(walked.ids == Numbers(1, 2));
  CHECK(walked.sent.at(1).request.url == "https://host/api/things?$skip=1");
}

TEST_CASE("a link in the body that is none is an error", "[paging]") {
  NextLinkPaging paging;
  paging.items_path = "value";
  const Walked walked = Walk(
      Texts({R"({"value":[{"id":1}],"next":7})"}),
      [&](const Client& client) { return NextLinkPages(client, Request::Get("/things"), paging); });
  REQUIRE(walked.error);
  CHECK(walked.error->kind() == ErrorKind::kPermanent);
}

namespace {

GraphQlPaging Repositories() {
  GraphQlPaging paging;
  paging.query = "query($first:Int,$after:String){…}";
  paging.variables = {{"login", "acme"}};
  paging.connection_path = "data.organization.repositories";
  paging.page_size = 2;
  return paging;
}

std::string Connection(const std::string& nodes, const std::string& page_info) {
  return R"({"data":{"organization":{"repositories":{)" + nodes + R"(,"pageInfo":)" + page_info +
         "}}}}";
}

Walked WalkGraphQl(std::vector<std::string> texts) {
  return Walk(Texts(std::move(texts)), [&](const Client& client) {
    return GraphQlPages(client, Request::Get("/graphql"), Repositories());
  });
}

constexpr const char* kMore = R"({"hasNextPage":true,"endCursor":"c1"})";
constexpr const char* kEnd = R"({"hasNextPage":false,"endCursor":"c2"})";

struct CursorCase {
  const char* name;
  MakeRange make;
  /// The answers to a walk of three pages.
  std::vector<std::string> answers;
  bool is_stable;
};

MakeRange ByToken(TokenPaging paging) {
  paging.items_path = "items";
  return [=](const Client& client) { return TokenPages(client, Request::Get("/a"), paging); };
}

MakeRange ByLink(std::optional<bool> stable = {}) {
  return [=](const Client& client) {
    return NextLinkPages(client, Request::Get("/a", {{"size", "1"}}),
                         {.items_path = "items", .stable_cursors = stable});
  };
}

std::vector<std::string> ThreePages(const std::string& first, const std::string& second) {
  return {R"({"items":[{"id":1}],)" + first + "}", R"({"items":[{"id":2}],)" + second + "}",
          R"({"items":[{"id":3}]})"};
}

std::vector<CursorCase> CursorCases() {
  const auto tokens = ThreePages(R"("nextPageToken":"a1")", R"("nextPageToken":"b2")");
  const auto numbers = ThreePages(R"("nextPageToken":"2")", R"("nextPageToken":3)");
  const auto links =
      ThreePages(R"("next":"/api/a?size=1&after=x")", R"("next":"/api/a?size=1&after=y")");
  const auto counting =
      ThreePages(R"("next":"/api/a?size=1&page=2")", R"("next":"/api/a?size=1&page=3")");
  return {{"tokens", ByToken({}), tokens, true},
          {"tokens that are said to expire", ByToken({.stable_cursors = false}), tokens, false},
          {"page numbers as tokens", ByToken({}), numbers, false},
          {"numbers that are said to be stable", ByToken({.stable_cursors = true}), numbers, true},
          {"links", ByLink(), links, true},
          {"links that are said to expire", ByLink(false), links, false},
          {"links with page numbers", ByLink(), counting, false},
          {"links whose numbers are said to be stable", ByLink(true), counting, true}};
}

TEST_CASE("a walk by cursors is taken up where it was left, by another range", "[paging]") {
  for (const CursorCase& one : CursorCases()) {
    INFO(one.name);
    const auto transport = std::make_shared<test::ScriptedTransport>(Texts(one.answers));
    testing::ManualClock clock;
    const Client client({.base_url = "https://host/api"}, transport, clock, Logger::Null(), {});
    PageRange left = one.make(client);
    const auto page = left.begin();
    CHECK((*page)[0].at("id") == 1);
    REQUIRE(left.cursors());
    const PageRange::Place place = left.cursors()->place();
    CHECK(place.is_stable == one.is_stable);
    REQUIRE(place.cursor);

    PageRange taken_up = one.make(client);
    CHECK(taken_up.cursors()->collection == left.cursors()->collection);
    taken_up.cursors()->go_to(place.cursor);
    std::vector<int> ids;
    for (const Batch& batch : taken_up) ids.push_back(batch[0].at("id").get<int>());
    CHECK(ids == std::vector<int>{2, 3});
    CHECK_FALSE(taken_up.cursors()->place().cursor);
    CHECK(taken_up.cursors()->place().is_stable);

    // What it asked for is what the walk itself would have asked for.
    PageRange whole = one.make(client);
    whole.cursors()->go_to(std::nullopt);
    for (const Batch& batch : whole) CHECK(batch.size() == 1);
    const auto sent = transport->Sent();
    REQUIRE(sent.size() >= 4);
    CHECK(sent[3].request.url == sent[0].request.url);
    CHECK(sent[3].request.query == sent[0].request.query);
  }
}

TEST_CASE("collections differ in what is asked for and where", "[paging]") {
  testing::ManualClock clock;
  const auto transport = std::make_shared<test::ScriptedTransport>(Texts({"[]"}));
  const auto collection = [&](const std::string& base, Request request) {
    const Client client({.base_url = base}, transport, clock, Logger::Null(), {});
    return TokenPages(client, std::move(request), {}).cursors()->collection;
  };
  const std::string first = collection("https://host", Request::Get("/a", {{"q", "1"}}));
  CHECK(collection("https://host", Request::Get("/a", {{"q", "1"}})) == first);
  CHECK(collection("https://other", Request::Get("/a", {{"q", "1"}})) != first);
  CHECK(collection("https://host", Request::Get("/b", {{"q", "1"}})) != first);
  CHECK(collection("https://host", Request::Get("/a", {{"q", "2"}})) != first);
  CHECK(collection("https://host", Request::PostJson("/a", {{"q", 1}}, {{"q", "1"}})) != first);
}

TEST_CASE("a GraphQL connection is taken up at a cursor, walks that count pages are not",
          "[paging]") {
  testing::ManualClock clock;
  const auto transport = std::make_shared<test::ScriptedTransport>(
      Texts({R"({"data":{"c":{"nodes":[{"id":2}],"pageInfo":{"hasNextPage":false}}}})"}));
  const Client client({.base_url = "https://host"}, transport, clock, Logger::Null(), {});
  PageRange nodes =
      GraphQlPages(client, {.url = "/graphql"}, {.query = "q", .connection_path = "data.c"});
  nodes.cursors()->go_to("\"c1\"");
  for (const Batch& batch : nodes) CHECK(batch[0].at("id") == 2);
  CHECK(ParseJson(transport->Sent()[0].request.body)["variables"]["after"] == "c1");
  CHECK_FALSE(OffsetPages(client, Request::Get("/a"), {}).cursors());
  CHECK_FALSE(NumberPages(client, Request::Get("/a"), {}).cursors());
}

}  // namespace

TEST_CASE("a GraphQL connection is walked by its cursor", "[paging]") {
  const Walked walked = WalkGraphQl({Connection(R"("nodes":[{"id":1},{"id":2}])", kMore),
                                     Connection(R"("edges":[{"node":{"id":3}}])", kEnd)});
  CHECK_FALSE(walked.error);
  CHECK(walked.ids == Numbers(1, 3));
  REQUIRE(walked.sent.size() == 2);
  CHECK(walked.sent[0].request.method == Method::kPost);
  CHECK(walked.sent[0].request.retryable);
  CHECK(ParseJson(walked.sent[0].request.body).at("variables") ==
        Json{{"login", "acme"}, {"first", 2}});
  CHECK(ParseJson(walked.sent[1].request.body).at("variables") ==
        Json{{"login", "acme"}, {"first", 2}, {"after", "c1"}});
}

TEST_CASE("what is wrong with a GraphQL answer is never an empty page", "[paging]") {
  struct Case {
    std::string answer;
    ErrorKind kind;
    const char* message;
  };
  const std::string nodes = R"("nodes":[{"id":1}])";
  const std::vector<Case> cases = {
      {R"({"data":null,"errors":[{"type":"FORBIDDEN","message":"no"},{}]})", ErrorKind::kForbidden,
       "answered with an error: no (and 1 more)"},
      {R"({"errors":[{"extensions":{"code":"UNAUTHENTICATED"}}]})", ErrorKind::kAuth,
       "UNAUTHENTICATED"},
      {R"({"errors":[{"message":"odd"}]})", ErrorKind::kPermanent, "odd"},
      {R"({"data":{"organization":null}})", ErrorKind::kPermanent, "no list"},
      {Connection(nodes, "{}"), ErrorKind::kPermanent, "has no"},
      {Connection(nodes, R"({"hasNextPage":true,"endCursor":null})"), ErrorKind::kPermanent,
       "more pages"},
      {Connection(nodes, kMore), ErrorKind::kPermanent, "repeated page: 'after' came a second"},
      {Connection(R"("nodes":[null])", kEnd), ErrorKind::kPermanent, "withheld 1"},
  };
  for (const Case& one : cases) {
    INFO(one.answer);
    const Walked walked = WalkGraphQl({one.answer});
    REQUIRE(walked.error);
    CHECK(walked.error->kind() == one.kind);
    CHECK(std::string(walked.error->what()).find(one.message) != std::string::npos);
  }
}

TEST_CASE("nodes that a GraphQL server withholds make their page doubtful", "[paging]") {
  const Walked walked = WalkGraphQl({Connection(R"("nodes":[{"id":1},null])", kEnd)});
  CHECK_FALSE(walked.error);
  CHECK(walked.ids == Numbers(1, 1));
  CHECK(walked.doubt == "the server withheld 1 nodes");
}

}  // namespace ocean::http
