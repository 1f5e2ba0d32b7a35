#include "impl.hpp"
#include "ocean/base/text.hpp"

namespace ocean::port {

void Client::PostLogs(const std::string& ingest_url, const Json& logs) {
  impl_->ingest.Send(RetryableJson(http::Method::kPost, ingest_url, {{"logs", logs}}));
}

void Client::PostSyncMetrics(const std::string& ingest_url, const Json& metrics) {
  impl_->ingest.Send(RetryableJson(http::Method::kPost, ingest_url + "/syncMetrics",
                                   {{"syncKindsMetrics", metrics}}));
}

void Client::PutKindMetrics(const std::string& ingest_url, const Json& metrics) {
  const std::string url = ingest_url + "/syncMetrics/resync/" +
                          PercentEncode(GetString(metrics, "eventId")) + "/kind/" +
                          PercentEncode(GetString(metrics, "kindIdentifier"));
  impl_->ingest.Send(
      http::Request::WithJson(http::Method::kPut, url, {{"syncKindMetrics", metrics}}));
}

void Client::PostHeartbeat(const std::string& ingest_url, const std::string& resync_id) {
  impl_->ingest.Send(
      RetryableJson(http::Method::kPost, ingest_url + "/heartbeat", {{"eventId", resync_id}}));
}

}  // namespace ocean::port
