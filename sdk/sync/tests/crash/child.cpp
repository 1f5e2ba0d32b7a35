// A process that resyncs once, and kills itself around its nth request.
//
//   resync_crash_child STATE_FOLDER CATALOG_URL SOURCE_URL REQUEST
//
// With an odd REQUEST it dies before that one is sent, with an even one when it was answered; with 0 it lives. At its end it prints its report.
#include <unistd.h>

#include <atomic>
#include <csignal>
#include <cstdlib>
#include <iostream>
#include <memory>
#include <string>

#include "ocean/base/error.hpp"
#include "ocean/base/json.hpp"
#include "ocean/http/paging.hpp"
#include "ocean/http/transport.hpp"
#include "ocean/port/client.hpp"
#include "ocean/state/store.hpp"
#include "ocean/sync/engine.hpp"
#include "source_plan.hpp"

namespace ocean::sync::crash {
namespace {

class Executioner final : public http::Transport {
 public:
  explicit Executioner(int request) : request_(request) {}

  http::Response Send(const http::WireRequest& request, const std::stop_token& stop) override {
    const bool is_last = ++sent_ == request_;
    if (is_last && request_ % 2 == 1) kill(getpid(), SIGKILL);
    http::Response response = wire_->Send(request, stop);
    if (is_last) kill(getpid(), SIGKILL);
    return response;
  }

 private:
  const int request_;
  std::atomic<int> sent_ = 0;
  std::shared_ptr<http::Transport> wire_ = http::MakeCurlTransport();
};

Kinds MakeKinds(const http::Client& source) {
  Kinds kinds;
  for (const char* const kind : kKinds) {
    kinds.Add(kind,
              {[](const Json&, const std::string&, config::Problems&) {},
               [source, kind](const Json&, ResyncContext& ctx) {
                 ctx.EmitAll(http::TokenPages(source, http::Request::Get(std::string("/") + kind),
                                              {.items_path = "items"}));
               }});
  }
  return kinds;
}

int Run(char** arguments) {
  const http::ClientFactory factory{
      .transport = std::make_shared<Executioner>(std::atoi(arguments[4])),
      .clock = Clock::System(),
      .logger = Logger::Null()};
  port::Client port({.base_url = arguments[2],
                     .client_id = "id",
                     .client_secret = Secret("secret"),
                     .identity = kIdentity},
                    factory);
  state::Store store(arguments[1]);
  const Kinds kinds = MakeKinds(factory.Make({.base_url = arguments[3]}));
  EngineOptions options;
  options.send_examples = false;
  Progress progress;
  Engine engine({port, store, kinds, Clock::System(), Logger::Null(), nullptr}, options);
  std::cout << DumpJson(ToJson(engine.Resync(progress, {}))) << "\n";
  return 0;
}

}  // namespace
}  // namespace ocean::sync::crash

int main(int argc, char** argv) {
  if (argc != 5) return 2;
  try {
    return ocean::sync::crash::Run(argv);
  } catch (const ocean::Error& error) {
    std::cerr << error.what() << "\n";
    return 1;
  }
}
