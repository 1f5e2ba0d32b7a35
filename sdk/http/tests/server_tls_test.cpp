#include <fstream>

#include "ocean/catch.hpp"
#include "ocean/http/server.hpp"
#include "ocean/http/transport.hpp"
#include "tls_fixture.hpp"

namespace ocean::http {

namespace {

ServerOptions OptionsWith(const test::Certificate& certificate) {
  ServerOptions options = test::LoopbackOptions();
  options.certificate_file = certificate.certificate_file();
  options.key_file = certificate.key_file();
  return options;
}

void AddRoutes(Server& server) {
  server.Route(Method::kPost, "/echo", [](const ServerRequest& request) {
    return ServerResponse::OfText(200, request.body);
  });
}

WireRequest RequestTo(const Server& server, const test::Certificate& trusted, std::string body) {
  WireRequest wire;
  wire.request.method = Method::kPost;
  wire.request.url = server.url() + "/echo";
  wire.request.body = std::move(body);
  wire.tls.ca_file = trusted.certificate_file();
  return wire;
}

}  // namespace

TEST_CASE("with certificate files the server speaks TLS", "[server]") {
  const test::Certificate certificate;
  ServerOptions options = OptionsWith(certificate);
  options.max_body_bytes = 1'000'000;
  test::TestServer server(options);
  AddRoutes(server);
  server.Start();
  CHECK(server.url().starts_with("https://127.0.0.1:"));
  const auto transport = MakeCurlTransport();
  // More than a record of TLS holds, twice over one connection.
  const std::string large(300'000, 'x');
  for (int i = 0; i < 2; ++i) {
    const Response answer = transport->Send(RequestTo(server, certificate, large), {});
    CHECK(answer.status == 200);
    CHECK(answer.body == large);
  }
  const Response refused =
      transport->Send(RequestTo(server, certificate, std::string(1'000'001, 'x')), {});
  CHECK(refused.status == 413);

  const test::Certificate stranger;
  CHECK(test::ErrorOf([&] { transport->Send(RequestTo(server, stranger, ""), {}); }).kind() ==
        ErrorKind::kTransient);
  // No word for those who speak no TLS, and no harm.
  CHECK(test::Ask(server.port(), "GET /echo HTTP/1.1\r\n\r\n").find("HTTP/1.1") ==
        std::string::npos);
  CHECK(transport->Send(RequestTo(server, certificate, "still there"), {}).body == "still there");
}

TEST_CASE("a certificate that was renewed is shown to new connections", "[server]") {
  const test::Certificate used;
  const test::Certificate renewed;
  test::TestServer server(OptionsWith(used));
  AddRoutes(server);
  server.Start();
  const auto answer_to = [&](const test::Certificate& trusted) {
    // A transport of its own: a connection that is open goes on with the certificate that it began with.
    return MakeCurlTransport()->Send(RequestTo(server, trusted, "hello"), {}).body;
  };
  CHECK(answer_to(used) == "hello");
  // A client that trusts what was there before has a copy of it.
  const test::Certificate before;
  const auto replace = [](const std::string& from, const std::string& to) {
    std::filesystem::copy_file(from, to, std::filesystem::copy_options::overwrite_existing);
    // Files of the same moment would be taken for the same.
    static std::chrono::seconds later{0};
    std::filesystem::last_write_time(
        to, std::filesystem::file_time_type::clock::now() + (later += std::chrono::seconds(10)));
  };
  replace(used.certificate_file(), before.certificate_file());
  replace(renewed.certificate_file(), used.certificate_file());
  // Without its key the new one is of no use yet.
  CHECK(answer_to(before) == "hello");
  replace(renewed.key_file(), used.key_file());
  CHECK(answer_to(renewed) == "hello");
  CHECK(test::ErrorOf([&] { answer_to(before); }).kind() == ErrorKind::kTransient);
}

TEST_CASE("files that make no TLS are a configuration error that names them", "[server]") {
  const test::Certificate certificate;
  const test::Certificate other;
  const auto problem = [&](std::string certificate_file, std::string key_file) {
    ServerOptions options = test::LoopbackOptions();
    options.certificate_file = std::move(certificate_file);
    options.key_file = std::move(key_file);
    test::TestServer server(options);
    const Error error = test::ErrorOf([&] { server.Start(); });
    CHECK(error.kind() == ErrorKind::kConfig);
    return std::string(error.what());
  };
  CHECK(problem(certificate.certificate_file(), "") ==
        "server.certificate_file and server.key_file need each other");
  CHECK(problem("/no/such.pem", certificate.key_file()) ==
        "server.certificate_file: '/no/such.pem' cannot be used: No such file or directory");
  CHECK_THAT(problem(certificate.certificate_file(), other.key_file()),
             Catch::StartsWith("server.key_file: '" + other.key_file() + "' cannot be used: ") &&
                 Catch::Contains("mismatch"));
}

}  // namespace ocean::http
