#include "exchange.hpp"

#include <algorithm>

#include "error_rules.hpp"
#include "ocean/base/text.hpp"
#include "ocean/base/version.hpp"
#include "retry.hpp"
#include "url.hpp"

namespace ocean::http {
namespace {

constexpr std::size_t kSnippetBytes = 200;

WireRequest MakeWire(const ClientOptions& options, const Request& request) {
  WireRequest wire;
  wire.request = request;
  wire.request.url = AbsoluteUrl(options.base_url, request.url);
  for (const auto& [name, value] : options.headers) {
    if (!request.headers.Has(name)) wire.request.headers.Add(name, value);
  }
  if (!wire.request.headers.Has("User-Agent")) {
    wire.request.headers.Add("User-Agent", "ocean/" + std::string(SdkVersion()));
  }
  wire.timeout = request.timeout.count() > 0 ? request.timeout : options.timeout;
  wire.tls = options.tls;
  wire.proxy = options.proxy;
  wire.guard = options.guard;
  wire.max_response_bytes = options.max_response_bytes;
  return wire;
}

ErrorKind KindOf(int status) {
  switch (status) {
    case 401:
      return ErrorKind::kAuth;
    case 403:
      return ErrorKind::kForbidden;
    case 404:
      return ErrorKind::kNotFound;
    case 408:
      return ErrorKind::kTransient;
    case 429:
      return ErrorKind::kRateLimited;
    default:
      return status >= 500 ? ErrorKind::kTransient : ErrorKind::kPermanent;
  }
}

/// The beginning of a body on one line.
std::string Snippet(std::string_view body) {
  std::size_t size = std::min(body.size(), kSnippetBytes);
  // Not in the middle of a character.
  while (size > 0 && size < body.size() &&
         (static_cast<unsigned char>(body[size]) & 0xC0) == 0x80) {
    --size;
  }
  std::string text(body.substr(0, size));
  std::replace_if(
      text.begin(), text.end(), [](unsigned char c) { return c < ' ' || c == 0x7F; }, ' ');
  return std::string(Trim(text));
}

std::string AfterTries(int tries) {
  return tries > 1 ? " after " + std::to_string(tries) + " tries" : "";
}

/// A redirect that the transport did not follow is no answer.
bool IsRedirect(int status) {
  return status >= 300 && status < 400 && status != 304;
}

}  // namespace

Exchange::Exchange(ClientCore& core, const Request& request, std::stop_token stop, Deliver deliver)
    : core_(core),
      stop_(std::move(stop)),
      deliver_(std::move(deliver)),
      wire_(MakeWire(core.options, request)),
      source_(Describe(request.method, wire_.request.url)),
      limiter_(core.LimiterOf(wire_.request.url)) {}

Response Exchange::Run() {
  const int max_retries = IsRetryable(wire_.request) ? core_.options.retry.max_retries : 0;
  for (int retry = 0;; ++retry) {
    Outcome outcome = TryWithRefresh();
    Judge(outcome);
    const bool unanswered = outcome.error && !core_.answered.load();
    const int bound = unanswered ? std::min(max_retries, core_.options.retry.max_retries_unanswered)
                                 : max_retries;
    if (retry >= bound || !MayPass(outcome)) return Finish(std::move(outcome), retry + 1);
    WaitBeforeRetry(retry + 1, outcome);
    ++core_.stats->retries;
  }
}

Exchange::Outcome Exchange::TryWithRefresh() {
  Outcome outcome = Try();
  const bool refused = outcome.response && outcome.response->status == 401;
  // The server did nothing with a request that it refused: every method may be sent again.
  if (!refused || refreshed_ || !core_.options.auth ||
      !core_.options.auth->Refresh(wire_.request, stop_)) {
    return outcome;
  }
  refreshed_ = true;
  return Try();
}

Exchange::Outcome Exchange::Try() {
  if (core_.options.auth) core_.options.auth->Apply(wire_.request, stop_);
  const RateLimiter::Pass pass = limiter_.Enter(stop_);
  NoteRateLimitWait(pass.waited());
  ++core_.stats->requests;
  Outcome outcome;
  try {
    outcome.response = deliver_ ? deliver_(wire_, stop_) : core_.transport->Send(wire_, stop_);
    core_.answered.store(true);
    limiter_.Observe(*outcome.response);
    // A streamed body is counted where it is read.
    if (!deliver_) core_.stats->NoteResponse(outcome.response->body.size());
  } catch (const Error& error) {
    if (error.kind() != ErrorKind::kTransient) throw;
    outcome.error = error;
  }
  return outcome;
}

void Exchange::Judge(Outcome& outcome) const {
  if (!outcome.response) return;
  const ErrorRule* rule = FindRule(wire_.request.error_rules, *outcome.response);
  if (!rule) rule = FindRule(core_.options.error_rules, *outcome.response);
  if (rule) outcome.action = rule->action;
}

bool Exchange::MayPass(const Outcome& outcome) const {
  if (outcome.error) return true;
  if (outcome.action) return *outcome.action == ErrorAction::kRetry;
  const std::vector<int>& statuses = core_.options.retry.statuses;
  return std::find(statuses.begin(), statuses.end(), outcome.response->status) != statuses.end();
}

void Exchange::WaitBeforeRetry(int retry, const Outcome& outcome) {
  const RetryPolicy& policy = core_.options.retry;
  std::optional<Delay> delay;
  if (outcome.response) delay = ServerDelay(policy, *outcome.response, core_.clock.Now());
  if (!delay) delay = Delay{BackOff(policy, retry, core_.TossCoin()), {}};
  std::string text = outcome.error
                         ? outcome.error->what()
                         : source_ + " answered " + std::to_string(outcome.response->status);
  text += "; retry " + std::to_string(retry) + " of " + std::to_string(policy.max_retries) +
          " in " + HumanDuration(delay->wait / std::chrono::milliseconds(1));
  if (!delay->header.empty()) text.append(", as its ").append(delay->header).append(" asks");
  core_.logger.Warning(text);
  const Duration start = core_.clock.Elapsed();
  if (!core_.clock.SleepFor(delay->wait, stop_)) {
    ThrowCancelled("waiting to send " + source_ + " again");
  }
  if (outcome.response && outcome.response->status == 429)
    NoteRateLimitWait(core_.clock.Elapsed() - start);
}

void Exchange::NoteRateLimitWait(Duration wait) const {
  if (wait > Duration::zero())
    core_.stats->NoteRateLimitWait(core_.TargetOf(wire_.request.url), wait);
}

Response Exchange::Finish(Outcome outcome, int tries) const {
  if (outcome.error) {
    if (tries == 1) throw Error(*outcome.error);
    throw Error(outcome.error->kind(),
                outcome.error->what() + (" (" + std::to_string(tries)) + " tries)");
  }
  Response& response = *outcome.response;
  if (response.source.empty()) response.source = source_;
  response.declared_empty = outcome.action == ErrorAction::kEmpty;
  if (IsAnswer(outcome)) return std::move(response);
  const Error error = ErrorOf(response, tries);
  if (outcome.action == ErrorAction::kSkipParent) throw SkippedParent(error);
  throw Error(error);
}

bool Exchange::IsAnswer(const Outcome& outcome) const {
  if (outcome.action) return *outcome.action == ErrorAction::kEmpty;
  const int status = outcome.response->status;
  return (status < 400 && !IsRedirect(status)) || IsExpected(status);
}

Error Exchange::ErrorOf(const Response& response, int tries) const {
  const int status = response.status;
  std::string text = source_ + " answered " + std::to_string(status) + AfterTries(tries);
  if (IsRedirect(status)) {
    const std::string location = response.headers.Get("Location").value_or("");
    text += ": a redirect to " + location.substr(0, location.find_first_of("?#")) +
            ", which is not followed";
  } else if (const std::string snippet = Snippet(response.body); !snippet.empty()) {
    text += ": " + snippet;
  }
  if (const auto trace = response.headers.Get("x-trace-id")) text += " [trace " + *trace + "]";
  if (const auto advice = core_.options.advice.find(status); advice != core_.options.advice.end()) {
    text += "; " + advice->second;
  }
  return Error(KindOf(status), text).set_http_status(status);
}

bool Exchange::IsExpected(int status) const {
  const std::vector<int>& expected = wire_.request.expected_statuses;
  return std::find(expected.begin(), expected.end(), status) != expected.end();
}

}  // namespace ocean::http
