#include "ocean/http/signature.hpp"

#include <filesystem>
#include <fstream>
#include <sstream>

#include "ocean/base/error.hpp"
#include "ocean/catch.hpp"
#include "ocean/error_of.hpp"
#include "signature_cases.hpp"

namespace ocean::http {
namespace {

Json ReadCases() {
  const auto file = std::filesystem::path(OCEAN_TEST_DIR) / "cases/signatures.json";
  std::stringstream text;
  text << std::ifstream(file).rdbuf();
  return ParseJson(text.str(), file.string());
}

TEST_CASE("a request is genuine, or there is a reason why not") {
  const Json cases = ReadCases();
  for (const Json& one : cases) {
    DYNAMIC_SECTION(GetString(one, "name")) {
      const Verifier verifier = test::MakeVerifier(one.at("verifier"));
      const TimePoint now{std::chrono::seconds(one.at("now").get<std::int64_t>())};
      const auto refusal =
          verifier.Refusal(test::HeadersOf(one.at("headers")), GetString(one, "body"), now);
      if (one.at("refusal").is_null()) {
        CHECK(refusal.value_or("accepted") == "accepted");
      } else {
        CHECK_THAT(refusal.value_or("accepted"), Catch::Contains(GetString(one, "refusal")));
      }
    }
  }
}

TEST_CASE("a refusal tells neither the secret nor the signature that would fit") {
  const Verifier verifier = Hmac(Secret("hush hush"), {.header = "X-Sig", .prefix = "sha256="});
  const auto refusal = verifier.Refusal({{"X-Sig", "sha256=00"}}, "body", {});
  REQUIRE(refusal);
  CHECK_THAT(*refusal, !Catch::Contains("hush") && !Catch::Contains("sha256="));
}

TEST_CASE("a secret that anybody could sign with is refused") {
  const std::vector<std::function<void()>> attempts = {
      [] { Hmac(Secret(""), {.header = "X-Sig"}); },
      [] { Hmac(Secret("  "), {.header = "X-Sig"}); },
      [] { SharedSecret(Secret(""), "X-Token"); },
      [] { BasicCredentials("user", Secret("")); },
      [] { StandardWebhooks(Secret("")); },
      [] { StandardWebhooks(Secret("whsec_")); },
      [] { StandardWebhooks(Secret("whsec_not base64")); }};
  for (const auto& attempt : attempts) {
    CHECK_THAT(testing::ErrorOf(attempt), Catch::StartsWith("config: the secret of"));
  }
}

TEST_CASE("headers that are the secret are named, so that nobody keeps them") {
  using Names = std::vector<std::string>;
  const Secret secret("hush hush");
  CHECK(Hmac(secret, {.header = "X-Sig"}).secret_headers().empty());
  CHECK(SharedSecret(secret, "X-Token").secret_headers() == Names{"X-Token"});
  CHECK(
      AnyOf({BasicCredentials("ada", secret), SharedSecret(secret, "X-Token")}).secret_headers() ==
      Names{"Authorization", "X-Token"});
}

TEST_CASE("a verifier that checks nothing says why, also among others") {
  const Verifier open = Unsigned("it cannot sign");
  const Verifier closed = SharedSecret(Secret("hush hush"), "X-Token");
  CHECK(open.unsigned_reason() == "it cannot sign");
  CHECK_FALSE(closed.unsigned_reason().has_value());
  CHECK(AnyOf({closed, open}).unsigned_reason() == "it cannot sign");
}

}  // namespace
}  // namespace ocean::http
