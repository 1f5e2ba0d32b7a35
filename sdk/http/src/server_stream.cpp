#include "server_stream.hpp"

#include "ocean/base/error.hpp"

namespace ocean::http {

namespace {

using Context = boost::asio::ssl::context;
using ErrorCode = boost::system::error_code;

void Require(const ErrorCode& error, const std::string& what, const std::string& file) {
  if (error) {
    throw Error(ErrorKind::kConfig,
                "server." + what + ": '" + file + "' cannot be used: " + error.message());
  }
}

}  // namespace

std::unique_ptr<Context> MakeTlsContext(const ServerOptions& options) {
  if (options.certificate_file.empty() && options.key_file.empty()) return nullptr;
  if (options.certificate_file.empty() || options.key_file.empty()) {
    throw Error(ErrorKind::kConfig, "server.certificate_file and server.key_file need each other");
  }
  auto context = std::make_unique<Context>(Context::tls_server);
  context->set_options(Context::no_tlsv1 | Context::no_tlsv1_1);
  // OpenSSL would ask whoever sits at the terminal.
  context->set_password_callback([](std::size_t, Context::password_purpose) { return ""; });
  ErrorCode error;
  error = context->use_certificate_chain_file(options.certificate_file, error);
  Require(error, "certificate_file", options.certificate_file);
  error = context->use_private_key_file(options.key_file, Context::pem, error);
  Require(error, "key_file", options.key_file);
  return context;
}

}  // namespace ocean::http
