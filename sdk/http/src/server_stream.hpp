#pragma once
/// @file A server's end of a connection, with TLS or without. It brings Boost with it: for server.cpp alone.

#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/ssl.hpp>
#include <filesystem>
#include <memory>
#include <optional>
#include <string>
#include <utility>

#include "ocean/http/server.hpp"

namespace ocean::http {

/// The certificate that new connections show: that of the files, as they are now.
///
/// Threads   one at a time, but for is_used
class ServerTls {
 public:
  using Context = boost::asio::ssl::context;

  /// Error{kConfig} names the file that cannot be used.
  ServerTls(const ServerOptions& options, Logger logger);

  bool is_used() const { return context_ != nullptr; }
  /// Null without certificate files. Files that changed are read anew; those that cannot be used change nothing.
  Context* Current();

 private:
  using Times = std::pair<std::filesystem::file_time_type, std::filesystem::file_time_type>;

  std::unique_ptr<Context> Read() const;
  Times TimesOfFiles() const;

  const std::string certificate_file_;
  const std::string key_file_;
  const Logger logger_;
  Times times_;
  std::unique_ptr<Context> context_;
};

/// A socket as Asio and Beast want their streams.
class ServerStream {
 public:
  using Socket = boost::asio::ip::tcp::socket;
  using executor_type = Socket::executor_type;

  /// `tls` may be null.
  ServerStream(Socket socket, boost::asio::ssl::context* tls) : socket_(std::move(socket)) {
    if (tls != nullptr) tls_.emplace(socket_, *tls);
  }

  bool is_tls() const { return tls_.has_value(); }
  Socket& socket() { return socket_; }
  executor_type get_executor() { return socket_.get_executor(); }

  template <class Buffers, class Handler>
  void async_read_some(const Buffers& buffers, Handler&& handler) {
    if (!tls_) return socket_.async_read_some(buffers, std::forward<Handler>(handler));
    tls_->async_read_some(buffers, std::forward<Handler>(handler));
  }
  template <class Buffers, class Handler>
  void async_write_some(const Buffers& buffers, Handler&& handler) {
    if (!tls_) return socket_.async_write_some(buffers, std::forward<Handler>(handler));
    tls_->async_write_some(buffers, std::forward<Handler>(handler));
  }
  /// Only with TLS.
  template <class Handler>
  void Handshake(Handler&& handler) {
    tls_->async_handshake(boost::asio::ssl::stream_base::server, std::forward<Handler>(handler));
  }
  /// Only with TLS: says that nothing more comes.
  template <class Handler>
  void Farewell(Handler&& handler) {
    tls_->async_shutdown(std::forward<Handler>(handler));
  }

 private:
  Socket socket_;
  std::optional<boost::asio::ssl::stream<Socket&>> tls_;
};

}  // namespace ocean::http
