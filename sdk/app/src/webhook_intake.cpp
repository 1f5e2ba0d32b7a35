#include "webhook_intake.hpp"

#include <utility>

#include "ocean/base/json.hpp"

namespace ocean::app {

namespace {

constexpr auto kRetryAfterSeconds = "5";

http::ServerResponse Refusal(int status, std::string_view error, std::string_view message) {
  return http::ServerResponse::OfJson(status,
                                      {{"ok", false}, {"error", error}, {"message", message}});
}

http::ServerResponse Ok() {
  return http::ServerResponse::OfJson(200, {{"status", "ok"}});
}

http::ServerResponse Unavailable(std::string_view error, std::string_view message) {
  http::ServerResponse response = Refusal(503, error, message);
  response.headers.Set("Retry-After", kRetryAfterSeconds);
  return response;
}

}  // namespace

WebhookIntake::WebhookIntake(const WebhookGate& gate, state::EventQueue& queue, Clock& clock,
                             Logger logger, Options options)
    : gate_(gate), queue_(queue), clock_(clock), logger_(std::move(logger)), options_(options) {}

void WebhookIntake::AddRoutes(http::Server& server, const std::string& prefix) {
  for (const std::string& path : gate_.Paths()) {
    server.RouteLate(http::Method::kPost, prefix + "/integration" + path,
                     [this, path](const http::ServerRequest& request, http::Server::Answer answer) {
                       Take(path, request, std::move(answer));
                     });
  }
}

void WebhookIntake::Take(const std::string& path, const http::ServerRequest& request,
                         http::Server::Answer answer) {
  Ruling ruling = gate_.Rule(path, request.headers, request.body, clock_.Now());
  if (ruling.entrance == Entrance::kUnauthorized) {
    ++counts_.unauthorized;
    logger_.Warning("an event for " + path + " is refused: " + ruling.refusal,
                    {{"request_id", request.headers.Get("X-Request-ID").value_or("")},
                     {"client", request.remote_address}});
    return answer(Refusal(401, "unauthorized", "the request's signature is missing or wrong"));
  }
  if (ruling.entrance == Entrance::kMalformed) {
    ++counts_.malformed;
    logger_.Warning("an event for " + path + " is not understood: " + ruling.refusal);
    return answer(Refusal(400, "bad_request", ruling.refusal));
  }
  if (options_.log_bodies) logger_.Info("an event for " + path, {{"body", request.body}});
  if (ruling.delivery.entries.empty()) {
    ++counts_.ignored;
    return answer(Ok());
  }
  Store(std::move(ruling.delivery), std::move(answer));
}

void WebhookIntake::Store(state::Delivery delivery, http::Server::Answer answer) {
  queue_.Append(std::move(delivery), [this,
                                      answer = std::move(answer)](state::AppendOutcome outcome) {
    switch (outcome) {
      case state::AppendOutcome::kStored:
        ++counts_.stored;
        return answer(Ok());
      case state::AppendOutcome::kDuplicate:
        ++counts_.duplicates;
        return answer(Ok());
      case state::AppendOutcome::kFull:
        ++counts_.refused;
        return answer(Unavailable("queue_full", "too many events wait; try again later"));
      case state::AppendOutcome::kFailed:
        ++counts_.refused;
        return answer(Unavailable("not_stored", "the event could not be stored; try again later"));
    }
  });
}

}  // namespace ocean::app
