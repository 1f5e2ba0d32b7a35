#pragma once
/// @file A server's end of a connection, with TLS or without. It brings Boost with it: for server.cpp alone.

#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/ssl.hpp>
#include <memory>
#include <optional>
#include <utility>

#include "ocean/http/server.hpp"

namespace ocean::http {

/// What all connections share; null without certificate files. Error{kConfig} names the file that cannot be used.
std::unique_ptr<boost::asio::ssl::context> MakeTlsContext(const ServerOptions& options);

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
