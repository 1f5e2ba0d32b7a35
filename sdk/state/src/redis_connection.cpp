#include "redis_connection.hpp"

#include <hiredis/hiredis.h>
#include <sys/socket.h>

#include "ocean/base/error.hpp"
#include "ocean/base/text.hpp"

namespace ocean::state {

namespace {

constexpr std::chrono::seconds kPatience{5};

timeval TimevalOf(std::chrono::milliseconds time) {
  const auto seconds = std::chrono::duration_cast<std::chrono::seconds>(time);
  const std::chrono::microseconds rest = time - seconds;
  return {.tv_sec = seconds.count(), .tv_usec = rest.count()};
}

RedisReply ReplyOf(const redisReply& raw) {
  RedisReply reply;
  switch (raw.type) {
    case REDIS_REPLY_STRING:
    case REDIS_REPLY_STATUS:
      reply.kind = RedisReply::Kind::kText;
      reply.text.assign(raw.str, raw.len);
      break;
    case REDIS_REPLY_ERROR:
      reply.kind = RedisReply::Kind::kError;
      reply.text.assign(raw.str, raw.len);
      break;
    case REDIS_REPLY_INTEGER:
      reply.kind = RedisReply::Kind::kInteger;
      reply.integer = raw.integer;
      break;
    case REDIS_REPLY_ARRAY:
      reply.kind = RedisReply::Kind::kList;
      reply.items.reserve(raw.elements);
      for (std::size_t i = 0; i < raw.elements; ++i) {
        reply.items.push_back(ReplyOf(*raw.element[i]));
      }
      break;
    default:
      break;
  }
  return reply;
}

/// Of a server that is asked again later: it is starting, out of memory or disk, or no master.
bool MayPass(const RedisReply& error) {
  for (const auto* code : {"LOADING", "BUSY ", "OOM", "MISCONF", "READONLY", "MASTERDOWN",
                           "NOREPLICAS", "TRYAGAIN", "CLUSTERDOWN", "NOGROUP"}) {
    if (error.IsError(code)) return true;
  }
  return false;
}

}  // namespace

void ThrowIfError(const RedisReply& reply, std::string_view doing) {
  if (reply.kind != RedisReply::Kind::kError) return;
  throw Error(MayPass(reply) ? ErrorKind::kTransient : ErrorKind::kConfig,
              "Redis refuses " + std::string(doing) + ": " + reply.text);
}

void RedisConnection::Close::operator()(redisContext* context) const {
  redisFree(context);
}

RedisConnection::RedisConnection(const RedisAddress& address,
                                 std::chrono::milliseconds longest_block)
    : where_("Redis at " + address.host + ":" + std::to_string(address.port)) {
  Connect(address, longest_block);
  SignIn(address);
}

RedisConnection::~RedisConnection() = default;

void RedisConnection::Connect(const RedisAddress& address,
                              std::chrono::milliseconds longest_block) {
  context_.reset(redisConnectWithTimeout(address.host.c_str(), address.port, TimevalOf(kPatience)));
  if (!context_) throw Error(ErrorKind::kTransient, "no memory for a connection to " + where_);
  if (context_->err != 0) ThrowBroken("connecting");
  redisSetTimeout(context_.get(), TimevalOf(kPatience + longest_block));
  redisEnableKeepAlive(context_.get());
}

void RedisConnection::SignIn(const RedisAddress& address) {
  if (!address.password.empty()) {
    RedisCommand command = {"AUTH"};
    if (!address.user.empty()) command.push_back(address.user);
    command.push_back(address.password.Reveal());
    Run(command);
  }
  if (address.database != 0) Run({"SELECT", std::to_string(address.database)});
}

void RedisConnection::ThrowBroken(const std::string& doing) const {
  throw Error(ErrorKind::kTransient, where_ + " cannot be reached (" + doing + ": " +
                                         std::string(Trim(context_->errstr)) +
                                         "); check live_events.redis_stream.url and the network");
}

RedisReply RedisConnection::Run(const RedisCommand& command) {
  RedisReply reply = std::move(RunAll({command}).front());
  ThrowIfError(reply, command.front());
  return reply;
}

std::vector<RedisReply> RedisConnection::RunAll(const std::vector<RedisCommand>& commands) {
  for (const RedisCommand& command : commands) {
    std::vector<const char*> words;
    std::vector<std::size_t> sizes;
    for (const std::string& word : command) {
      words.push_back(word.data());
      sizes.push_back(word.size());
    }
    redisAppendCommandArgv(context_.get(), static_cast<int>(words.size()), words.data(),
                           sizes.data());
  }
  std::vector<RedisReply> replies;
  for (const RedisCommand& command : commands) {
    void* raw = nullptr;
    if (redisGetReply(context_.get(), &raw) != REDIS_OK) ThrowBroken(command.front());
    auto* reply = static_cast<redisReply*>(raw);
    replies.push_back(ReplyOf(*reply));
    freeReplyObject(reply);
  }
  return replies;
}

void RedisConnection::Interrupt() {
  ::shutdown(context_->fd, SHUT_RDWR);
}

}  // namespace ocean::state
