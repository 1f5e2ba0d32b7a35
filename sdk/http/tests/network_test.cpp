/// @file How targets are reached: proxies, TLS, compression, guarded addresses.

#include <cstdlib>
#include <fstream>
#include <iterator>

#include "ocean/base/text.hpp"
#include "ocean/catch.hpp"
#include "ocean/http/authorities.hpp"
#include "tls_fixture.hpp"
#include "transfer.hpp"

namespace ocean::http {

namespace {

WireRequest Wire(std::string url) {
  WireRequest wire;
  wire.request.url = std::move(url);
  return wire;
}

/// Sets variables of the environment for as long as it lives.
class Environment {
 public:
  explicit Environment(std::vector<std::pair<std::string, std::string>> variables)
      : variables_(std::move(variables)) {
    for (const auto& [name, value] : variables_) ::setenv(name.c_str(), value.c_str(), 1);
  }
  ~Environment() {
    for (const auto& [name, value] : variables_) ::unsetenv(name.c_str());
  }
  Environment(const Environment&) = delete;
  Environment& operator=(const Environment&) = delete;

 private:
  const std::vector<std::pair<std::string, std::string>> variables_;
};

/// Remembers the heads it was sent; answers plain requests itself and refuses tunnels.
class Proxy {
 public:
  std::string url(const std::string& user = "") const {
    return "http://" + user + server_.address();
  }
  std::string address() const { return server_.address(); }
  std::vector<std::string> Heads() const {
    std::lock_guard lock(mutex_);
    return heads_;
  }

 private:
  void Serve(int socket) {
    const std::string head = test::RawServer::ReadHead(socket);
    {
      std::lock_guard lock(mutex_);
      heads_.push_back(head);
    }
    const char* status = head.starts_with("CONNECT") ? "403 Forbidden" : "200 OK";
    test::RawServer::Write(socket, std::string("HTTP/1.1 ") + status +
                                       "\r\nConnection: close\r\nContent-Length: 5\r\n\r\nproxy");
  }

