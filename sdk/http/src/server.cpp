// The only source that knows Boost.Asio and Beast: they take most of a minute to compile.
#include "ocean/http/server.hpp"

#include <sys/resource.h>

#include <algorithm>
#include <boost/asio/executor_work_guard.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/write.hpp>
#include <boost/beast/core/flat_buffer.hpp>
#include <boost/beast/http.hpp>
#include <future>
#include <mutex>
#include <optional>
#include <thread>
#include <tuple>
#include <unordered_map>
#include <unordered_set>

#include "bad_request.hpp"
#include "client_rates.hpp"
#include "http_date.hpp"
#include "ocean/base/error.hpp"
#include "ocean/base/hash.hpp"
#include "ocean/base/json.hpp"
#include "ocean/base/text.hpp"
#include "router.hpp"
#include "server_stream.hpp"
#include "worker_pool.hpp"

namespace ocean::http {
namespace {

namespace asio = boost::asio;
namespace beast = boost::beast;
namespace wire = boost::beast::http;
using asio::ip::tcp;
using ErrorCode = boost::system::error_code;

/// Enough for the requests that most clients send; larger ones grow the buffer.
constexpr std::size_t kFirstRead = 4096;
/// How long the rest of a request is swallowed after it was refused, so that the client sees the answer and not a reset.
constexpr std::chrono::seconds kLinger{2};
/// Connections above the limit that may be told so at a time.
constexpr std::size_t kMaxRefused = 64;
constexpr std::chrono::milliseconds kAcceptRetry{100};
/// Of the rest of the process, besides connections.
constexpr rlim_t kOtherFiles = 256;

ServerResponse ErrorResponse(int status, std::string_view error, std::string_view message) {
  return ServerResponse::OfJson(status, {{"ok", false}, {"error", error}, {"message", message}});
}

/// The answer to a request that could not be read; empty when there is nobody to answer.
std::optional<ServerResponse> AnswerToReadError(const ErrorCode& error) {
  if (error == wire::error::header_limit || error == wire::error::buffer_overflow) {
    return ErrorResponse(431, "headers_too_large", "the request's headers are too large");
  }
  if (error == wire::error::body_limit) {
    return ErrorResponse(413, "payload_too_large", "the request's body is too large");
  }
  if (error == wire::error::end_of_stream || error == wire::error::partial_message) return {};
  if (error.category() == wire::make_error_code(wire::error::bad_method).category()) {
    return ErrorResponse(400, "bad_request", "malformed request: " + error.message());
  }
  return {};
}

ServerResponse TooManyRequests() {
  ServerResponse response =
      ErrorResponse(429, "too_many_requests", "too many requests; try again later");
  response.headers.Set("Retry-After", "1");
  return response;
}

bool IsRequestId(std::string_view text) {
  return !text.empty() && text.size() <= 128 &&
         std::all_of(text.begin(), text.end(), [](char c) { return c > ' ' && c < '\x7f'; });
}

/// Who counts as one client: an address, or the network of one customer where addresses are plenty.
std::string ClientOf(const asio::ip::address& address) {
  if (!address.is_v6()) return address.to_string();
  asio::ip::address_v6::bytes_type bytes = address.to_v6().to_bytes();
  if (address.to_v6().is_v4_mapped()) return address.to_string();
  std::fill(bytes.begin() + bytes.size() / 2, bytes.end(), 0);
  return asio::ip::address_v6(bytes).to_string();
}

/// Many systems allow 1,024 open files until a process asks for more.
void AllowFiles(rlim_t wanted) {
  rlimit limit{};
  if (getrlimit(RLIMIT_NOFILE, &limit) != 0 || limit.rlim_cur >= wanted) return;
  limit.rlim_cur = std::min(wanted, limit.rlim_max);
  setrlimit(RLIMIT_NOFILE, &limit);
}

/// A request, and its path as it came.
struct Job {
  ServerRequest request;
  std::string raw_path;
};

class Session;
struct Engine;

/// The way back for answers that come late: they may come when there is no server any more.
struct Gate {
  std::mutex mutex;
  Engine* engine = nullptr;
};

/// The event loop and what its sessions share. Sessions and their set belong to the loop's thread.
struct Engine {
  Engine(ServerOptions server_options, Logger server_logger)
      : options(std::move(server_options)), logger(std::move(server_logger)) {}

