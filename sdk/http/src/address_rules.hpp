#pragma once
/// @file Which network addresses may be connected to.

#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

struct sockaddr;

namespace ocean::http {

/// An IPv6 address; an IPv4 address is kept as ::ffff:a.b.c.d.
using Address = std::array<std::uint8_t, 16>;

/// Empty for anything but an address.
std::optional<Address> ParseAddress(const std::string& text);
std::optional<Address> AddressOf(const sockaddr* address);
std::string ToString(const Address& address);
bool IsLoopback(const Address& address);

/// All addresses whose first `bits` are those of `address`.
struct Network {
  Address address{};
  int bits = 128;

  bool Contains(const Address& other) const;
};

/// Reads "10.0.0.0/8" or an address; empty for anything else.
std::optional<Network> ParseNetwork(std::string_view text);

/// Allows public addresses, and those of some networks.
class AddressRules {
 public:
  /// Error{kConfig} for what is no network.
  explicit AddressRules(const std::vector<std::string>& allowed);

  bool Allow(const Address& address) const;

 private:
  std::vector<Network> allowed_;
};

}  // namespace ocean::http
