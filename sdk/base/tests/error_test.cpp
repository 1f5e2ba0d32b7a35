#include "ocean/base/error.hpp"

#include <set>
#include <string>

#include "ocean/base/secret.hpp"
#include "ocean/base/stop.hpp"
#include "ocean/base/version.hpp"
#include "ocean/catch.hpp"
#include "ocean/error_of.hpp"

namespace ocean {
namespace {

TEST_CASE("every kind of error has its own name") {
  std::set<std::string_view> names;
  for (int kind = 0; kind <= static_cast<int>(ErrorKind::kBug); ++kind) {
    names.insert(ToString(static_cast<ErrorKind>(kind)));
  }
  CHECK(names == std::set<std::string_view>{"config", "auth", "forbidden", "not_found",
                                            "rate_limited", "transient", "permanent", "cancelled",
                                            "bug"});
}

TEST_CASE("context goes before the message and changes nothing else") {
  const Error inner = Error(ErrorKind::kTransient, "GET /x: 503").set_http_status(503);
  const Error outer = inner.WithContext("fetching page 3").WithContext("reading sprints");
  CHECK(std::string(outer.what()) == "reading sprints: fetching page 3: GET /x: 503");
  CHECK(outer.kind() == ErrorKind::kTransient);
  CHECK(outer.http_status() == 503);
  CHECK(Error(ErrorKind::kBug, "x").http_status() == 0);
}

TEST_CASE("a cancelled call says what it was doing") {
  CHECK(testing::ErrorOf([] { ThrowCancelled("waiting for a page"); }) ==
        "cancelled: cancelled while waiting for a page");
}

TEST_CASE("a secret prints as stars") {
  const Secret secret("hunter2-hunter2");
  std::ostringstream out;
  out << secret;
  CHECK(out.str() == "***");
  CHECK(secret.Reveal() == "hunter2-hunter2");
  CHECK_FALSE(secret.empty());
  CHECK(Secret().empty());
}

TEST_CASE("a linked stop source stops with its parent, not the other way round") {
  std::stop_source parent;
  LinkedStopSource first(parent.get_token());
  LinkedStopSource second(parent.get_token());
  first.RequestStop();
  CHECK(first.Token().stop_requested());
  CHECK_FALSE(parent.stop_requested());
  CHECK_FALSE(second.Token().stop_requested());
  parent.request_stop();
  CHECK(second.Token().stop_requested());
  CHECK(LinkedStopSource(parent.get_token()).Token().stop_requested());
}

TEST_CASE("the SDK has a version of three numbers") {
  const std::string version(SdkVersion());
  CHECK(std::count(version.begin(), version.end(), '.') == 2);
  CHECK(version.find_first_not_of("0123456789.") == std::string::npos);
}

}  // namespace
}  // namespace ocean
