#pragma once
/// @file What scripted servers were asked, for whoever compares it with the vendor's description.

#include "ocean/http/server.hpp"

namespace ocean::testing {

/// Adds the request as a line of JSON {method, path, query, headers, body} to the file that the variable OCEAN_TEST_REQUESTS
/// names; does nothing without it.
///
/// Errors    Error{kConfig}: the file cannot be written
/// Threads   any
void LogRequest(const http::ServerRequest& request);

}  // namespace ocean::testing
