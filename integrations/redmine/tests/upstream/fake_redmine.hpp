#pragma once
/// @file A Redmine server for tests: lists of records that a test may edit.

#include <algorithm>
#include <map>
#include <mutex>
#include <string>
#include <vector>

#include "ocean/base/json.hpp"
#include "ocean/base/text.hpp"
#include "ocean/testing/fake_upstream.hpp"

namespace redmine::upstream {

/// Threads   all operations may overlap
class FakeRedmine {
 public:
  /// Two projects with a version each, and `issues` issues with an hour spent on each.
  explicit FakeRedmine(int issues = 130) {
    using ocean::http::Method;
    lists_["projects"] = {{{"id", 1}, {"name", "Ledger"}, {"identifier", "ledger"}},
                          {{"id", 2}, {"name", "Größen"}, {"parent", {{"id", 1}}}}};
    lists_["users"] = {{{"id", 5}, {"login", "ada"}, {"firstname", "Ada"}, {"lastname", "R."}}};
    for (int id = 1; id <= 2; ++id) {
      lists_["projects/" + std::to_string(id) + "/versions"] = {
          {{"id", 10 + id}, {"name", "2026.0" + std::to_string(id)}, {"project", {{"id", id}}}}};
    }
    for (int id = 1; id <= issues; ++id) AddIssue(id);
    upstream_.OnOther([this](const auto& request) { return Answer(request); });
    upstream_.Start();
  }

  ocean::testing::FakeUpstream& upstream() { return upstream_; }
  std::string url() const { return upstream_.url(); }
  ocean::Json Config() const { return {{"redmineUrl", url()}, {"redmineApiKey", kKey}}; }

  /// Replaces the record with that `id`, or adds it. `list` is as the API's address has it.
  void Put(const std::string& list, const ocean::Json& record) {
    std::lock_guard lock(mutex_);
    auto& records = lists_[list];
    std::erase_if(records, [&](const auto& other) { return other.at("id") == record.at("id"); });
    records.push_back(record);
  }
  void Remove(const std::string& list, int id) {
    std::lock_guard lock(mutex_);
    std::erase_if(lists_[list], [&](const auto& record) { return record.at("id") == id; });
  }

 private:
  static constexpr const char* kKey = "key-of-no-value";

  void AddIssue(int id) {
    lists_["issues"].push_back({{"id", id},
                                {"subject", "Issue " + std::to_string(id)},
                                {"project", {{"id", 1 + id % 2}}},
                                {"status", {{"name", id % 3 == 0 ? "Closed" : "New"}}},
                                {"author", {{"id", 5}}}});
    lists_["time_entries"].push_back({{"id", 1000 + id},
                                      {"hours", 1.0},
                                      {"spent_on", "2026-07-01"},
                                      {"activity", {{"name", "Development"}}},
                                      {"issue", {{"id", id}}}});
  }

  std::optional<ocean::http::ServerResponse> Answer(const ocean::http::ServerRequest& request) {
    using ocean::http::ServerResponse;
    if (request.headers.Get("X-Redmine-API-Key") != kKey) {
      return ServerResponse::OfText(401, "");
    }
    if (request.path == "/users/current.json") return ServerResponse::OfJson(200, {{"user", {}}});
    if (!request.path.ends_with(".json")) return std::nullopt;
    const std::string list = request.path.substr(1, request.path.size() - 6);
    std::lock_guard lock(mutex_);
    const auto found = lists_.find(list);
    if (found == lists_.end()) return ServerResponse::OfText(404, "");
    return ServerResponse::OfJson(200, Page(list, found->second, request));
  }

  static ocean::Json Page(const std::string& list, std::vector<ocean::Json> records,
                          const ocean::http::ServerRequest& request) {
    const std::string status = request.QueryValue("status_id");
    std::erase_if(records, [&](const ocean::Json& record) {
      const bool is_closed = ocean::GetString(ocean::Get(record, "status"), "name") == "Closed";
      return (status == "open" && is_closed) || (status == "closed" && !is_closed);
    });
    const auto number = [&](std::string_view name, std::int64_t fallback) {
      return static_cast<std::size_t>(ocean::ParseInt(request.QueryValue(name)).value_or(fallback));
    };
    const std::size_t offset = number("offset", 0);
    const std::size_t limit = number("limit", 25);
    ocean::Json items = ocean::Json::array();
    for (std::size_t i = offset; i < std::min(records.size(), offset + limit); ++i) {
      items.push_back(records[i]);
    }
    return {{list.substr(list.rfind('/') + 1), items},
            {"total_count", records.size()},
            {"offset", offset},
            {"limit", limit}};
  }

  std::mutex mutex_;
  std::map<std::string, std::vector<ocean::Json>> lists_;
  /// Last: its threads end before what they use.
  ocean::testing::FakeUpstream upstream_;
};

}  // namespace redmine::upstream
