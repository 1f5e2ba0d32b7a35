#pragma once
/// @file Servers that speak less than HTTP, or more: one connection at a time, byte by byte, also under TLS.

#include <openssl/pem.h>
#include <openssl/ssl.h>
#include <openssl/x509v3.h>

#include <atomic>
#include <bit>
#include <csignal>
#include <filesystem>
#include <fstream>
#include <thread>

#include "http_fixture.hpp"
#include "ocean/base/hash.hpp"

namespace ocean::http::test {

/// A listening socket on loopback whose connections, one after the other, `serve` gets.
class RawServer {
 public:
  using Serve = std::function<void(int socket)>;

  explicit RawServer(Serve serve) : serve_(std::move(serve)), listener_(MakeListener()) {
    std::signal(SIGPIPE, SIG_IGN);  // a client that refuses the certificate may be gone
    thread_ = std::thread([this] { Run(); });
  }
  ~RawServer() {
    stopping_ = true;
    ::shutdown(listener_, SHUT_RDWR);
    thread_.join();
    ::close(listener_);
  }
  RawServer(const RawServer&) = delete;
  RawServer& operator=(const RawServer&) = delete;

  std::string address() const { return "127.0.0.1:" + std::to_string(port_); }
  std::uint16_t port() const { return port_; }

  /// Reads up to the empty line after a request's head.
  static std::string ReadHead(int socket) {
    std::string head;
    char c = 0;
    while (!head.ends_with("\r\n\r\n") && ::recv(socket, &c, 1, 0) == 1) head += c;
    return head;
  }
  /// False when the client is gone.
  static bool Write(int socket, std::string_view bytes) {
    while (!bytes.empty()) {
      const ssize_t sent = ::send(socket, bytes.data(), bytes.size(), MSG_NOSIGNAL);
      if (sent <= 0) return false;
      bytes.remove_prefix(static_cast<std::size_t>(sent));
    }
    return true;
  }

 private:
  int MakeListener() {
    const int socket = ::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    if (socket < 0) throw std::runtime_error("socket");
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    socklen_t size = sizeof address;
    auto* generic = std::bit_cast<sockaddr*>(&address);
    if (::bind(socket, generic, size) != 0 || ::listen(socket, 8) != 0 ||
        ::getsockname(socket, generic, &size) != 0) {
      throw std::runtime_error("listen");
    }
    port_ = ntohs(address.sin_port);
    return socket;
  }

  void Run() {
    while (!stopping_) {
      const int socket = ::accept(listener_, nullptr, nullptr);
      if (socket < 0) continue;
      serve_(socket);
      ::close(socket);
    }
  }

  const Serve serve_;
  std::uint16_t port_ = 0;
  std::atomic<bool> stopping_{false};
  const int listener_;
  std::thread thread_;
};

/// A self-signed certificate for 127.0.0.1 with its key, in files.
class Certificate {
 public:
  Certificate() : folder_(std::filesystem::temp_directory_path() / ("tls-" + RandomUuid())) {
    std::filesystem::create_directory(folder_);
    EVP_PKEY* key = EVP_EC_gen("P-256");
    X509* certificate = X509_new();
    X509_set_version(certificate, 2);
    ASN1_INTEGER_set(X509_get_serialNumber(certificate), 1);
    X509_gmtime_adj(X509_getm_notBefore(certificate), -3600);
    X509_gmtime_adj(X509_getm_notAfter(certificate), 3600);
    X509_set_pubkey(certificate, key);
    X509_NAME* name = X509_get_subject_name(certificate);
    static const unsigned char kName[] = "ocean test";
    X509_NAME_add_entry_by_txt(name, "CN", MBSTRING_ASC, kName, -1, -1, 0);
    X509_set_issuer_name(certificate, name);
    Extend(certificate, NID_subject_alt_name, "IP:127.0.0.1");
    Extend(certificate, NID_basic_constraints, "critical,CA:TRUE");
    X509_sign(certificate, key, EVP_sha256());
    Write(certificate_file(), [&](std::FILE* file) { PEM_write_X509(file, certificate); });
    Write(key_file(), [&](std::FILE* file) {
      PEM_write_PrivateKey(file, key, nullptr, nullptr, 0, nullptr, nullptr);
    });
    X509_free(certificate);
    EVP_PKEY_free(key);
  }
  ~Certificate() { std::filesystem::remove_all(folder_); }
  Certificate(const Certificate&) = delete;
  Certificate& operator=(const Certificate&) = delete;

  std::string certificate_file() const { return folder_ / "cert.pem"; }
  std::string key_file() const { return folder_ / "key.pem"; }

 private:
  static void Extend(X509* certificate, int type, const char* value) {
    X509_EXTENSION* extension = X509V3_EXT_conf_nid(nullptr, nullptr, type, value);
    X509_add_ext(certificate, extension, -1);
    X509_EXTENSION_free(extension);
  }
  template <class Fn>
  static void Write(const std::string& file, Fn&& write) {
    std::FILE* stream = std::fopen(file.c_str(), "w");
    if (stream == nullptr) throw std::runtime_error(file);
    write(stream);
    std::fclose(stream);
  }

