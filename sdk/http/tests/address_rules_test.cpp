#include "address_rules.hpp"

#include "ocean/base/error.hpp"
#include "ocean/catch.hpp"

namespace ocean::http {

TEST_CASE("only public addresses are allowed", "[guard]") {
  const AddressRules rules({});
  for (const char* text : {"8.8.8.8", "172.15.255.255", "172.32.0.1", "100.63.0.1", "2606:4700::1",
                           "64:ff9b::808:808", "2002:808:808::1", "::ffff:8.8.8.8"}) {
    INFO(text);
    CHECK(rules.Allow(*ParseAddress(text)));
  }
  for (const char* text :
       {"0.0.0.0",         "10.1.2.3",       "100.64.0.1",  "127.0.0.1",     "169.254.169.254",
        "172.16.0.1",      "172.31.255.255", "192.168.1.1", "198.18.0.1",    "224.0.0.1",
        "255.255.255.255", "168.63.129.16",  "::",          "::1",           "::ffff:127.0.0.1",
        "::127.0.0.1",     "fe80::1%eth0",   "fc00::1",     "fd00:ec2::254", "ff02::1",
        "64:ff9b::7f00:1", "2002:7f00:1::",  "2001:db8::1", "100::1"}) {
    INFO(text);
    CHECK_FALSE(rules.Allow(*ParseAddress(text)));
  }
}

TEST_CASE("networks may be allowed", "[guard]") {
  const AddressRules rules({"10.1.0.0/16", "127.0.0.1", "fd00::/9"});
  for (const char* text : {"10.1.255.1", "127.0.0.1", "::ffff:10.1.0.1", "fd7f::1"}) {
    INFO(text);
    CHECK(rules.Allow(*ParseAddress(text)));
  }
  for (const char* text : {"10.2.0.1", "127.0.0.2", "fd80::1"}) {
    INFO(text);
    CHECK_FALSE(rules.Allow(*ParseAddress(text)));
  }
  for (const char* text :
       {"", "host", "10.0.0.0/33", "10.0.0.0/-1", "10.0.0/8", "::/129", "::/x"}) {
    INFO(text);
    CHECK_THROWS_AS(AddressRules({text}), Error);
  }
}

}  // namespace ocean::http
