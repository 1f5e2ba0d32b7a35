#include "ocean/http/stream.hpp"

#include <latch>

#include "item_scanner.hpp"
#include "ocean/catch.hpp"
#include "tls_fixture.hpp"

namespace ocean::http {

namespace {

constexpr std::size_t kKiB = 1024;

/// Scans a text that comes in parts of `step` bytes.
std::vector<std::string> Scan(std::string_view text, std::size_t step, const std::string& path) {
  const auto scanner = MakeJsonScanner(path, 1000, "GET x");
  std::vector<std::string> items;
  const auto add = [&](std::string_view item) { items.emplace_back(item); };
  for (std::size_t i = 0; i < text.size(); i += step) scanner->Feed(text.substr(i, step), add);
  scanner->Finish(add);
  return items;
}

struct Walked {
  std::vector<int> ids;
  std::size_t batches = 0;
  std::optional<Error> error;
};

Walked Collect(PageRange range) {
  Walked walked;
  try {
    for (const Batch& batch : range) {
      ++walked.batches;
      for (const Json& item : batch) walked.ids.push_back(item.at("id").get<int>());
    }
  } catch (const Error& error) {
    walked.error = error;
  }
  return walked;
}

Client MakeClient(std::shared_ptr<Transport> transport, Clock& clock, std::stop_token stop = {}) {
  ClientOptions options;
  options.retry.max_retries = 0;
  return Client(options, std::move(transport), clock, Logger::Null(), std::move(stop));
}

/// Answers with `head`, then `count` items of about a kibibyte each, then `tail`.
class GeneratedBody {
 public:
  GeneratedBody(std::string head, int count, std::string tail)
      : head_(std::move(head)), count_(count), tail_(std::move(tail)) {}

  std::string url() const { return "http://" + server_.address() + "/"; }
  std::size_t sent() const { return sent_; }

 private:
  void Serve(int socket) {
    test::RawServer::ReadHead(socket);
    const std::string filler(kKiB, 'x');
    bool there = test::RawServer::Write(socket, "HTTP/1.1 200 OK\r\nConnection: close\r\n" + head_);
    for (int i = 0; i < count_ && there; ++i) {
      const std::string item = (i == 0 ? "" : ",") + std::string("{\"id\":") + std::to_string(i) +
                               ",\"filler\":\"" + filler + "\"}";
      there = test::RawServer::Write(socket, item);
      sent_ += item.size();
    }
    test::RawServer::Write(socket, tail_);
  }

  const std::string head_;
  const int count_;
  const std::string tail_;
  std::atomic<std::size_t> sent_{0};
  test::RawServer server_{[this](int socket) { Serve(socket); }};
};

}  // namespace

TEST_CASE("items are found wherever the parts of a text end", "[stream]") {
  struct Case {
    const char* text;
    const char* path;
    std::vector<std::string> items;
  };
  const std::vector<Case> cases = {
      {"[]", "", {}},
      {" [ 1 , \"a,]\\\"\" , {\"a\":[{}]} ,[ [] ], null,true,-1.5e3 ] ",
       "",
       {"1", R"("a,]\"")", R"({"a":[{}]})", "[ [] ]", "null", "true", "-1.5e3"}},
      {R"({"x":[9,{"items":[8]}],"items":[{"id":1},{"id":2}],"y":"]","z":1.5,"w":{}})",
       "items",
       {R"({"id":1})", R"({"id":2})"}},
      {R"({"a":{"b":0,"items":[7],"c":{"items":[1,2]}},"c":{"items":[3]}})",
       "a.c.items",
       {"1", "2"}},
      {R"({"@odata.count":1,"@odata.\u0076alue":[1]})", "@odata.value", {"1"}},
  };
  const std::size_t step = GENERATE(1, 2, 3, 7, 1000);
  for (const Case& one : cases) {
    INFO(one.text << " by " << step);
    CHECK(Scan(one.text, step, one.path) == one.items);
  }
}

