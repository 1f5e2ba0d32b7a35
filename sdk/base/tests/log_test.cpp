#include "ocean/base/log.hpp"

#include <stdexcept>
#include <string>
#include <thread>
#include <utility>
#include <vector>

#include "ocean/base/json.hpp"
#include "ocean/catch.hpp"
#include "ocean/error_of.hpp"

namespace ocean {
namespace {

using testing::ErrorOf;
using Records = std::vector<LogRecord>;

Logger Recording(Records& records, LogLevel level = LogLevel::kDebug) {
  return Logger::ToSink(level, [&records](const LogRecord& record) { records.push_back(record); });
}

TEST_CASE("level names are read in any case") {
  const std::vector<std::pair<std::string, LogLevel>> cases = {{"debug", LogLevel::kDebug},
                                                               {" Info ", LogLevel::kInfo},
                                                               {"WARNING", LogLevel::kWarning},
                                                               {"error", LogLevel::kError},
                                                               {"Critical", LogLevel::kCritical}};
  for (const auto& [name, level] : cases) {
    CAPTURE(name);
    CHECK(ParseLogLevel(name) == level);
    CHECK(ParseLogLevel(ToString(level)) == level);
  }
  CHECK(ErrorOf([] { ParseLogLevel("loud"); }) ==
        "config: unknown log level \"loud\"; use DEBUG, INFO, WARNING, ERROR or CRITICAL");
}

TEST_CASE("records below the level are dropped") {
  Records records;
  const Logger log = Recording(records, LogLevel::kWarning);
  log.Debug("1");
  log.Info("2");
  log.Warning("3");
  log.Error("4");
  log.Log(LogLevel::kCritical, "5");
  REQUIRE(records.size() == 3);
  CHECK(records[0].message == "3");
  CHECK(records[0].level == LogLevel::kWarning);
  CHECK(records[2].level == LogLevel::kCritical);
  CHECK(log.level() == LogLevel::kWarning);
}

TEST_CASE("fields of the logger come first, and the newest of a name is written") {
  Records records;
  const Logger log = Recording(records);
  const Logger block = log.With({{"kind", "issue"}, {"index", "1"}});
  block.With({{"kind", "user"}}).Info("read", {{"page", "3"}, {"index", "2"}});
  block.Info("again");
  log.Info("plain");
  REQUIRE(records.size() == 3);
  CHECK(records[0].fields == LogFields{{"kind", "user"}, {"index", "2"}, {"page", "3"}});
  CHECK(records[1].fields == LogFields{{"kind", "issue"}, {"index", "1"}});
  CHECK(records[2].fields.empty());
}

TEST_CASE("secrets are masked in messages and fields, for every copy of the logger") {
  Records records;
  const Logger log = Recording(records);
  const Logger copy = log.With({{"url", "https://x/?token=hunter2hunter2"}});
  log.Masker().Add("hunter2hunter2");
  copy.Info("using hunter2hunter2 twice: hunter2hunter2", {{"header", "Bearer hunter2hunter2"}});
  REQUIRE(records.size() == 1);
  CHECK(records[0].message == "using *** twice: ***");
  CHECK(records[0].fields == LogFields{{"url", "https://x/?token=***"}, {"header", "Bearer ***"}});
}

TEST_CASE("added sinks get what the first one gets") {
  Records first;
  Records second;
  const Logger log = Recording(first);
  log.Info("before");
  log.With({{"a", "b"}}).AddSink([&](const LogRecord& record) { second.push_back(record); });
  log.Info("after");
  CHECK(first.size() == 2);
  REQUIRE(second.size() == 1);
  CHECK(second[0].message == "after");
}

TEST_CASE("a sink that throws does not stop the work") {
  const Logger log = Logger::ToSink(LogLevel::kDebug, [](const LogRecord&) { throw 1; });
  log.Info("x");
  Logger::ToSink(LogLevel::kDebug, [](const LogRecord&) {
    throw std::runtime_error("full");
  }).Info("x");
  Logger::Null().Error("x");
  SUCCEED("nothing was thrown");
}

TEST_CASE("a JSON line holds the record and its fields") {
  const Logger log = Logger::ToStderr(LogLevel::kInfo, LogFormat::kJson);
  std::vector<std::string> lines;
  log.RedirectStderr([&](std::string_view line) { lines.emplace_back(line); });
  log.Masker().Add("s3cret-s3cret");
  log.With({{"kind", "issue"}}).Error("bad \"s3cret-s3cret\"\n\xff", {{"message", "own"}});
  log.Debug("dropped");
  REQUIRE(lines.size() == 1);
  const Json line = ParseJson(lines[0]);
  CHECK(line.at("level") == "ERROR");
  CHECK(line.at("message") == "bad \"***\"\n\xEF\xBF\xBD");
  CHECK(line.at("kind") == "issue");
  CHECK(line.at("message_") == "own");
  CHECK(ParseIso8601(line.at("time").get<std::string>()).has_value());
  CHECK(lines[0].find('\n') == std::string::npos);
}

TEST_CASE("a text line has time, level, message and fields") {
  const Logger log = Logger::ToStderr(LogLevel::kInfo, LogFormat::kText);
  std::vector<std::string> lines;
  log.RedirectStderr([&](std::string_view line) { lines.emplace_back(line); });
  log.Warning("slow page", {{"page", "3"}, {"took", "2 s"}});
  REQUIRE(lines.size() == 1);
  CHECK(lines[0].substr(8) == " warning  slow page  page=3  took=2 s");
  CHECK(lines[0][2] == ':');
}

TEST_CASE("records of many threads arrive whole") {
  Records records;
  const Logger log = Recording(records);
  {
    std::vector<std::jthread> writers;
    for (int t = 0; t < 4; ++t) {
      writers.emplace_back([&log, t] {
        for (int i = 0; i < 200; ++i) {
          log.Masker().Add("secret-number-" + std::to_string(t * 200 + i));
          log.Info("secret-number-" + std::to_string(t * 200 + i));
        }
      });
    }
  }
  CHECK(records.size() == 800);
  int leaked = 0;
  for (const LogRecord& record : records) leaked += record.message.substr(0, 3) == "***" ? 0 : 1;
  CHECK(leaked == 0);
}

TEST_CASE("W-32: what a masker hides, and that empty and short values are no secrets") {
  struct Case {
    std::vector<std::string> secrets;
    std::string text;
    std::string masked;
  };
  const std::vector<Case> cases = {
      {{}, "plain", "plain"},
      {{"short"}, "short text", "short text"},
      {{""}, "text", "text"},
      {{"123456"}, "a123456b", "a***b"},
      {{"secret", "secret-longer"}, "secret-longer secret", "*** ***"},
      {{"secret-longer", "secret"}, "secret-longer secret", "*** ***"},
      {{"abcdef", "defghi"}, "x abcdefghi y", "x *** y"},
      {{"aaaaaa"}, "aaaaaaaaab", "***b"},
      {{"abcdef"}, "abcdefabcdef", "******"},
      {{"abcdef"}, "ABCDEF abcde", "ABCDEF abcde"},
      {{"line\nbreak"}, "a line\nbreak b", "a *** b"},
  };
  for (const Case& c : cases) {
    CAPTURE(c.secrets, c.text);
    SecretMasker masker;
    for (const std::string& secret : c.secrets) masker.Add(secret);
    for (const std::string& secret : c.secrets) masker.Add(secret);
    CHECK(masker.Mask(c.text) == c.masked);
  }
}

TEST_CASE("what has the form of a credential is masked, though nobody said that it is secret") {
  const std::string some = "0123456789abcdefghijABCDEFGHIJ0123456789";
  const std::string upper = "0123456789ABCDEFGHIJKLMNOPQRST";
  struct Case {
    std::string text;
    std::string masked;
  };
  const std::vector<Case> cases = {
      {"Authorization: Bearer " + some + ", sent", "Authorization: Bearer ***, sent"},
      {"Basic " + some, "Basic ***"},
      {"{\"token\":\"eyJ" + some + "." + some + "\"}", "{\"token\":\"eyJ***\"}"},
      {"key AKIA" + upper.substr(0, 16) + " x", "key AKIA*** x"},
      {"AIza" + some.substr(0, 35), "AIza***"},
      {"ghp_" + some + " ghs_" + some, "ghp_*** ghs_***"},
      {"glpat-" + some.substr(0, 20), "glpat-***"},
      {"ATATT3" + some + "=" + upper, "ATATT3***"},
      {"API-" + upper, "API-***"},
      {"postgres://ann:hunter2@db:5432/x and https://ann@host/",
       "postgres://ann:***@db:5432/x and https://ann@host/"},
      {"https://ann:pass@host", "https://ann:***@host"},
      {"-----BEGIN RSA "
       "PRIVATE KEY-----\nMIIB\n-----END RSA PRIVATE KEY----- after",
       "-----BEGIN RSA "
       "PRIVATE KEY-----***-----END RSA PRIVATE KEY----- after"},
      {"-----BEGIN "
       "PRIVATE KEY-----\nMIIB",
       "-----BEGIN "
       "PRIVATE KEY-----***"},
      // Words, addresses and short texts are none.
      {"Bearer authenticationwithoutdigits", "Bearer authenticationwithoutdigits"},
      {"Basic a1", "Basic a1"},
      {"https://host:8080/a@b", "https://host:8080/a@b"},
      {"at 10:30 mail ann@host", "at 10:30 mail ann@host"},
      {"API-KEY", "API-KEY"},
      {"-----BEGIN CERTIFICATE-----\nMIIB", "-----BEGIN CERTIFICATE-----\nMIIB"},
      {"://", "://"},
      {"", ""},
  };
  const SecretMasker masker;
  for (const Case& c : cases) CHECK(masker.Mask(c.text) == c.masked);
}

}  // namespace
}  // namespace ocean