  void Listen();
  void Accept();
  void OnAccept(const ErrorCode& error, tcp::socket socket);
  void OnAcceptError(const ErrorCode& error);
  bool MakeRoom();
  std::shared_ptr<Session> LongestWaiting() const;
  void Answer(Job& job, const Server::Answer& answer) const;
  std::string Date();
  std::string NextRequestId() { return id_prefix + std::to_string(++id_count); }
  void Forget(const std::shared_ptr<Session>& session);
  void BeginStop();
  void Stop(std::chrono::milliseconds grace);

  const ServerOptions options;
  const Logger logger;
  Router router;
  std::function<std::unique_ptr<ServerResponse>(const ServerRequest&)> filter;

  /// Made by Start.
  std::optional<ServerTls> tls;
  std::unordered_set<std::shared_ptr<Session>> sessions;
  ClientRates rates{options.max_requests_per_second};
  /// Said once, until there is plenty of room again.
  bool said_full = false;
  bool stopping = false;
  std::promise<void> drained;
  const std::string id_prefix = RandomUuid().substr(0, 9);
  std::uint64_t id_count = 0;
  std::time_t date_second = 0;
  std::string date;

  asio::io_context loop{1};
  asio::executor_work_guard<asio::io_context::executor_type> keep_running{loop.get_executor()};
  tcp::acceptor acceptor{loop};
  asio::steady_timer accept_timer{loop};
  std::uint16_t port = 0;

  const std::shared_ptr<Gate> gate = std::make_shared<Gate>();
  std::optional<WorkerPool> workers;
  std::thread thread;
  std::mutex stop_mutex;
};

/// One connection: reads a request, has a worker handle it, writes the answer, and reads the next.
class Session : public std::enable_shared_from_this<Session> {
 public:
  Session(tcp::socket socket, Engine& server)
      : server_(server),
        stream_(std::move(socket), server.tls->Current()),
        timer_(stream_.get_executor()) {
    ErrorCode ignored;
    const tcp::endpoint peer = stream_.socket().remote_endpoint(ignored);
    if (!ignored) remote_address_ = peer.address().to_string();
    if (!ignored) client_ = ClientOf(peer.address());
    std::ignore = stream_.socket().set_option(tcp::no_delay(true), ignored);
  }

  void Start() { stream_.is_tls() ? ShakeHands() : AwaitRequest(server_.options.request_timeout); }

  const std::string& client() const { return client_; }
  /// Nothing but its client keeps the connection from going on.
  bool Waits() const { return phase_ != Phase::kHandling && phase_ != Phase::kClosed; }
  /// The last time the server had something to do for it.
  asio::steady_timer::time_point since() const { return since_; }

  void Refuse() {
    if (stream_.is_tls()) return Close();
    whole_ = false;
    Finish(ErrorResponse(503, "too_many_connections", "too many connections; try again later"));
  }

  /// Closes a connection that is not being answered; the others are closed after their answer.
  void Stop() {
    keep_alive_ = false;
    if (phase_ != Phase::kHandling && phase_ != Phase::kWriting) Close();
  }

  void Close() {
    if (phase_ == Phase::kClosed) return;
    phase_ = Phase::kClosed;
    timer_.cancel();
    ErrorCode ignored;
    std::ignore = stream_.socket().close(ignored);
    server_.Forget(shared_from_this());
  }

 private:
  enum class Phase { kIdle, kReading, kHandling, kWriting, kLingering, kClosed };

  /// Binds a member to be called when an operation ends, unless the session was closed meanwhile.
  template <class Fn>
  auto Then(Fn member) {
    return [self = shared_from_this(), member](const ErrorCode& error, std::size_t = 0) {
      if (self->phase_ != Phase::kClosed) ((*self).*member)(error);
    };
  }

  void Arm(std::chrono::milliseconds limit) {
    timer_.expires_after(limit);
    timer_.async_wait([self = shared_from_this()](const ErrorCode& error) {
      // A wait that had ended when the timer was set anew still comes here.
      if (!error && self->timer_.expiry() <= asio::steady_timer::clock_type::now()) {
        self->OnTimeout();
      }
    });
  }

