#include "src/client.hpp"

#include <algorithm>
#include <memory>
#include <optional>
#include <utility>
#include <vector>

#include "src/people.hpp"

namespace fake {
namespace {

using ocean::Json;

constexpr int kBatchSize = 1000;

ocean::Batch BatchOf(Json list) {
  return ocean::Batch(std::vector<Json>(std::make_move_iterator(list.begin()),
                                        std::make_move_iterator(list.end())));
}

}  // namespace

FakeClient::FakeClient(FakeConfig config, const ocean::http::ClientFactory& http, FakeApi& api)
    : config_(std::move(config)), api_(api), http_(http.Make({.target = "the fake API"})) {}

ocean::Batch FakeClient::Departments() const {
  std::vector<Json> departments;
  for (const std::string& name : fake::Departments()) {
    departments.push_back({{"id", name}, {"name", name}});
    if (config_.single_department_run) break;
  }
  return ocean::Batch(std::move(departments));
}

ocean::PageRange FakeClient::Employees(const std::string& department,
                                       const std::string& generation) const {
  const int batch_size =
      config_.third_party_batch_size < 1 ? kBatchSize : config_.third_party_batch_size;
  const ocean::http::Query fixed = {
      {"entity_kb_size", std::to_string(std::max(1, config_.entity_kb_size))},
      {"latency", std::to_string(std::max(0, config_.third_party_latency_ms))},
      {"seed", std::to_string(config_.seed)},
      {"churn_percent", std::to_string(config_.churn_percent)},
      {"generation", generation}};
  const std::string url = api_.url() + "/department/" + department + "/employees";
  auto offset = std::make_shared<int>(0);
  return ocean::PageRange([=, this]() -> std::optional<ocean::Batch> {
    const int left = config_.entity_amount - *offset;
    // An amount below 1 is the API's own, and comes in one answer.
    if (*offset > 0 && left <= 0) return std::nullopt;
    const int limit = std::min(left, batch_size);
    ocean::http::Query query = fixed;
    query.emplace_back("limit", std::to_string(limit));
    query.emplace_back("offset", std::to_string(*offset));
    Json answer = http_.GetJson(url, std::move(query));
    *offset += std::max(limit, 1);
    return BatchOf(std::move(answer.at("results")));
  });
}

ocean::Batch FakeClient::List(const std::string& name) const {
  return BatchOf(http_.GetJson(api_.url() + "/" + name));
}

}  // namespace fake
