#pragma once
/// @file Whom this program trusts to vouch for servers, for protocols other than HTTP.

#include <string>

namespace ocean::http {

/// The certificates of `file` and those of the system (SSL_CERT_FILE, or what libcurl was built with), in PEM: what a Transport
/// trusts whose TlsOptions name that file.
///
/// Errors    Error{kConfig} naming the file that cannot be read or holds no certificate
std::string AuthoritiesWith(const std::string& file);

}  // namespace ocean::http
