#pragma once
/// @file Is a webhook from whom it says? Checks over the exact bytes of a request.

#include <chrono>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "ocean/base/clock.hpp"
#include "ocean/base/secret.hpp"
#include "ocean/http/message.hpp"

namespace ocean::http {

/// How long ago, or ahead, a signed time may be.
inline constexpr std::chrono::seconds kTimestampTolerance{300};

/// Decides whether a request is genuine. Immutable; copies share their state.
///
/// Texts are compared in a time that does not depend on where they differ. What is compared is the text of a signature: hexadecimal
/// digits are lower case, as all known senders write them.
/// Errors    the makers throw Error{kConfig} for an empty or malformed secret, which anybody could sign with
/// Threads   Refusal may overlap
class Verifier {
 public:
  /// Why the request is not genuine, for the log and never for the sender; empty when it is. It holds no secret and no signature.
  std::optional<std::string> Refusal(const Headers& headers, std::string_view body,
                                     TimePoint now) const;
  /// Why nothing is checked, as Unsigned was told; empty for every other verifier.
  const std::optional<std::string>& unsigned_reason() const;
  /// Headers whose value is the secret itself: they must not be kept.
  const std::vector<std::string>& secret_headers() const;

  /// One way to check; implemented in signature.cpp.
  struct Check;
  explicit Verifier(std::shared_ptr<const Check> check);

 private:
  std::shared_ptr<const Check> check_;
};

enum class HmacAlgorithm { kSha1, kSha256, kSha512 };
enum class SignatureEncoding { kHex, kBase64 };

/// A keyed hash in a header: GitHub, Jira, SonarQube, Slack, PagerDuty …
struct HmacSignature {
  /// Where the signature is; several in one header are separated by blanks, and one valid one is enough.
  std::string header;
  HmacAlgorithm algorithm = HmacAlgorithm::kSha256;
  SignatureEncoding encoding = SignatureEncoding::kHex;
  /// Before each signature: "sha256=".
  std::string prefix = {};
  /// What is signed: "{body}" stands for the exact bytes, "{NAME}" for the header of that name, which must be there.
  std::string signed_text = "{body}";
  /// A header with Unix seconds that must be near the present. It should be part of `signed_text`. Empty: no time is checked.
  std::string timestamp_header = {};
  std::chrono::seconds tolerance = kTimestampTolerance;
};

Verifier Hmac(const Secret& secret, HmacSignature signature);
/// The value of the signature's header, as the sender makes it. Error{kPermanent} when a header that it needs is missing.
std::string SignHmac(const Secret& secret, const HmacSignature& signature, const Headers& headers,
                     std::string_view body);

/// The Standard Webhooks specification, symmetric signatures (v1). `secret` is "whsec_" and Base64, or Base64 alone.
/// Source    https://www.standardwebhooks.com, read 2026-11
Verifier StandardWebhooks(const Secret& secret,
                          std::chrono::seconds tolerance = kTimestampTolerance);

/// The header's value is the secret.
Verifier SharedSecret(const Secret& secret, std::string header);

/// HTTP Basic credentials.
Verifier BasicCredentials(const std::string& user, const Secret& password);

/// Any of several is enough: while a secret is exchanged, or where senders differ.
Verifier AnyOf(std::vector<Verifier> verifiers);

/// Takes every request: whoever reaches the address can send events. `reason` says why there is no other way, and is shown in the
/// warning at the start.
Verifier Unsigned(std::string reason);

}  // namespace ocean::http
