#pragma once
/// @file What gets in: events that are genuine, understood and wanted.

#include <string>
#include <vector>

#include "ocean/app/integration.hpp"
#include "ocean/http/signature.hpp"
#include "ocean/state/redis_queue.hpp"

namespace ocean::app {

enum class Entrance {
  kOpen,          ///< the delivery can be stored; without entries nobody wants it
  kUnauthorized,  ///< no processor of the path finds it genuine
  kMalformed,     ///< a processor cannot make sense of it
};
struct Ruling {
  Entrance entrance = Entrance::kOpen;
  state::Delivery delivery = {};
  /// Why it does not get in.
  std::string refusal = {};
};

/// Checks events and finds out whose they are.
///
/// Lifetime  the processors must outlive it
/// Threads   all operations may overlap
class WebhookGate {
 public:
  /// Warns of processors that check nothing. Throws what their verifiers throw.
  WebhookGate(const std::vector<WebhookEntry>& webhooks, const Logger& logger);

  std::vector<std::string> Paths() const;
  /// `body` is checked byte by byte.
  Ruling Rule(const std::string& path, const http::Headers& headers, const std::string& body,
              TimePoint received_at) const;
  /// The same for what a gateway has put into a stream.
  state::Admission Admit(const state::ForeignEvent& event) const;

 private:
  struct Processor {
    WebhookEntry entry;
    http::Verifier verifier;
  };
  struct Path {
    std::string path;
    std::vector<Processor> processors;
  };

  const Path* Find(const std::string& path) const;

  std::vector<Path> paths_;
};

/// Headers as they are stored.
std::string HeadersText(const http::Headers& headers, const std::vector<std::string>& secret_names);
http::Headers ParseHeaders(const std::string& text);

}  // namespace ocean::app
