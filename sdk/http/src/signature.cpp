#include "ocean/http/signature.hpp"

#include <openssl/crypto.h>
#include <openssl/evp.h>
#include <openssl/hmac.h>

#include <array>
#include <utility>

#include "ocean/base/error.hpp"
#include "ocean/base/hash.hpp"
#include "ocean/base/text.hpp"

namespace ocean::http {

struct Verifier::Check {
  Check() = default;
  Check(const Check&) = delete;
  Check& operator=(const Check&) = delete;
  virtual ~Check() = default;

  virtual std::optional<std::string> Refusal(const Headers& headers, std::string_view body,
                                             TimePoint now) const = 0;

  std::vector<std::string> secret_headers;
  std::optional<std::string> unsigned_reason;
};

namespace {

/// More signatures than a key rotation needs only cost time.
constexpr std::size_t kMaxSignatures = 16;
/// Far from where adding a tolerance would overflow.
constexpr std::int64_t kMaxUnixSeconds = 99'999'999'999;

const EVP_MD* DigestOf(HmacAlgorithm algorithm) {
  switch (algorithm) {
    case HmacAlgorithm::kSha1:
      return EVP_sha1();
    case HmacAlgorithm::kSha256:
      return EVP_sha256();
    case HmacAlgorithm::kSha512:
      return EVP_sha512();
  }
  return EVP_sha256();
}

std::string Encode(std::string_view bytes, SignatureEncoding encoding) {
  return encoding == SignatureEncoding::kHex ? HexEncode(bytes) : Base64Encode(bytes);
}

/// The length of a signature is no secret.
bool SameText(std::string_view a, std::string_view b) {
  return a.size() == b.size() && CRYPTO_memcmp(a.data(), b.data(), a.size()) == 0;
}

/// Neither the content nor the length of the secret shows in the time.
bool SameSecret(std::string_view given, std::string_view expected) {
  return SameText(Sha256Hex(given), Sha256Hex(expected));
}

void RequireSecret(const Secret& secret, const std::string& of) {
  if (!Trim(secret.Reveal()).empty()) return;
  throw Error(ErrorKind::kConfig, "the secret of " + of + " is empty: anybody could sign with it");
}

/// A piece of what is signed: a header's value or, without a name, literal text or the body.
struct Piece {
  enum class Kind { kText, kHeader, kBody };
  Kind kind = Kind::kText;
  std::string text;
};

std::vector<Piece> ParseSignedText(std::string_view text) {
  std::vector<Piece> pieces;
  while (!text.empty()) {
    const std::size_t open = text.find('{');
    if (open > 0) pieces.push_back({Piece::Kind::kText, std::string(text.substr(0, open))});
    if (open == std::string_view::npos) break;
    const std::size_t close = text.find('}', open);
    if (close == std::string_view::npos) {
      throw Error(ErrorKind::kBug, "a signature's text has a '{' without '}'");
    }
    const std::string name(text.substr(open + 1, close - open - 1));
    pieces.push_back({name == "body" ? Piece::Kind::kBody : Piece::Kind::kHeader, name});
    text.remove_prefix(close + 1);
  }
  return pieces;
}

struct HmacCheck final : Verifier::Check {
  HmacCheck(std::string the_key, HmacSignature the_signature)
      : key(std::move(the_key)),
        signature(std::move(the_signature)),
        pieces(ParseSignedText(signature.signed_text)) {}

  std::optional<std::string> Refusal(const Headers& headers, std::string_view body,
                                     TimePoint now) const override {
    const auto given = headers.Get(signature.header);
    if (!given) return "the header " + signature.header + " is missing";
    if (auto refusal = TimeRefusal(headers, now)) return refusal;
    std::string missing;
    const auto expected = Expected(headers, body, missing);
    if (!expected) return "the header " + missing + " is missing";
    return SignatureRefusal(*given, *expected);
  }

  /// The signature; empty when the header `missing` is not there.
  std::optional<std::string> Expected(const Headers& headers, std::string_view body,
                                      std::string& missing) const {
    std::string text;
    for (const Piece& piece : pieces) {
      if (piece.kind == Piece::Kind::kText) text += piece.text;
      if (piece.kind == Piece::Kind::kBody) text += body;
      if (piece.kind != Piece::Kind::kHeader) continue;
      const auto value = headers.Get(piece.text);
      if (!value) {
        missing = piece.text;
        return std::nullopt;
      }
      text += *value;
    }
    return signature.prefix + Encode(Digest(text), signature.encoding);
  }

  std::optional<std::string> TimeRefusal(const Headers& headers, TimePoint now) const {
    if (signature.timestamp_header.empty()) return std::nullopt;
    const auto text = headers.Get(signature.timestamp_header);
    if (!text) return "the header " + signature.timestamp_header + " is missing";
    const auto seconds = ParseInt(*text);
    if (!seconds || *seconds < 0 || *seconds > kMaxUnixSeconds) {
      return "the header " + signature.timestamp_header + " is no time in Unix seconds";
    }
    const TimePoint sent{std::chrono::seconds(*seconds)};
    if (sent < now - signature.tolerance) return "it was signed too long ago";
    if (sent > now + signature.tolerance) return "it was signed in the future";
    return std::nullopt;
  }

  std::optional<std::string> SignatureRefusal(std::string_view given,
                                              const std::string& expected) const {
    std::size_t count = 0;
    bool accepted = false;
    for (const std::string& one : Split(given, ' ')) {
      if (++count > kMaxSignatures) break;
      accepted |= SameText(one, expected);
    }
    if (accepted) return std::nullopt;
    return "the signature in " + signature.header + " does not fit the body and the secret";
  }

