#include "bad_request.hpp"
#include "ocean/base/json.hpp"
#include "ocean/http/server.hpp"

namespace ocean::http {

std::string ServerRequest::QueryValue(std::string_view name) const {
  for (const auto& [key, value] : query) {
    if (key == name) return value;
  }
  return "";
}

Json ServerRequest::ParseBody() const {
  try {
    return ParseJson(body, "the request's body");
  } catch (const Error& error) {
    throw BadRequest(error.what());
  }
}

ServerResponse ServerResponse::OfJson(int status, const Json& body) {
  ServerResponse response;
  response.status = status;
  response.body = DumpJson(body);
  return response;
}

ServerResponse ServerResponse::OfText(int status, std::string text) {
  ServerResponse response;
  response.status = status;
  response.body = std::move(text);
  response.content_type = "text/plain; charset=utf-8";
  return response;
}

}  // namespace ocean::http
