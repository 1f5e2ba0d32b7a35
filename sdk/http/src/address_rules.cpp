#include "address_rules.hpp"

#include <arpa/inet.h>
#include <netinet/in.h>

#include <algorithm>
#include <cstring>

#include "ocean/base/error.hpp"
#include "ocean/base/text.hpp"

namespace ocean::http {
namespace {

constexpr int kMappedBits = 96;

Address Mapped(const in_addr& address) {
  Address mapped{};
  mapped[10] = mapped[11] = 0xFF;
  std::memcpy(&mapped[12], &address, sizeof address);
  return mapped;
}

/// The IPv4 address at `offset` of one that embeds it.
Address Embedded(const Address& address, std::size_t offset) {
  in_addr inner{};
  std::memcpy(&inner, &address[offset], sizeof inner);
  return Mapped(inner);
}

std::vector<Network> Networks(std::initializer_list<const char*> texts) {
  std::vector<Network> networks;
  for (const char* text : texts) networks.push_back(*ParseNetwork(text));
  return networks;
}

bool IsIn(const std::vector<Network>& networks, const Address& address) {
  return std::any_of(networks.begin(), networks.end(),
                     [&](const Network& network) { return network.Contains(address); });
}

/// What the IANA registries of special-purpose addresses call not globally reachable, and 168.63.129.16, a cloud's host.
bool IsSpecial(const Address& address) {
  static const std::vector<Network> kSpecial = Networks(
      {"0.0.0.0/8",        "10.0.0.0/8",      "100.64.0.0/10",  "127.0.0.0/8",    "169.254.0.0/16",
       "172.16.0.0/12",    "192.0.0.0/24",    "192.0.2.0/24",   "192.88.99.0/24", "192.168.0.0/16",
       "198.18.0.0/15",    "198.51.100.0/24", "203.0.113.0/24", "224.0.0.0/4",    "240.0.0.0/4",
       "168.63.129.16/32", "::/96",           "64:ff9b:1::/48", "100::/64",       "2001::/23",
       "2001:db8::/32",    "3fff::/20",       "5f00::/16",      "fc00::/7",       "fe80::/10",
       "fec0::/10",        "ff00::/8"});
  return IsIn(kSpecial, address);
}

/// The IPv4 address that a translator or a tunnel would lead to, or the address itself.
Address Inner(const Address& address) {
  static const Network kNat64 = *ParseNetwork("64:ff9b::/96");
  static const Network k6To4 = *ParseNetwork("2002::/16");
  if (kNat64.Contains(address)) return Embedded(address, 12);
  if (k6To4.Contains(address)) return Embedded(address, 2);
  return address;
}

}  // namespace

std::optional<Address> ParseAddress(const std::string& text) {
  in_addr v4{};
  if (inet_pton(AF_INET, text.c_str(), &v4) == 1) return Mapped(v4);
  Address v6{};
  const std::string plain = text.substr(0, text.find('%'));  // without a zone
  if (inet_pton(AF_INET6, plain.c_str(), v6.data()) == 1) return v6;
  return std::nullopt;
}

std::optional<Address> AddressOf(const sockaddr* address) {
  if (address->sa_family == AF_INET) {
    sockaddr_in v4{};
    std::memcpy(&v4, address, sizeof v4);
    return Mapped(v4.sin_addr);
  }
  if (address->sa_family != AF_INET6) return std::nullopt;
  sockaddr_in6 v6{};
  std::memcpy(&v6, address, sizeof v6);
  Address result{};
  std::memcpy(result.data(), &v6.sin6_addr, result.size());
  return result;
}

std::string ToString(const Address& address) {
  const Network mapped{Mapped({}), kMappedBits};
  const bool is_v4 = mapped.Contains(address);
  std::array<char, INET6_ADDRSTRLEN> text{};
  inet_ntop(is_v4 ? AF_INET : AF_INET6, is_v4 ? &address[12] : address.data(), text.data(),
            text.size());
  return text.data();
}

bool IsLoopback(const Address& address) {
  static const std::vector<Network> kLoopback = Networks({"127.0.0.0/8", "::1"});
  return IsIn(kLoopback, address);
}

bool Network::Contains(const Address& other) const {
  const auto bytes = static_cast<std::size_t>(bits / 8);
  if (!std::equal(address.begin(), address.begin() + static_cast<std::ptrdiff_t>(bytes),
                  other.begin())) {
    return false;
  }
  const int rest = bits % 8;
  return rest == 0 || ((address[bytes] ^ other[bytes]) >> (8 - rest)) == 0;
}

std::optional<Network> ParseNetwork(std::string_view text) {
  const std::size_t slash = std::min(text.find('/'), text.size());
  const std::optional<Address> address = ParseAddress(std::string(text.substr(0, slash)));
  if (!address) return std::nullopt;
  if (slash == text.size()) return Network{*address, 128};
  const int skipped = text.substr(0, slash).find(':') == std::string_view::npos ? kMappedBits : 0;
  const std::optional<std::int64_t> bits = ParseInt(text.substr(slash + 1));
  if (!bits || *bits < 0 || *bits > 128 - skipped) return std::nullopt;
  return Network{*address, static_cast<int>(*bits) + skipped};
}

AddressRules::AddressRules(const std::vector<std::string>& allowed) {
  for (const std::string& text : allowed) {
    const std::optional<Network> network = ParseNetwork(text);
    if (!network) {
      throw Error(ErrorKind::kConfig,
                  "'" + text + "' is no network: expected an address, or one with /bits");
    }
    allowed_.push_back(*network);
  }
}

bool AddressRules::Allow(const Address& address) const {
  const Address inner = Inner(address);
  return !IsSpecial(inner) || IsIn(allowed_, inner);
}

}  // namespace ocean::http