  void OnTimeout() {
    if (phase_ == Phase::kHandling || phase_ == Phase::kClosed) return;
    if (phase_ != Phase::kReading) return Close();
    timed_out_ = true;
    ErrorCode ignored;
    std::ignore = stream_.socket().cancel(ignored);
  }

  void ShakeHands() {
    Arm(server_.options.request_timeout);
    stream_.Handshake(Then(&Session::OnHandshake));
  }

  void OnHandshake(const ErrorCode& error) {
    if (error) return Close();
    AwaitRequest(server_.options.request_timeout);
  }

  void AwaitRequest(std::chrono::milliseconds limit) {
    phase_ = Phase::kIdle;
    Arm(limit);
    stream_.async_read_some(buffer_.prepare(kFirstRead),
                            [self = shared_from_this()](const ErrorCode& error, std::size_t size) {
                              if (self->phase_ == Phase::kClosed) return;
                              if (error) return self->Close();
                              self->buffer_.commit(size);
                              self->ReadHeader();
                            });
  }

  void ReadHeader() {
    phase_ = Phase::kReading;
    whole_ = false;
    Arm(server_.options.request_timeout);
    parser_.emplace();
    parser_->header_limit(static_cast<std::uint32_t>(server_.options.max_header_bytes));
    parser_->body_limit(server_.options.max_body_bytes);
    wire::async_read_header(stream_, buffer_, *parser_, Then(&Session::OnHeader));
  }

  void OnHeader(const ErrorCode& error) {
    if (error || timed_out_) return OnReadError(error);
    if (!beast::iequals(parser_->get()[wire::field::expect], "100-continue")) {
      return ReadBody(error);
    }
    static constexpr std::string_view kContinue = "HTTP/1.1 100 Continue\r\n\r\n";
    asio::async_write(stream_, asio::buffer(kContinue), Then(&Session::ReadBody));
  }

  void ReadBody(const ErrorCode& error) {
    if (error || timed_out_) return OnReadError(error);
    if (parser_->is_done()) return OnRequest(error);
    wire::async_read(stream_, buffer_, *parser_, Then(&Session::OnRequest));
  }

  void OnReadError(const ErrorCode& error) {
    std::optional<ServerResponse> answer;
    if (timed_out_) {
      answer = ErrorResponse(408, "request_timeout", "the request did not come whole in time");
    } else {
      answer = AnswerToReadError(error);
    }
    if (!answer) return Close();
    Finish(std::move(*answer));
  }

  void OnRequest(const ErrorCode& error) {
    if (error || timed_out_) return OnReadError(error);
    whole_ = true;
    phase_ = Phase::kHandling;
    timer_.cancel();
    wire::request<wire::string_body> message = parser_->release();
    keep_alive_ = message.keep_alive() && !server_.stopping;
    head_ = message.method() == wire::verb::head;
    request_id_ = std::string(message["X-Request-ID"]);
    if (!IsRequestId(request_id_)) request_id_ = server_.NextRequestId();
    const std::string_view target(message.target());
    told_ =
        std::string(message.method_string()).append(" ").append(target.substr(0, target.find('?')));
    if (!server_.rates.Take(client_, Clock::System().Elapsed())) return Write(TooManyRequests());
    const std::optional<Method> method = ParseMethod(message.method_string());
    if (!method) {
      return Write(ErrorResponse(405, "method_not_allowed", "the method is not known"));
    }
    Handle(MakeJob(*method, message));
  }

  std::shared_ptr<Job> MakeJob(Method method, wire::request<wire::string_body>& message) const {
    auto job = std::make_shared<Job>();
    std::string_view target(message.target());
    // A proxy's form of a target names the host, too.
    if (const auto scheme = target.find("://"); scheme < target.find('/')) {
      target.remove_prefix(std::min(target.find('/', scheme + 3), target.size()));
    }
    const std::size_t path_end = std::min(target.find('?'), target.size());
    job->raw_path = target.substr(0, path_end);
    ServerRequest& request = job->request;
    request.method = method;
    request.path = PercentDecode(job->raw_path);
    request.query = DecodeQuery(target.substr(std::min(path_end + 1, target.size())));
    for (const auto& field : message) {
      request.headers.Add(std::string(field.name_string()), std::string(field.value()));
    }
    request.headers.Set("X-Request-ID", request_id_);
    request.body = std::move(message.body());
    request.remote_address = remote_address_;
    return job;
  }

