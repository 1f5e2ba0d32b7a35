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

ServerTls::ServerTls(const ServerOptions& options, Logger logger)
    : certificate_file_(options.certificate_file),
      key_file_(options.key_file),
      logger_(std::move(logger)) {
  if (certificate_file_.empty() && key_file_.empty()) return;
  if (certificate_file_.empty() || key_file_.empty()) {
    throw Error(ErrorKind::kConfig, "server.certificate_file and server.key_file need each other");
  }
  times_ = TimesOfFiles();
  context_ = Read();
}

ServerTls::Context* ServerTls::Current() {
  if (!is_used()) return nullptr;
  const Times times = TimesOfFiles();
  if (times == times_) return context_.get();
  times_ = times;
  try {
    context_ = Read();
    logger_.Info("the renewed certificate is used from now on");
  } catch (const Error& error) {
    // One of two files may be written already; the other's time will tell.
    logger_.Warning("the certificate files changed, but the former ones stay in use: " +
                    std::string(error.what()));
  }
  return context_.get();
}

std::unique_ptr<Context> ServerTls::Read() const {
  auto context = std::make_unique<Context>(Context::tls_server);
  context->set_options(Context::no_tlsv1 | Context::no_tlsv1_1);
  // OpenSSL would ask whoever sits at the terminal.
  context->set_password_callback([](std::size_t, Context::password_purpose) { return ""; });
  ErrorCode error;
  error = context->use_certificate_chain_file(certificate_file_, error);
  Require(error, "certificate_file", certificate_file_);
  error = context->use_private_key_file(key_file_, Context::pem, error);
  Require(error, "key_file", key_file_);
  return context;
}

ServerTls::Times ServerTls::TimesOfFiles() const {
  std::error_code missing;
  return {std::filesystem::last_write_time(certificate_file_, missing),
          std::filesystem::last_write_time(key_file_, missing)};
}

}  // namespace ocean::http
