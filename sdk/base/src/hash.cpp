#include "ocean/base/hash.hpp"

#include <openssl/evp.h>
#include <openssl/rand.h>
#include <xxhash.h>

#include <array>

#include "ocean/base/error.hpp"
#include "ocean/base/text.hpp"

namespace ocean {

std::string Hash128::Hex() const {
  XXH128_canonical_t canonical;
  XXH128_canonicalFromHash(&canonical, XXH128_hash_t{low, high});
  return HexEncode({reinterpret_cast<const char*>(canonical.digest), sizeof(canonical.digest)});
}

Hash128 HashBytes(std::string_view bytes) {
  const XXH128_hash_t hash = XXH3_128bits(bytes.data(), bytes.size());
  return {hash.high64, hash.low64};
}

Hash128 HashPair(std::string_view first, std::string_view second) {
  // The hash of the first part seeds that of the second: no separator can be forged.
  const XXH64_hash_t seed = XXH3_64bits(first.data(), first.size());
  const XXH128_hash_t hash = XXH3_128bits_withSeed(second.data(), second.size(), seed);
  return {hash.high64, hash.low64};
}

std::string Sha256Hex(std::string_view bytes) {
  std::array<unsigned char, EVP_MAX_MD_SIZE> digest{};
  unsigned int size = 0;
  if (EVP_Digest(bytes.data(), bytes.size(), digest.data(), &size, EVP_sha256(), nullptr) != 1) {
    throw Error(ErrorKind::kBug, "SHA-256 is not available in this OpenSSL");
  }
  return HexEncode({reinterpret_cast<const char*>(digest.data()), size});
}

std::string RandomUuid() {
  std::array<unsigned char, 16> bytes{};
  if (RAND_bytes(bytes.data(), bytes.size()) != 1) {
    throw Error(ErrorKind::kTransient, "the system gave no random bytes");
  }
  bytes[6] = static_cast<unsigned char>((bytes[6] & 0x0f) | 0x40);
  bytes[8] = static_cast<unsigned char>((bytes[8] & 0x3f) | 0x80);
  const std::string hex = HexEncode({reinterpret_cast<const char*>(bytes.data()), bytes.size()});
  return hex.substr(0, 8) + "-" + hex.substr(8, 4) + "-" + hex.substr(12, 4) + "-" +
         hex.substr(16, 4) + "-" + hex.substr(20);
}

}  // namespace ocean
