#include "ocean/http/paging.hpp"

#include "http_fixture.hpp"
#include "ocean/base/text.hpp"
#include "ocean/catch.hpp"

namespace ocean::http {

namespace {

/// A collection that a transport serves by offset, and that may change before a given request.
struct Collection {
  std::vector<int> items;
  bool has_total = true;
  bool ignores_offset = false;
  /// Called before each answer with the request's number.
  std::function<void(Collection&, std::size_t)> change = [](Collection&, std::size_t) {};

  Response Serve(const WireRequest& wire, std::size_t number) {
    change(*this, number);
    std::size_t offset = 0;
    std::size_t limit = 0;
    for (const auto& [name, value] : wire.request.query) {
      if (name == "offset") offset = static_cast<std::size_t>(*ParseInt(value));
      if (name == "limit") limit = static_cast<std::size_t>(*ParseInt(value));
    }
    if (ignores_offset) offset = 0;
    Json page = Json::array();
    for (std::size_t i = offset; i < std::min(offset + limit, items.size()); ++i) {
      page.push_back({{"id", items[i]}});
    }
    Json answer{{"data", {{"values", std::move(page)}}}};
    if (has_total) answer["total"] = items.size();
    return test::Answer(200, {}, DumpJson(answer));
  }
};

std::vector<int> Numbers(int first, int last) {
  std::vector<int> numbers;
  for (int i = first; i <= last; ++i) numbers.push_back(i);
  return numbers;
}

struct Walked {
  std::vector<int> ids;
  std::size_t batches = 0;
  std::size_t requests = 0;
  std::string doubt;
  std::optional<Error> error;
};

Client MakeClient(const std::shared_ptr<Transport>& transport, Clock& clock) {
  ClientOptions options;
  options.base_url = "http://host";
  return Client(options, transport, clock, Logger::Null(), {});
}

Walked Collect(PageRange range) {
  Walked walked;
  try {
    for (const Batch& batch : range) {
      CHECK_FALSE(batch.empty());
      ++walked.batches;
      for (const Json& item : batch) walked.ids.push_back(item.at("id").get<int>());
      if (walked.doubt.empty()) walked.doubt = batch.doubt();
    }
  } catch (const Error& error) {
    walked.error = error;
  }
  return walked;
}

Walked WalkOffsets(Collection collection, int page_size, OffsetPaging paging = {}) {
  testing::ManualClock clock;
  const auto transport = std::make_shared<test::ScriptedTransport>(
      [&](const WireRequest& wire, std::size_t number) { return collection.Serve(wire, number); });
  paging.page_size = page_size;
  if (paging.items_path.empty()) paging.items_path = "data.values";
  paging.total_path = "total";
  Walked walked =
      Collect(OffsetPages(MakeClient(transport, clock), Request::Get("/things"), paging));
  walked.requests = transport->Sent().size();
  return walked;
}

Walked WalkTokens(const std::vector<Json>& answers, Request request, TokenPaging paging,
                  std::vector<WireRequest>* sent = nullptr) {
  testing::ManualClock clock;
  const auto transport =
      std::make_shared<test::ScriptedTransport>([&](const WireRequest&, std::size_t number) {
        return test::Answer(200, {}, DumpJson(answers.at(std::min(number, answers.size() - 1))));
      });
  Walked walked =
      Collect(TokenPages(MakeClient(transport, clock), std::move(request), std::move(paging)));
  walked.requests = transport->Sent().size();
  if (sent) *sent = transport->Sent();
  return walked;
}

Json TokenPage(std::vector<int> ids, Json token) {
  Json items = Json::array();
  for (const int id : ids) items.push_back({{"id", id}});
  return {{"items", std::move(items)}, {"next", std::move(token)}};
}

TokenPaging ItemsAndNext() {
  TokenPaging paging;
  paging.token_parameter = "cursor";
  paging.token_path = "next";
  paging.items_path = "items";
  return paging;
}

}  // namespace

TEST_CASE("a quiet collection is read whole, each item once", "[paging]") {
  const int size = GENERATE(0, 1, 2, 9, 10, 11, 19, 20, 37);
  const int page_size = GENERATE(1, 2, 10);
  const bool has_total = GENERATE(true, false);
  const Walked walked = WalkOffsets({Numbers(1, size), has_total}, page_size);
  INFO(size << " items, pages of " << page_size << (has_total ? ", total" : ""));
  CHECK(walked.ids == Numbers(1, size));
  CHECK(walked.doubt.empty());
  CHECK_FALSE(walked.error);
}

TEST_CASE("with a total no page is asked for in vain", "[paging]") {
  CHECK(WalkOffsets({Numbers(1, 10)}, 10).requests == 1);
  CHECK(WalkOffsets({Numbers(1, 19)}, 10).requests == 2);
  CHECK(WalkOffsets({Numbers(1, 20)}, 10).requests == 3);
}

TEST_CASE("a collection that changes while it is read", "[paging]") {
  struct Case {
    const char* name;
    std::function<void(std::vector<int>&)> change;
    bool has_total;
    std::vector<int> ids;
    const char* doubt;
  };
  const auto erase = [](std::size_t count) {
    return [=](std::vector<int>& items) {
      items.erase(items.begin(), items.begin() + static_cast<std::ptrdiff_t>(count));
    };
  };
  const auto insert = [](int count) {
    return [=](std::vector<int>& items) {
      for (int i = 0; i < count; ++i) items.insert(items.begin(), 100 + i);
    };
  };
  const auto move_last_to_front = [](std::vector<int>& items) {
    items.insert(items.begin(), items.back());
    items.pop_back();
  };
  std::vector<int> without_11 = Numbers(1, 25);
  without_11.erase(without_11.begin() + 10);
  std::vector<int> front_and_again = Numbers(1, 10);
  front_and_again.push_back(10);
  const std::vector<Case> cases = {
      {"one removed before the seam", erase(1), false, Numbers(1, 25), "removed"},
      {"one removed, total known", erase(1), true, Numbers(1, 25), "fell from 25 to 24"},
      {"two removed: one is skipped", erase(2), false, without_11, "removed"},
      {"so many removed that nothing is left to read", erase(16), true, front_and_again, "fell"},
      {"the same without a total", erase(16), false, front_and_again, "removed"},
      {"one inserted in front, total known", insert(1), true, Numbers(1, 25), ""},
      {"three inserted in front, total known", insert(3), true, Numbers(1, 25), ""},
      {"one inserted in front, no total", insert(1), false, Numbers(1, 25), "moved"},
      {"the last item moved to the front", move_last_to_front, true, Numbers(1, 24), "moved"},
      {"appended", [](std::vector<int>& items) { items.push_back(26); }, true, Numbers(1, 26), ""},
  };
  for (const Case& one : cases) {
    Collection collection{Numbers(1, 25), one.has_total};
    collection.change = [&](Collection& self, std::size_t number) {
      if (number == 1) one.change(self.items);
    };
    const Walked walked = WalkOffsets(collection, 10);
    INFO(one.name << ": " << walked.doubt);
    CHECK(walked.ids == one.ids);
    CHECK(walked.doubt.empty() == std::string(one.doubt).empty());
    CHECK(walked.doubt.find(one.doubt) != std::string::npos);
    CHECK_FALSE(walked.error);
  }
}

TEST_CASE("a server that ignores the offset is found out", "[paging]") {
  const bool has_total = GENERATE(true, false);
  Collection collection{Numbers(1, 25), has_total, true};
  const Walked walked = WalkOffsets(collection, 10);
  REQUIRE(walked.error);
  CHECK(walked.error->kind() == ErrorKind::kPermanent);
  CHECK(walked.error->what() == std::string("GET http://test: repeated page: the server seems to "
                                            "ignore 'offset'"));
  CHECK(walked.requests == 2);
}

TEST_CASE("answers that end before the total are doubtful", "[paging]") {
  Collection collection{Numbers(1, 25)};
  testing::ManualClock clock;
  const auto transport =
      std::make_shared<test::ScriptedTransport>([&](const WireRequest& wire, std::size_t number) {
        Response response = collection.Serve(wire, number);
        Json answer = ParseJson(response.body);
        if (number == 1) answer["data"]["values"] = Json::array();
        return test::Answer(200, {}, DumpJson(answer));
      });
  OffsetPaging paging;
  paging.items_path = "data.values";
  paging.total_path = "total";
  paging.page_size = 10;
  const Walked walked =
      Collect(OffsetPages(MakeClient(transport, clock), Request::Get("/"), paging));
  CHECK(walked.batches == 2);
  CHECK_FALSE(walked.doubt.empty());
}

TEST_CASE("a first page without items, of a collection that has some, is an error", "[paging]") {
  Collection collection{Numbers(1, 25)};
  testing::ManualClock clock;
  const auto transport = std::make_shared<test::ScriptedTransport>(
      [](const WireRequest&, auto) { return test::Answer(200, {}, R"({"total":3,"values":[]})"); });
  OffsetPaging paging;
  paging.items_path = "values";
  paging.total_path = "total";
  const Walked walked =
      Collect(OffsetPages(MakeClient(transport, clock), Request::Get("/"), paging));
  REQUIRE(walked.error);
  CHECK(walked.error->kind() == ErrorKind::kPermanent);
}

TEST_CASE("a flag ends the walk", "[paging]") {
  testing::ManualClock clock;
  const auto transport =
      std::make_shared<test::ScriptedTransport>([](const WireRequest&, std::size_t number) {
        return test::Answer(200, {},
                            number == 0 ? R"({"last":false,"values":[{"id":1},{"id":2}]})"
                                        : R"({"last":true,"values":[{"id":2},{"id":3}]})");
      });
  OffsetPaging paging;
  paging.items_path = "values";
  paging.last_page_path = "last";
  paging.page_size = 2;
  const Walked walked =
      Collect(OffsetPages(MakeClient(transport, clock), Request::Get("/"), paging));
  CHECK(walked.ids == Numbers(1, 3));
  CHECK(transport->Sent().size() == 2);
}

TEST_CASE("a page without its list is an error that says where", "[paging]") {
  struct Case {
    const char* body;
    const char* items_path;
    const char* message;
  };
  const auto [body, items_path, message] = GENERATE(values<Case>({
      {R"({"values":[]})", "items", "GET http://test: the answer has no list at 'items'"},
      {R"({"items":null})", "items",
       "GET http://test: the answer has no list at 'items' but this: null"},
      {R"({"a":{"b":{}}})", "a.b",
       "GET http://test: the answer has no list at 'a.b' but this: object"},
      {R"({"a":[]})", "a.b", "GET http://test: the answer has no list at 'a.b'"},
      {R"({"message":"oops"})", "", "GET http://test: the answer has no list but this: object"},
  }));
  testing::ManualClock clock;
  const auto transport = std::make_shared<test::ScriptedTransport>(
      [text = body](const WireRequest&, std::size_t) { return test::Answer(200, {}, text); });
  OffsetPaging offsets;
  offsets.items_path = items_path;
  TokenPaging tokens;
  tokens.items_path = items_path;
  for (PageRange range : {OffsetPages(MakeClient(transport, clock), Request::Get("/"), offsets),
                          TokenPages(MakeClient(transport, clock), Request::Get("/"), tokens)}) {
    const Walked walked = Collect(range);
    REQUIRE(walked.error);
    CHECK(walked.error->kind() == ErrorKind::kPermanent);
    CHECK(walked.error->what() == std::string(message));
  }
}

TEST_CASE("a failed page is thrown, after the pages before it", "[paging]") {
  Collection collection{Numbers(1, 25)};
  testing::ManualClock clock;
  const auto transport =
      std::make_shared<test::ScriptedTransport>([&](const WireRequest& wire, std::size_t number) {
        return number == 0 ? collection.Serve(wire, number) : test::Answer(500);
      });
  OffsetPaging paging;
  paging.items_path = "data.values";
  paging.page_size = 10;
  const Walked walked =
      Collect(OffsetPages(MakeClient(transport, clock), Request::Get("/"), paging));
  CHECK(walked.ids == Numbers(1, 10));
  REQUIRE(walked.error);
  CHECK(walked.error->http_status() == 500);
}

TEST_CASE("tokens lead from page to page, in the query or in the body", "[paging]") {
  const bool in_body = GENERATE(true, false);
  Request request = in_body ? Request::PostJson("/search", Json{{"jql", "x"}})
                            : Request::Get("/search", {{"jql", "x"}});
  const Json end = GENERATE(Json(nullptr), Json(""));
  std::vector<WireRequest> sent;
  const Walked walked = WalkTokens({TokenPage({1, 2}, "t1"), TokenPage({}, 7), TokenPage({3}, end)},
                                   request, ItemsAndNext(), &sent);
  CHECK(walked.ids == Numbers(1, 3));
  CHECK(walked.batches == 2);
  REQUIRE(sent.size() == 3);
  if (in_body) {
    CHECK(sent[0].request.body == R"({"jql":"x"})");
    CHECK(sent[1].request.body == R"({"jql":"x","cursor":"t1"})");
    CHECK(sent[2].request.body == R"({"jql":"x","cursor":7})");
  } else {
    CHECK(sent[0].request.query == Query{{"jql", "x"}});
    CHECK(sent[2].request.query == Query{{"jql", "x"}, {"cursor", "7"}});
  }
}

TEST_CASE("a token that came before is an error", "[paging]") {
  const Walked walked = WalkTokens({TokenPage({1}, "a"), TokenPage({2}, "b"), TokenPage({3}, "a")},
                                   Request::Get("/search"), ItemsAndNext());
  CHECK(walked.ids == Numbers(1, 2));
  REQUIRE(walked.error);
  CHECK(walked.error->kind() == ErrorKind::kPermanent);
  CHECK(walked.error->what() ==
        std::string("GET http://test: repeated page: 'cursor' came a second time"));
}

TEST_CASE("a flag of the last page agrees with the token, or the page is an error", "[paging]") {
  TokenPaging paging = ItemsAndNext();
  paging.last_page_path = "last";
  Json last = TokenPage({1}, "more");
  last["last"] = true;
  CHECK(WalkTokens({last}, Request::Get("/"), paging).requests == 1);
  Json cut = TokenPage({1}, nullptr);
  cut["last"] = false;
  const Walked walked = WalkTokens({cut}, Request::Get("/"), paging);
  REQUIRE(walked.error);
  CHECK(walked.error->kind() == ErrorKind::kPermanent);
}

TEST_CASE("a walk over nothing but empty pages ends", "[paging]") {
  testing::ManualClock clock;
  const auto transport =
      std::make_shared<test::ScriptedTransport>([](const WireRequest&, std::size_t number) {
        return test::Answer(200, {}, DumpJson(TokenPage({}, std::to_string(number))));
      });
  const Walked walked =
      Collect(TokenPages(MakeClient(transport, clock), Request::Get("/"), ItemsAndNext()));
  REQUIRE(walked.error);
  CHECK(walked.error->kind() == ErrorKind::kPermanent);
}

TEST_CASE("a batch weighs what its answer weighed", "[paging]") {
  testing::ManualClock clock;
  const std::string body = DumpJson(TokenPage({1, 2, 3}, nullptr));
  const auto transport = std::make_shared<test::ScriptedTransport>(
      [&](const WireRequest&, std::size_t) { return test::Answer(200, {}, body); });
  PageRange range = TokenPages(MakeClient(transport, clock), Request::Get("/"), ItemsAndNext());
  CHECK(range.begin()->bytes() == body.size());
}

}  // namespace ocean::http