TEST_CASE("a text that is cut, no JSON or without the list is an error", "[stream]") {
  struct Case {
    const char* text;
    ErrorKind kind;
  };
  const auto [text, kind] = GENERATE(values<Case>({
      {"", ErrorKind::kTransient},
      {R"({"items":[1,2)", ErrorKind::kTransient},
      {R"({"items":[1,2])", ErrorKind::kTransient},
      {R"({"items":[1],"x":"a)", ErrorKind::kTransient},
      {R"({"items":[1,2}])", ErrorKind::kPermanent},
      {R"({"items":[1 2]})", ErrorKind::kPermanent},
      {R"({"items":[1,]})", ErrorKind::kPermanent},
      {R"({"items":[1]}})", ErrorKind::kPermanent},
      {R"({"items":[1],"x":truu})", ErrorKind::kPermanent},
      {R"({"items" [1]})", ErrorKind::kPermanent},
      {R"({items:[1]})", ErrorKind::kPermanent},
      {R"({"items":{"a":1}})", ErrorKind::kPermanent},
      {R"({"items":null})", ErrorKind::kPermanent},
      {R"({"other":[1]})", ErrorKind::kPermanent},
      {"<html>", ErrorKind::kPermanent},
  }));
  const std::size_t step = GENERATE(1, 1000);
  INFO(text);
  const Error error = test::ErrorOf([&, what = std::string(text)] { Scan(what, step, "items"); });
  CHECK(error.kind() == kind);
}

TEST_CASE("an item above the limit is an error", "[stream]") {
  const std::string text = "[\"" + std::string(1001, 'x') + "\"]";
  CHECK(test::ErrorOf([&] { Scan(text, 10, ""); }).kind() == ErrorKind::kPermanent);
}

TEST_CASE("a body much larger than the cap is read within it", "[stream]") {
  constexpr int kCount = 64 * 1024;
  const GeneratedBody body("\r\n{\"meta\":{\"items\":1},\"items\":[", kCount, "],\"end\":true}");
  testing::ManualClock clock;
  StreamOptions options;
  options.items_path = "items";
  options.buffer_bytes = 256 * kKiB;
  options.batch_bytes = 64 * kKiB;
  options.stats = std::make_shared<StreamStats>();
  const Walked walked = Collect(
      StreamItems(MakeClient(MakeCurlTransport(), clock), Request::Get(body.url()), options));
  CHECK_FALSE(walked.error);
  REQUIRE(walked.ids.size() == kCount);
  CHECK(walked.ids.back() == kCount - 1);
  CHECK(options.stats->items == kCount);
  // What one read of the network gives, and the item that is open, come on top.
  CHECK(options.stats->peak_bytes <= (256 + 64 + 16 + 2) * kKiB);
  CHECK(body.sent() > 64 * 1024 * kKiB);
}

TEST_CASE("a body that nobody reads stays with the server", "[stream]") {
  const GeneratedBody body("\r\n[", 64 * 1024, "]");
  const auto transport = MakeCurlTransport();
  WireRequest wire;
  wire.request.url = body.url();
  {
    const StreamedResponse streamed = transport->Open(wire, 64 * kKiB, {});
    CHECK(streamed.head.status == 200);
    CHECK(streamed.body->Read());
    // Other transfers go on meanwhile.
    test::TestServer other;
    other.Route(Method::kGet, "/", [](const ServerRequest&) { return ServerResponse{}; });
    other.Start();
    WireRequest next;
    next.request.url = other.url();
    CHECK(transport->Send(next, {}).status == 200);
    CHECK(streamed.body->peak_bytes() <= 64 * kKiB);
  }
  CHECK(body.sent() < 64 * 1024 * kKiB);
}

TEST_CASE("a body that is cut is an error after the items that were whole", "[stream]") {
  const std::string head = GENERATE("\r\n[", "Content-Length: 1000000\r\n\r\n[");
  const GeneratedBody body(head, 10, ",{\"id\":10,");
  testing::ManualClock clock;
  const Walked walked =
      Collect(StreamItems(MakeClient(MakeCurlTransport(), clock), Request::Get(body.url())));
  CHECK(walked.ids.size() == 10);
  REQUIRE(walked.error);
  CHECK(walked.error->kind() == ErrorKind::kTransient);
}