  std::string Digest(std::string_view text) const {
    std::array<unsigned char, EVP_MAX_MD_SIZE> digest{};
    unsigned int size = 0;
    if (HMAC(DigestOf(signature.algorithm), key.data(), static_cast<int>(key.size()),
             reinterpret_cast<const unsigned char*>(text.data()), text.size(), digest.data(),
             &size) == nullptr) {
      throw Error(ErrorKind::kBug, "this HMAC is not available in this OpenSSL");
    }
    return {reinterpret_cast<const char*>(digest.data()), size};
  }

  const std::string key;
  const HmacSignature signature;
  const std::vector<Piece> pieces;
};

struct HeaderCheck final : Verifier::Check {
  HeaderCheck(std::string the_header, std::string the_value)
      : header(std::move(the_header)), value(std::move(the_value)) {
    secret_headers.push_back(header);
  }

  std::optional<std::string> Refusal(const Headers& headers, std::string_view,
                                     TimePoint) const override {
    const auto given = headers.Get(header);
    if (!given) return "the header " + header + " is missing";
    if (SameSecret(*given, value)) return std::nullopt;
    return "the header " + header + " does not have the value that is configured";
  }

  const std::string header;
  const std::string value;
};

struct AnyCheck final : Verifier::Check {
  explicit AnyCheck(std::vector<Verifier> the_verifiers) : verifiers(std::move(the_verifiers)) {
    for (const Verifier& verifier : verifiers) {
      const auto& more = verifier.secret_headers();
      secret_headers.insert(secret_headers.end(), more.begin(), more.end());
      if (!unsigned_reason) unsigned_reason = verifier.unsigned_reason();
    }
  }

  std::optional<std::string> Refusal(const Headers& headers, std::string_view body,
                                     TimePoint now) const override {
    std::vector<std::string> refusals;
    for (const Verifier& verifier : verifiers) {
      auto refusal = verifier.Refusal(headers, body, now);
      if (!refusal) return std::nullopt;
      refusals.push_back(std::move(*refusal));
    }
    return Join(refusals, "; ");
  }

  const std::vector<Verifier> verifiers;
};

struct NoCheck final : Verifier::Check {
  explicit NoCheck(std::string reason) { unsigned_reason = std::move(reason); }
  std::optional<std::string> Refusal(const Headers&, std::string_view, TimePoint) const override {
    return std::nullopt;
  }
};

}  // namespace

Verifier::Verifier(std::shared_ptr<const Check> check) : check_(std::move(check)) {}

std::optional<std::string> Verifier::Refusal(const Headers& headers, std::string_view body,
                                             TimePoint now) const {
  return check_->Refusal(headers, body, now);
}

const std::optional<std::string>& Verifier::unsigned_reason() const {
  return check_->unsigned_reason;
}

const std::vector<std::string>& Verifier::secret_headers() const {
  return check_->secret_headers;
}

Verifier Hmac(const Secret& secret, HmacSignature signature) {
  RequireSecret(secret, "the signature in " + signature.header);
  return Verifier(std::make_shared<HmacCheck>(secret.Reveal(), std::move(signature)));
}

std::string SignHmac(const Secret& secret, const HmacSignature& signature, const Headers& headers,
                     std::string_view body) {
  std::string missing;
  auto value = HmacCheck(secret.Reveal(), signature).Expected(headers, body, missing);
  if (!value) throw Error(ErrorKind::kPermanent, "the header " + missing + " is needed to sign");
  return std::move(*value);
}

Verifier StandardWebhooks(const Secret& secret, std::chrono::seconds tolerance) {
  RequireSecret(secret, "the Standard Webhooks signature");
  constexpr std::string_view kPrefix = "whsec_";
  std::string_view text = secret.Reveal();
  if (text.starts_with(kPrefix)) text.remove_prefix(kPrefix.size());
  std::optional<std::string> key = Base64Decode(text);
  if (!key || key->empty()) {
    throw Error(ErrorKind::kConfig,
                "the secret of the Standard Webhooks signature is not Base64: it looks like "
                "whsec_… and is copied whole");
  }
  return Verifier(std::make_shared<HmacCheck>(
      std::move(*key), HmacSignature{.header = "webhook-signature",
                                     .encoding = SignatureEncoding::kBase64,
                                     .prefix = "v1,",
                                     .signed_text = "{webhook-id}.{webhook-timestamp}.{body}",
                                     .timestamp_header = "webhook-timestamp",
                                     .tolerance = tolerance}));
}

Verifier SharedSecret(const Secret& secret, std::string header) {
  RequireSecret(secret, "the header " + header);
  return Verifier(std::make_shared<HeaderCheck>(std::move(header), secret.Reveal()));
}

Verifier BasicCredentials(const std::string& user, const Secret& password) {
  RequireSecret(password, "the webhook's credentials");
  return Verifier(std::make_shared<HeaderCheck>(
      "Authorization", "Basic " + Base64Encode(user + ":" + password.Reveal())));
}

Verifier AnyOf(std::vector<Verifier> verifiers) {
  if (verifiers.empty()) throw Error(ErrorKind::kBug, "any of no verifiers accepts nothing");
  return Verifier(std::make_shared<AnyCheck>(std::move(verifiers)));
}

Verifier Unsigned(std::string reason) {
  return Verifier(std::make_shared<NoCheck>(std::move(reason)));
}

}  // namespace ocean::http