  void Handle(std::shared_ptr<Job> job) {
    server_.workers->Post([self = shared_from_this(), job = std::move(job)] {
      self->server_.Answer(*job, self->Later());
    });
  }

  /// Writes an answer from any thread, whether the session and the server are still there or not.
  Server::Answer Later() {
    return [gate = server_.gate, session = weak_from_this()](ServerResponse answer) {
      std::lock_guard lock(gate->mutex);
      if (gate->engine == nullptr) return;
      asio::post(gate->engine->loop, [session, answer = std::move(answer)]() mutable {
        const auto self = session.lock();
        if (self && self->phase_ != Phase::kClosed) self->Write(std::move(answer));
      });
    };
  }

  /// Answers what was not read to its end, and closes.
  void Finish(ServerResponse answer) {
    keep_alive_ = false;
    head_ = false;
    if (request_id_.empty()) request_id_ = server_.NextRequestId();
    Write(std::move(answer));
  }

  void Write(ServerResponse answer) {
    phase_ = Phase::kWriting;
    since_ = asio::steady_timer::clock_type::now();
    Arm(server_.options.request_timeout);
    Log(answer.status);
    response_.emplace();
    response_->result(static_cast<unsigned>(answer.status));
    for (const auto& [name, value] : answer.headers) response_->insert(name, value);
    if (!answer.content_type.empty() && !answer.body.empty()) {
      response_->set(wire::field::content_type, answer.content_type);
    }
    if (response_->find(wire::field::date) == response_->end()) {
      response_->set(wire::field::date, server_.Date());
    }
    response_->set("X-Request-ID", request_id_);
    response_->keep_alive(keep_alive_);
    const bool bodiless = answer.status == 204 || answer.status == 304;
    if (!bodiless) response_->content_length(answer.body.size());
    if (!bodiless && !head_) response_->body() = std::move(answer.body);
    wire::async_write(stream_, *response_, Then(&Session::OnWritten));
  }

  void Log(int status) const {
    if (server_.logger.level() > LogLevel::kDebug) return;
    server_.logger.Debug(told_ + " is answered " + std::to_string(status),
                         {{"request_id", request_id_}, {"client", remote_address_}});
  }

  void OnWritten(const ErrorCode& error) {
    response_.reset();
    told_ = "a request";
    request_id_.clear();
    if (error) return Close();
    since_ = asio::steady_timer::clock_type::now();
    if (!keep_alive_) return BeginEnd();
    if (buffer_.size() > 0) return ReadHeader();
    AwaitRequest(server_.options.idle_timeout);
  }

  void BeginEnd() {
    if (!stream_.is_tls()) return whole_ ? Close() : Linger();
    phase_ = Phase::kLingering;
    Arm(kLinger);
    // What comes after a refusal is no answer to the farewell, and is swallowed below.
    stream_.Farewell(Then(&Session::OnFarewell));
  }

  void OnFarewell(const ErrorCode&) { whole_ ? Close() : Linger(); }

  void Linger() {
    phase_ = Phase::kLingering;
    ErrorCode ignored;
    std::ignore = stream_.socket().shutdown(tcp::socket::shutdown_send, ignored);
    Arm(kLinger);
    buffer_.clear();
    Swallow({});
  }

  void Swallow(const ErrorCode& error) {
    if (error) return Close();
    stream_.socket().async_read_some(buffer_.prepare(kFirstRead), Then(&Session::Swallow));
  }