TEST_CASE("an item that is no JSON is an error after those before it", "[stream]") {
  testing::ManualClock clock;
  const auto transport =
      std::make_shared<test::ScriptedTransport>([](const WireRequest&, std::size_t) {
        return test::Answer(200, {}, R"([{"id":1},{"id":tru},{"id":3}])");
      });
  const Walked walked =
      Collect(StreamItems(MakeClient(transport, clock), Request::Get("http://h/")));
  CHECK(walked.ids == std::vector<int>{1});
  REQUIRE(walked.error);
  CHECK(walked.error->kind() == ErrorKind::kPermanent);
}

TEST_CASE("lines of JSON are items too", "[stream]") {
  testing::ManualClock clock;
  const bool is_cut = GENERATE(false, true);
  const auto transport =
      std::make_shared<test::ScriptedTransport>([&](const WireRequest&, std::size_t) {
        return test::Answer(200, {},
                            is_cut ? "{\"id\":1}\r\n\n{\"id\":" : "{\"id\":1}\r\n\n{\"id\":2}");
      });
  StreamOptions options;
  options.format = StreamFormat::kJsonLines;
  const Walked walked =
      Collect(StreamItems(MakeClient(transport, clock), Request::Get("http://h/"), options));
  CHECK(walked.ids == (is_cut ? std::vector<int>{1} : std::vector<int>{1, 2}));
  CHECK(walked.error.has_value() == is_cut);
}

TEST_CASE("a stream is retried, refused and judged like any request until it begins", "[stream]") {
  testing::ManualClock clock;
  int requests = 0;
  test::TestServer server;
  server.Route(Method::kGet, "/busy", [&](const ServerRequest&) {
    return ++requests == 1 ? ServerResponse::OfText(503, "busy")
                           : ServerResponse::OfText(200, R"([{"id":1}])");
  });
  server.Route(Method::kGet, "/closed",
               [](const ServerRequest&) { return ServerResponse::OfText(403, "closed"); });
  server.Route(Method::kGet, "/moved", [](const ServerRequest&) {
    ServerResponse response;
    response.status = 302;
    response.headers.Add("Location", "/busy");
    return response;
  });
  server.Start();
  const Client client({.base_url = server.url()}, MakeCurlTransport(), clock, Logger::Null(), {});
  CHECK(Collect(StreamItems(client, Request::Get("/busy"))).ids == std::vector<int>{1});
  CHECK(Collect(StreamItems(client, Request::Get("/moved"))).ids == std::vector<int>{1});
  const Walked closed = Collect(StreamItems(client, Request::Get("/closed")));
  REQUIRE(closed.error);
  CHECK(closed.error->kind() == ErrorKind::kForbidden);
  CHECK(std::string(closed.error->what()).find("closed") != std::string::npos);
  Request request = Request::Get("/closed");
  request.error_rules = {{.statuses = {403}, .action = ErrorAction::kEmpty}};
  const Walked empty = Collect(StreamItems(client, request));
  CHECK(empty.batches == 0);
  CHECK_FALSE(empty.error);
}

TEST_CASE("a stop ends the reading of a stream", "[stream]") {
  std::latch begun(1);
  std::latch release(1);
  const test::RawServer server([&](int socket) {
    test::RawServer::ReadHead(socket);
    test::RawServer::Write(socket, "HTTP/1.1 200 OK\r\n\r\n[{\"id\":1},");
    begun.count_down();
    release.wait();
  });
  testing::ManualClock clock;
  std::stop_source stop;
  const Client client = MakeClient(MakeCurlTransport(), clock, stop.get_token());
  std::jthread stopper([&] {
    begun.wait();
    stop.request_stop();
  });
  const Walked walked =
      Collect(StreamItems(client, Request::Get("http://" + server.address() + "/")));
  release.count_down();
  REQUIRE(walked.error);
  CHECK(walked.error->kind() == ErrorKind::kCancelled);
}

}  // namespace ocean::http
