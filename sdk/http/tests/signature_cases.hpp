#pragma once
/// @file Verifiers that a test's data describes.

#include <string>
#include <vector>

#include "ocean/base/json.hpp"
#include "ocean/http/signature.hpp"

namespace ocean::http::test {

inline HmacAlgorithm AlgorithmOf(const std::string& name) {
  return name == "sha1"     ? HmacAlgorithm::kSha1
         : name == "sha512" ? HmacAlgorithm::kSha512
                            : HmacAlgorithm::kSha256;
}

inline Verifier MakeVerifier(const Json& description) {
  const std::string type = GetString(description, "type");
  const Secret secret(GetString(description, "secret"));
  if (type == "standard") return StandardWebhooks(secret);
  if (type == "shared") return SharedSecret(secret, GetString(description, "header"));
  if (type == "basic") return BasicCredentials(GetString(description, "user"), secret);
  if (type == "unsigned") return Unsigned(GetString(description, "reason"));
  if (type == "any") {
    std::vector<Verifier> verifiers;
    for (const Json& one : description.at("of")) verifiers.push_back(MakeVerifier(one));
    return AnyOf(std::move(verifiers));
  }
  return Hmac(secret, {.header = GetString(description, "header"),
                       .algorithm = AlgorithmOf(GetString(description, "algorithm")),
                       .encoding = GetString(description, "encoding") == "base64"
                                       ? SignatureEncoding::kBase64
                                       : SignatureEncoding::kHex,
                       .prefix = GetString(description, "prefix"),
                       .signed_text = GetString(description, "signed_text", "{body}"),
                       .timestamp_header = GetString(description, "timestamp_header")});
}

inline Headers HeadersOf(const Json& object) {
  Headers headers;
  for (const auto& [name, value] : object.items()) headers.Add(name, value.get<std::string>());
  return headers;
}

}  // namespace ocean::http::test
