// Checks the verifiers against the examples that vendors publish of their signatures: the arguments are files of them.
#include <fstream>
#include <functional>
#include <iostream>
#include <map>
#include <sstream>

#include "../signature_cases.hpp"
#include "ocean/base/error.hpp"
#include "ocean/base/text.hpp"

namespace {

using ocean::Get;
using ocean::GetString;
using ocean::Json;
using ocean::http::Headers;

struct Attempt {
  Json verifier;
  Headers headers;
  std::string body;
  ocean::TimePoint now;
};

Attempt AttemptOf(const Json& vector) {
  Attempt attempt;
  attempt.body = GetString(vector, "signed_bytes");
  const std::string header = GetString(vector, "header");
  const std::string expected = GetString(vector, "expected_header");
  attempt.headers.Add(header, expected);
  if (const Json& seconds = Get(vector, "webhook_timestamp"); seconds.is_number()) {
    attempt.now = ocean::TimePoint(std::chrono::seconds(seconds.get<std::int64_t>()));
  }
  if (!GetString(vector, "webhook_id").empty()) {
    attempt.body = GetString(vector, "body");
    attempt.headers.Add("webhook-id", GetString(vector, "webhook_id"));
    attempt.headers.Add("webhook-timestamp", vector.at("webhook_timestamp").dump());
    attempt.verifier = {{"type", "standard"}, {"secret", vector.at("secret")}};
    return attempt;
  }
  attempt.verifier = {{"type", "hmac"},
                      {"secret", vector.at("secret")},
                      {"algorithm", vector.at("algorithm")},
                      {"header", header},
                      {"prefix", expected.substr(0, expected.find('=') + 1)}};
  return attempt;
}

Headers Without(const Headers& headers, std::string_view name) {
  Headers rest;
  for (const auto& [key, value] : headers) {
    if (ocean::ToLower(key) != ocean::ToLower(name)) rest.Add(key, value);
  }
  return rest;
}

void Edit(Attempt& attempt, const std::function<std::string(std::string)>& edit) {
  const std::string header = attempt.verifier.at("type") == "standard"
                                 ? "webhook-signature"
                                 : GetString(attempt.verifier, "header");
  attempt.headers.Set(header, edit(*attempt.headers.Get(header)));
}

/// Makes the change that `mutation` describes; false when it is not known.
bool Mutate(Attempt& attempt, const std::string& mutation) {
  using std::chrono::seconds;
  const std::map<std::string, std::function<void()>> mutations = {
      {"body altered", [&] { attempt.body.back() ^= 1; }},
      {"secret altered",
       [&] { attempt.verifier["secret"] = GetString(attempt.verifier, "secret") + "x"; }},
      {"header missing",
       [&] { attempt.headers = Without(attempt.headers, GetString(attempt.verifier, "header")); }},
      {"header without",
       [&] {
         Edit(attempt, [](const std::string& text) { return text.substr(text.find('=') + 1); });
       }},
      {"header with 'sha1='",
       [&] {
         Edit(attempt,
              [](const std::string& text) { return "sha1=" + text.substr(text.find('=') + 1); });
       }},
      {"last hex digit",
       [&] {
         Edit(attempt, [](std::string text) {
           text.back() = text.back() == '0' ? '1' : '0';
           return text;
         });
       }},
      {"upper-case hex",
       [&] {
         Edit(attempt, [](const std::string& text) {
           return "sha256=" + ocean::ToUpper(text.substr(text.find('=') + 1));
         });
       }},
      {"signature of length 63",
       [&] {
         Edit(attempt, [](const std::string& text) { return text.substr(0, text.size() - 1); });
       }},
      {"timestamp 5 min + 1 s in the past", [&] { attempt.now += seconds(301); }},
      {"timestamp 5 min + 1 s in the future", [&] { attempt.now -= seconds(301); }},
      {"several space-separated",
       [&] { Edit(attempt, [](const std::string& text) { return "v1,AAAA v1a,B= " + text; }); }},
      {"only a v2",
       [&] { Edit(attempt, [](const std::string& text) { return "v2" + text.substr(2); }); }},
      {"webhook-id header missing",
       [&] { attempt.headers = Without(attempt.headers, "webhook-id"); }}};
  // The longest name first: "header missing" is also part of another's.
  for (auto it = mutations.rbegin(); it != mutations.rend(); ++it) {
    if (!mutation.starts_with(it->first)) continue;
    it->second();
    return true;
  }
  return false;
}

bool Accepts(const Attempt& attempt) {
  return !ocean::http::test::MakeVerifier(attempt.verifier)
              .Refusal(attempt.headers, attempt.body, attempt.now);
}

struct Count {
  int passed = 0;
  int total = 0;
  void Note(bool passes, const std::string& name) {
    ++total;
    passed += passes ? 1 : 0;
    if (!passes) std::cout << "  failed: " << name << "\n";
  }
};

Count Check(const Json& file) {
  Count count;
  std::map<std::string, Json> by_name;
  for (const Json& vector : file.at("vectors")) {
    by_name[GetString(vector, "name")] = vector;
    count.Note(Accepts(AttemptOf(vector)), GetString(vector, "name"));
  }
  for (const Json& negative : file.at("negative_cases")) {
    const std::string mutation = GetString(negative, "mutation");
    Attempt attempt = AttemptOf(by_name.at(GetString(negative, "base")));
    const bool known = Mutate(attempt, mutation);
    count.Note(known && Accepts(attempt) == (GetString(negative, "expect") == "accept"), mutation);
  }
  return count;
}

}  // namespace

int main(int argc, char** argv) {
  bool all = true;
  for (int i = 1; i < argc; ++i) {
    const std::string path = argv[i];
    std::stringstream text;
    text << std::ifstream(path).rdbuf();
    const Count count = Check(ocean::ParseJson(text.str(), path));
    const auto parts = ocean::Split(path, '/');
    std::cout << "conformance " << (parts.size() > 1 ? parts[parts.size() - 2] + "/" : "")
              << parts.back() << ": " << count.passed << "/" << count.total << "\n";
    all &= count.passed == count.total;
  }
  return all ? 0 : 1;
}