  mutable std::mutex mutex_;
  std::vector<std::string> heads_;
  test::RawServer server_{[this](int socket) { Serve(socket); }};
};

class EchoServer : public test::TestServer {
 public:
  EchoServer() {
    Route(Method::kGet, "/",
          [](const ServerRequest&) { return ServerResponse::OfText(200, "direct"); });
    Start();
  }
};

std::string FromHex(std::string_view digits) {
  std::string bytes;
  for (std::size_t i = 0; i < digits.size(); i += 2) {
    bytes += static_cast<char>(std::stoi(std::string(digits.substr(i, 2)), nullptr, 16));
  }
  return bytes;
}

}  // namespace

TEST_CASE("a target's own proxy is used, with its credentials", "[network]") {
  const auto transport = MakeCurlTransport();
  Proxy proxy;
  WireRequest wire = Wire("http://upstream.invalid/path");
  wire.proxy.url = Secret(proxy.url("me:p%40ss@"));
  CHECK(transport->Send(wire, {}).body == "proxy");
  const std::string head = proxy.Heads().at(0);
  CHECK(head.starts_with("GET http://upstream.invalid/path HTTP/1.1\r\n"));
  CHECK(head.find("Proxy-Authorization: Basic " + Base64Encode("me:p@ss")) != std::string::npos);

  const Error error = test::ErrorOf([&] {
    wire.request.url = "https://upstream.invalid/path";
    transport->Send(wire, {});
  });
  CHECK(error.kind() == ErrorKind::kTransient);
  CHECK(proxy.Heads().at(1).starts_with("CONNECT upstream.invalid:443 HTTP/1.1\r\n"));
}

TEST_CASE("exceptions and direct targets pass by the proxy", "[network]") {
  const auto transport = MakeCurlTransport();
  Proxy proxy;
  EchoServer server;
  WireRequest wire = Wire(server.url());
  wire.proxy.url = Secret(proxy.url());
  CHECK(transport->Send(wire, {}).body == "proxy");
  wire.proxy.exceptions = ".internal,127.0.0.0/8";
  CHECK(transport->Send(wire, {}).body == "direct");
  wire.proxy = {.url = Secret(proxy.url()), .direct = true};
  CHECK(transport->Send(wire, {}).body == "direct");
}

TEST_CASE("the environment's proxies serve each scheme, and not this machine", "[network]") {
  Proxy plain;
  Proxy tls;
  std::shared_ptr<Transport> transport;
  {
    const Environment environment(
        {{"HTTP_PROXY", plain.url()}, {"HTTPS_PROXY", tls.url()}, {"NO_PROXY", "kept.invalid"}});
    transport = MakeCurlTransport();
  }
  CHECK(transport->Send(Wire("http://upstream.invalid/"), {}).body == "proxy");
  CHECK(plain.Heads().size() == 1);
  CHECK_THROWS_AS(transport->Send(Wire("https://upstream.invalid/"), {}), Error);
  CHECK(tls.Heads().size() == 1);
  CHECK_THROWS_AS(transport->Send(Wire("http://kept.invalid/"), {}), Error);
  CHECK(plain.Heads().size() == 1);
  EchoServer server;
  CHECK(transport->Send(Wire(server.url()), {}).body == "direct");

  const Environment all({{"ALL_PROXY", plain.url()}});
  CHECK(MakeCurlTransport()->Send(Wire("http://upstream.invalid/"), {}).body == "proxy");
}

TEST_CASE("a proxy's password is in no message", "[network]") {
  const auto transport = MakeCurlTransport();
  for (const char* proxy :
       {"http://me:hunter22@[bad", "odd://me:hunter22@host:1", "http://me:hunter22@127.0.0.1:1"}) {
    WireRequest wire = Wire("http://upstream.invalid/");
    wire.proxy.url = Secret(proxy);
    const std::string text = test::ErrorOf([&] { transport->Send(wire, {}); }).what();
    INFO(text);
    CHECK(text.find("hunter22") == std::string::npos);
  }
}

TEST_CASE("a client hands its network options on, and masks their secrets", "[network]") {
  testing::ManualClock clock;
  std::vector<std::string> warnings;
  const Logger logger = Logger::ToSink(
      LogLevel::kWarning, [&](const LogRecord& record) { warnings.push_back(record.message); });
  const auto transport = std::make_shared<test::ScriptedTransport>(
      [](const WireRequest&, std::size_t) { return test::Answer(200); });
  ClientFactory factory{.transport = transport, .clock = clock, .logger = logger};
  factory.tls = {.verify = false, .ca_file = "ca.pem", .min_version = TlsVersion::kTls13};
  factory.proxy = {.url = Secret("http://operator:pass-word@proxy")};
  factory.guard = {.enabled = true};
  ClientOptions options;
  options.target = "Acme";
  options.tls = {.certificate_file = "cert.pem", .key_password = Secret("key-pass")};
  options.max_response_bytes = 7;
  factory.Make(options).Send(Request::Get("http://host/"));
  const WireRequest wire = transport->Sent().at(0);
  CHECK_FALSE(wire.tls.verify);
  CHECK(wire.tls.ca_file == "ca.pem");
  CHECK(wire.tls.min_version == TlsVersion::kTls13);
  CHECK(wire.tls.certificate_file == "cert.pem");
  CHECK(wire.proxy.url.Reveal() == "http://operator:pass-word@proxy");
  CHECK(wire.guard.enabled);
  CHECK(wire.guard.allowed.empty());
  CHECK(wire.max_response_bytes == 7);
  CHECK(logger.Masker().Mask("pass-word key-pass") == "*** ***");
  REQUIRE(warnings.size() == 1);
  CHECK(warnings[0].starts_with("Acme: TLS certificates are not verified"));

  options.proxy.direct = true;
  factory.Make(options).Send(Request::Get("http://host/"));
  CHECK(transport->Sent().at(1).proxy.url.empty());

  options.guard = {.enabled = true, .allowed = {"10.0.0.0/8"}};
  factory.Make(options).Send(Request::Get("http://host/"));
  CHECK(transport->Sent().at(2).guard.allowed == std::vector<std::string>{"10.0.0.0/8"});
}

TEST_CASE("a certificate is verified, unless its authority is added or verifying is off",
          "[network]") {
  const auto transport = MakeCurlTransport();
  const test::Certificate certificate;
  const test::TlsServer server(certificate, {});
  WireRequest wire = Wire(server.url());
  CHECK(test::ErrorOf([&] { transport->Send(wire, {}); }).kind() == ErrorKind::kTransient);
  SECTION("added") {
    wire.tls.ca_file = certificate.certificate_file();
    CHECK(transport->Send(wire, {}).body == "TLSv1.3 any client");
  }
  SECTION("off") {
    wire.tls.verify = false;
    CHECK(transport->Send(wire, {}).body == "TLSv1.3 any client");
  }
  SECTION("another name") {
    wire.tls.ca_file = certificate.certificate_file();
    wire.request.url = ReplaceAll(wire.request.url, "127.0.0.1", "localhost");
    CHECK_THROWS_AS(transport->Send(wire, {}), Error);
  }
}

TEST_CASE("an added authority does not take the place of the system's", "[network]") {
  const test::Certificate certificate;
  const test::Certificate of_system;
  const Environment environment({{"SSL_CERT_FILE", of_system.certificate_file()}});
  const std::string both = AuthoritiesWith(certificate.certificate_file());
  for (const std::string& file : {certificate.certificate_file(), of_system.certificate_file()}) {
    std::ifstream stream(file);
    const std::string text{std::istreambuf_iterator<char>(stream), {}};
    REQUIRE_FALSE(text.empty());
    CHECK(both.find(text) != std::string::npos);
  }
  const Error error = test::ErrorOf([] { AuthoritiesWith("/nowhere.pem"); });
  CHECK(error.kind() == ErrorKind::kConfig);
  CHECK(std::string(error.what()).find("/nowhere.pem") != std::string::npos);
}

TEST_CASE("a server that is too old is refused", "[network]") {
  const auto transport = MakeCurlTransport();
  const test::Certificate certificate;
  const test::TlsServer server(certificate, {.max_version = TLS1_2_VERSION});
  WireRequest wire = Wire(server.url());
  wire.tls.ca_file = certificate.certificate_file();
  CHECK(transport->Send(wire, {}).body == "TLSv1.2 any client");
  wire.tls.min_version = TlsVersion::kTls13;
  CHECK_THROWS_AS(transport->Send(wire, {}), Error);
}

TEST_CASE("a client shows its certificate where it has one", "[network]") {
  const auto transport = MakeCurlTransport();
  const test::Certificate certificate;
  const test::Certificate own;
  const test::TlsServer server(certificate, {.client_ca = own.certificate_file()});
  WireRequest wire = Wire(server.url());
  wire.tls.ca_file = certificate.certificate_file();
  CHECK_THROWS_AS(transport->Send(wire, {}), Error);
  wire.tls.certificate_file = own.certificate_file();
  wire.tls.key_file = own.key_file();
  CHECK(transport->Send(wire, {}).body == "TLSv1.3 known client");
  wire.tls.key_file = "/nowhere.pem";
  CHECK(test::ErrorOf([&] { transport->Send(wire, {}); }).kind() == ErrorKind::kPermanent);
}

TEST_CASE("HTTP/2 is spoken where the server offers it", "[network]") {
  const auto transport = MakeCurlTransport();
  const test::Certificate certificate;
  const test::TlsServer server(certificate, {.speaks_http2 = true});
  WireRequest wire = Wire(server.url());
  wire.tls.ca_file = certificate.certificate_file();
  const Response response = transport->Send(wire, {});
  CHECK(response.status == 200);
  CHECK(response.body == "two");
}

TEST_CASE("a compressed body counts as what it holds", "[network]") {
  const std::string gzip = FromHex(
      "1f8b0800000000000203edc13101000000c2a0da8b6f0d0fa000000000000000000000000000000000000000"
      "0000000000000000000000000000000000000000000000000000000000000000000000000000000000000000"
      "000000000000000000000000000000000000000000000000000000000000000000805703711107fea0860100");
  const auto transport = MakeCurlTransport();
  test::TestServer server;
  std::string accepted;
  server.Route(Method::kGet, "/", [&](const ServerRequest& request) {
    accepted = request.headers.Get("Accept-Encoding").value_or("");
    ServerResponse response = ServerResponse::OfText(200, gzip);
    response.headers.Add("Content-Encoding", "gzip");
    return response;
  });
  server.Start();
  WireRequest wire = Wire(server.url());
  wire.max_response_bytes = 100'000;
  CHECK(transport->Send(wire, {}).body == std::string(100'000, 'x'));
  for (const char* coding : {"gzip", "deflate", "br"}) {
    CHECK(accepted.find(coding) != std::string::npos);
  }
  wire.max_response_bytes = 99'999;
  const Error error = test::ErrorOf([&] { transport->Send(wire, {}); });
  CHECK(error.kind() == ErrorKind::kPermanent);
  CHECK(std::string(error.what()).find("larger than") != std::string::npos);
}

TEST_CASE("a guarded request does not reach this machine", "[network][guard]") {
  const auto transport = MakeCurlTransport();
  EchoServer server;
  const std::string port = ":" + std::to_string(server.port());
  // Leaves a connection that could be used again.
  REQUIRE(transport->Send(Wire(server.url()), {}).body == "direct");
  for (const std::string host : {"127.0.0.1", "localhost", "2130706433", "0x7f.1"}) {
    INFO(host);
    WireRequest wire = Wire(std::string("http://").append(host).append(port).append("/"));
    wire.guard.enabled = true;
    const Error error = test::ErrorOf([&] { transport->Send(wire, {}); });
    CHECK(error.kind() == ErrorKind::kPermanent);
    CHECK(std::string(error.what()).find("is not public") != std::string::npos);
    wire.guard.allowed = {"127.0.0.0/8", "::1"};
    CHECK(transport->Send(wire, {}).body == "direct");
  }
}

TEST_CASE("a guarded request does not follow a redirect to a private address, nor use a proxy",
          "[network][guard]") {
  const auto transport = MakeCurlTransport();
  test::TestServer server;
  server.Route(Method::kGet, "/", [](const ServerRequest&) {
    ServerResponse response;
    response.status = 302;
    response.headers.Add("Location", "http://169.254.169.254/latest/meta-data");
    return response;
  });
  server.Start();
  Proxy proxy;
  WireRequest wire = Wire(server.url());
  wire.guard = {.enabled = true, .allowed = {"127.0.0.1"}};
  wire.proxy.url = Secret(proxy.url());
  const Error error = test::ErrorOf([&] { transport->Send(wire, {}); });
  CHECK(error.kind() == ErrorKind::kPermanent);
  CHECK(std::string(error.what()).find("its address 169.254.169.254 is not public") !=
        std::string::npos);
  CHECK(proxy.Heads().empty());
}

TEST_CASE("what a guard allows must be networks", "[network][guard]") {
  testing::ManualClock clock;
  ClientOptions options;
  options.guard = {.enabled = true, .allowed = {"internal.example"}};
  const Error error =
      test::ErrorOf([&] { Client(options, MakeCurlTransport(), clock, Logger::Null(), {}); });
  CHECK(error.kind() == ErrorKind::kConfig);
}

}  // namespace ocean::http