  Engine& server_;
  ServerStream stream_;
  asio::steady_timer timer_;
  beast::flat_buffer buffer_;
  std::optional<wire::request_parser<wire::string_body>> parser_;
  std::optional<wire::response<wire::string_body>> response_;
  std::string remote_address_;
  std::string client_;
  std::string request_id_;
  /// What the log calls the request.
  std::string told_ = "a request";
  asio::steady_timer::time_point since_ = asio::steady_timer::clock_type::now();
  Phase phase_ = Phase::kIdle;
  bool keep_alive_ = false;
  bool head_ = false;
  /// The request was read to its end.
  bool whole_ = true;
  bool timed_out_ = false;
};

[[noreturn]] void ThrowCannotListen(const ServerOptions& options, const ErrorCode& error) {
  std::string cause = ToLower(error.message());
  if (error == asio::error::address_in_use || error == asio::error::access_denied) {
    cause += "; choose another port with --port";
  }
  throw Error(ErrorKind::kConfig, "cannot listen on " + options.address + ":" +
                                      std::to_string(options.port) + ": " + cause);
}

void Engine::Listen() {
  ErrorCode error;
  const std::string literal = options.address == "localhost" ? "127.0.0.1" : options.address;
  const asio::ip::address address = asio::ip::make_address(literal, error);
  if (error) {
    throw Error(ErrorKind::kConfig, "cannot listen on '" + options.address + "': no IP address");
  }
  const tcp::endpoint endpoint(address, options.port);
  error = acceptor.open(endpoint.protocol(), error);
  if (!error) error = acceptor.set_option(asio::socket_base::reuse_address(true), error);
  if (!error) error = acceptor.bind(endpoint, error);
  if (!error) error = acceptor.listen(asio::socket_base::max_listen_connections, error);
  if (error) {
    ErrorCode ignored;
    std::ignore = acceptor.close(ignored);
    ThrowCannotListen(options, error);
  }
  port = acceptor.local_endpoint().port();
}

void Engine::Accept() {
  acceptor.async_accept([this](const ErrorCode& error, tcp::socket socket) {
    if (stopping || error == asio::error::operation_aborted) return;
    OnAccept(error, std::move(socket));
  });
}

void Engine::OnAccept(const ErrorCode& error, tcp::socket socket) {
  if (error) return OnAcceptError(error);
  const auto limit = static_cast<std::size_t>(options.max_connections);
  if (sessions.size() < limit / 2) said_full = false;
  const bool refused = sessions.size() >= limit && !MakeRoom();
  if (sessions.size() < limit + kMaxRefused) {
    const auto session = std::make_shared<Session>(std::move(socket), *this);
    sessions.insert(session);
    refused ? session->Refuse() : session->Start();
  }
  Accept();
}

void Engine::OnAcceptError(const ErrorCode& error) {
  const bool no_files = error == asio::error::no_descriptors;
  if (no_files && MakeRoom()) return Accept();
  logger.Warning("cannot accept a connection: " + error.message());
  accept_timer.expires_after(kAcceptRetry);
  accept_timer.async_wait([this](const ErrorCode& cancelled) {
    if (!cancelled && !stopping) Accept();
  });
}

/// False when all connections are being answered.
bool Engine::MakeRoom() {
  const std::shared_ptr<Session> longest = LongestWaiting();
  if (!std::exchange(said_full, true)) {
    logger.Warning("there are " + std::to_string(sessions.size()) +
                   " connections, which is all there may be: those that wait longest are closed");
  }
  if (longest) longest->Close();
  return longest != nullptr;
}

std::shared_ptr<Session> Engine::LongestWaiting() const {
  std::unordered_map<std::string_view, std::size_t> connections;
  for (const auto& session : sessions) ++connections[session->client()];
  // The client with most connections first, then the oldest of its own.
  const auto rank = [&](const Session& session) {
    return std::pair(-static_cast<std::ptrdiff_t>(connections[session.client()]), session.since());
  };
  std::shared_ptr<Session> longest;
  for (const auto& session : sessions) {
    if (!session->Waits()) continue;
    if (!longest || rank(*session) < rank(*longest)) longest = session;
  }
  return longest;
}

void Engine::Answer(Job& job, const Server::Answer& answer) const {
  ServerRequest& request = job.request;
  Router::Match match = router.Find(request.method, job.raw_path);
  if (!match.handler && match.allowed.empty()) {
    return answer(ErrorResponse(404, "not_found", "there is nothing at " + request.path));
  }
  if (!match.handler) {
    ServerResponse refusal =
        ErrorResponse(405, "method_not_allowed",
                      request.path + " does not answer " + std::string(ToString(request.method)));
    refusal.headers.Set("Allow", Join(match.allowed, ", "));
    return answer(std::move(refusal));
  }
  request.path_parameters = std::move(match.parameters);
  try {
    if (filter) {
      if (const std::unique_ptr<ServerResponse> refusal = filter(request)) return answer(*refusal);
    }
    (*match.handler)(request, answer);
  } catch (const BadRequest& error) {
    answer(ErrorResponse(400, "bad_request", error.what()));
  } catch (const std::exception& error) {
    logger.Error(
        std::string(ToString(request.method)) + " " + request.path + " failed: " + error.what(),
        {{"request_id", request.headers.Get("X-Request-ID").value_or("")}});
    answer(ErrorResponse(500, "internal_error", "the request could not be handled; see the log"));
  }
}

std::string Engine::Date() {
  const TimePoint now = Clock::System().Now();
  const auto second = std::chrono::system_clock::to_time_t(now);
  if (second != date_second) {
    date_second = second;
    date = FormatHttpDate(now);
  }
  return date;
}

void Engine::Forget(const std::shared_ptr<Session>& session) {
  sessions.erase(session);
  if (stopping && sessions.empty()) drained.set_value();
}

void Engine::BeginStop() {
  ErrorCode ignored;
  std::ignore = acceptor.close(ignored);
  accept_timer.cancel();
  // Set last: Forget reports the end once, here or with the last session.
  const std::vector<std::shared_ptr<Session>> open(sessions.begin(), sessions.end());
  for (const auto& session : open) session->Stop();
  stopping = true;
  if (sessions.empty()) drained.set_value();
}

void Engine::Stop(std::chrono::milliseconds grace) {
  std::lock_guard lock(stop_mutex);
  if (!thread.joinable()) return;
  asio::post(loop, [this] { BeginStop(); });
  drained.get_future().wait_for(grace);
  asio::post(loop, [this] {
    const std::vector<std::shared_ptr<Session>> open(sessions.begin(), sessions.end());
    for (const auto& session : open) session->Close();
    keep_running.reset();
    loop.stop();
  });
  thread.join();
  workers->Stop();
  std::lock_guard gate_lock(gate->mutex);
  gate->engine = nullptr;
}

}  // namespace

struct Server::Impl : Engine {
  using Engine::Engine;
};

Server::Server(ServerOptions options, Logger logger)
    : impl_(std::make_unique<Impl>(std::move(options), std::move(logger))) {}

Server::~Server() {
  Stop();
}

void Server::Route(Method method, std::string_view pattern, Handler handler) {
  RouteLate(method, pattern,
            [handler = std::move(handler)](const ServerRequest& request, const Answer& answer) {
              answer(handler(request));
            });
}

void Server::RouteLate(Method method, std::string_view pattern, LateHandler handler) {
  impl_->router.Add(method, pattern, std::move(handler));
}

void Server::Before(std::function<std::unique_ptr<ServerResponse>(const ServerRequest&)> filter) {
  impl_->filter = std::move(filter);
}

void Server::Start() {
  impl_->tls.emplace(impl_->options, impl_->logger);
  AllowFiles(static_cast<rlim_t>(impl_->options.max_connections) + kMaxRefused + kOtherFiles);
  impl_->Listen();
  impl_->gate->engine = impl_.get();
  impl_->workers.emplace(std::max(1, impl_->options.workers));
  impl_->Accept();
  impl_->thread = std::thread([impl = impl_.get()] {
    BlockSignalsInThisThread();
    impl->loop.run();
  });
}

std::uint16_t Server::port() const {
  return impl_->port;
}

std::string Server::url() const {
  std::string host = impl_->options.address;
  if (host == "0.0.0.0") host = "127.0.0.1";
  if (host == "::") host = "::1";
  if (host.find(':') != std::string::npos) host = "[" + host + "]";
  const std::string scheme = impl_->tls && impl_->tls->is_used() ? "https://" : "http://";
  return scheme + host + ":" + std::to_string(port());
}

void Server::Stop(std::chrono::milliseconds grace) {
  impl_->Stop(grace);
}

}  // namespace ocean::http