  const std::filesystem::path folder_;
};

/// What a TLS server is asked to do.
struct TlsBehaviour {
  int max_version = TLS1_3_VERSION;
  /// The client must show this certificate; empty: none.
  std::string client_ca = {};
  bool speaks_http2 = false;
};

/// Answers each request under TLS with the version and the subject of the client's certificate.
class TlsServer {
 public:
  TlsServer(const Certificate& certificate, TlsBehaviour behaviour)
      : context_(SSL_CTX_new(TLS_server_method())), behaviour_(std::move(behaviour)) {
    SSL_CTX_use_certificate_file(context_, certificate.certificate_file().c_str(),
                                 SSL_FILETYPE_PEM);
    SSL_CTX_use_PrivateKey_file(context_, certificate.key_file().c_str(), SSL_FILETYPE_PEM);
    SSL_CTX_set_max_proto_version(context_, behaviour_.max_version);
    if (!behaviour_.client_ca.empty()) {
      SSL_CTX_load_verify_locations(context_, behaviour_.client_ca.c_str(), nullptr);
      SSL_CTX_set_verify(context_, SSL_VERIFY_PEER | SSL_VERIFY_FAIL_IF_NO_PEER_CERT, nullptr);
    }
    SSL_CTX_set_alpn_select_cb(context_, &TlsServer::OnAlpn, this);
    server_ = std::make_unique<RawServer>([this](int socket) { Serve(socket); });
  }
  ~TlsServer() {
    server_.reset();
    SSL_CTX_free(context_);
  }
  TlsServer(const TlsServer&) = delete;
  TlsServer& operator=(const TlsServer&) = delete;

  std::string url() const { return "https://" + server_->address(); }
  std::string address() const { return server_->address(); }

 private:
  static int OnAlpn(SSL*, const unsigned char** out, unsigned char* size, const unsigned char* in,
                    unsigned int in_size, void* self) {
    static const unsigned char kHttp2[] = {2, 'h', '2'};
    static const unsigned char kHttp1[] = {8, 'h', 't', 't', 'p', '/', '1', '.', '1'};
    const bool http2 = static_cast<TlsServer*>(self)->behaviour_.speaks_http2;
    unsigned char* selected = nullptr;
    const int result = SSL_select_next_proto(&selected, size, http2 ? kHttp2 : kHttp1,
                                             http2 ? sizeof kHttp2 : sizeof kHttp1, in, in_size);
    *out = selected;
    return result == OPENSSL_NPN_NEGOTIATED ? SSL_TLSEXT_ERR_OK : SSL_TLSEXT_ERR_ALERT_FATAL;
  }

  void Serve(int socket) const {
    SSL* ssl = SSL_new(context_);
    SSL_set_fd(ssl, socket);
    if (SSL_accept(ssl) == 1) behaviour_.speaks_http2 ? AnswerHttp2(ssl) : Answer(ssl);
    SSL_free(ssl);
  }

  static void Answer(SSL* ssl) {
    std::string head;
    char c = 0;
    while (!head.ends_with("\r\n\r\n") && SSL_read(ssl, &c, 1) == 1) head += c;
    const std::string body = SSL_get_version(ssl) + std::string(" ") +
                             (SSL_get0_peer_certificate(ssl) ? "known client" : "any client");
    Send(ssl, "HTTP/1.1 200 OK\r\nConnection: close\r\nContent-Length: " +
                  std::to_string(body.size()) + "\r\n\r\n" + body);
    SSL_shutdown(ssl);
  }

  /// Settings and their acknowledgement, then status 200 (the eighth entry of HPACK's table) and a body on stream 1.
  static void AnswerHttp2(SSL* ssl) {
    Read(ssl, 24);  // the preface
    for (bool asked = false; !asked;) {
      const std::string head = Read(ssl, 9);
      if (head.size() < 9) return;
      const auto byte = [&](std::size_t i) { return static_cast<unsigned char>(head[i]); };
      Read(ssl, std::size_t{byte(0)} << 16U | std::size_t{byte(1)} << 8U | byte(2));
      asked = byte(3) == 1;  // HEADERS
    }
    using namespace std::string_literals;
    Send(ssl, "\0\0\0\4\0\0\0\0\0"s + "\0\0\0\4\1\0\0\0\0"s + "\0\0\1\1\4\0\0\0\1\x88"s +
                  "\0\0\3\0\1\0\0\0\1two"s);
    Read(ssl, 1);  // until the client has had enough
  }

  static std::string Read(SSL* ssl, std::size_t size) {
    std::string text;
    char c = 0;
    while (text.size() < size && SSL_read(ssl, &c, 1) == 1) text += c;
    return text;
  }
  static void Send(SSL* ssl, const std::string& bytes) {
    SSL_write(ssl, bytes.data(), static_cast<int>(bytes.size()));
  }

  SSL_CTX* context_;
  const TlsBehaviour behaviour_;
  std::unique_ptr<RawServer> server_;
};

}  // namespace ocean::http::test
