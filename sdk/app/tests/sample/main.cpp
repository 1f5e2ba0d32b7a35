/// @file An integration whose source is a JSON file, or the same over HTTP, so that tests can run the whole program.

#include <chrono>
#include <csignal>
#include <fstream>
#include <iterator>
#include <optional>
#include <string>
#include <vector>

#include "ocean/base/clock.hpp"
#include "ocean/ocean.hpp"

namespace {

struct SampleConfig {
  std::string things_file;
  std::string things_url;
  std::string fail;
  static auto Describe() {
    return ocean::Fields<SampleConfig>()
        .Add("things_file", &SampleConfig::things_file, "The file.", ocean::NotBlank())
        .Add("things_url", &SampleConfig::things_url, "Where the lists are read instead.")
        .Add("fail", &SampleConfig::fail, "What goes wrong.");
  }
};

ocean::Json Read(const std::string& file, const char* list) {
  std::ifstream in(file);
  if (!in) throw ocean::Error(ocean::ErrorKind::kPermanent, "cannot read " + file);
  const std::string text{std::istreambuf_iterator<char>(in), {}};
  return ocean::Get(ocean::ParseJson(text, file), list);
}

void EmitInPages(const ocean::Json& items, ocean::ResyncContext& ctx) {
  std::vector<ocean::Json> page;
  for (const ocean::Json& item : items) {
    page.push_back(item);
    if (page.size() < 50) continue;
    ctx.Emit(ocean::Batch(std::move(page)));
    page.clear();
  }
  if (!page.empty()) ctx.Emit(ocean::Batch(std::move(page)));
}

/// The client that the program makes, and where it reads; no client where a file is read.
struct Source {
  SampleConfig config;
  std::optional<ocean::http::Client> client;

  ocean::Json Read(const char* list) const {
    if (client) return ocean::Get(client->GetJson(config.things_url), list);
    return ::Read(config.things_file, list);
  }
};

/// Reads the kind, then fails in the way that the configuration names. With "gate" each resync waits first until a test has
/// opened the named pipe beside the file, and closed it.
void Resync(const Source& source, const char* list, ocean::ResyncContext& ctx) {
  const SampleConfig& config = source.config;
  if (config.fail == "gate" && std::string_view(list) == "owners")
    std::ifstream(config.things_file + ".gate").get();
  EmitInPages(source.Read(list), ctx);
  if (config.fail == "page" && std::string_view(list) == "things") {
    throw ocean::Error(ocean::ErrorKind::kTransient, "page 2 answered 503");
  }
  if (config.fail == "crash") std::raise(SIGKILL);
  if (config.fail == "hang") {
    ocean::Clock::System().SleepFor(std::chrono::hours(1), ctx.Stop());
    ocean::ThrowCancelled("hanging");
  }
}

/// {"thing": {…}} tells of one as it is now, {"gone": "t1"} of one that is gone.
class ThingWebhook : public ocean::WebhookProcessor {
 public:
  ocean::http::Verifier Verify() const override { return ocean::http::Unsigned("it is a test's"); }
  bool Matches(const ocean::WebhookEvent& event) const override {
    return event.body.contains("thing") || event.body.contains("gone");
  }
  std::vector<std::string> Kinds(const ocean::WebhookEvent&) const override { return {"thing"}; }
  ocean::EventResult HandleResource(const ocean::WebhookEvent& event, const ocean::Json&,
                                    ocean::EventContext&) const override {
    if (event.body.contains("gone")) return ocean::Deleted({{"id", event.body.at("gone")}});
    return {.updated = {event.body.at("thing")}};
  }
};

}  // namespace

int main(int argc, char** argv) {
  return ocean::Main(
      argc, argv, "sample",
      [](ocean::Integration& app) {
        Source source{app.Config<SampleConfig>(), std::nullopt};
        if (!source.config.things_url.empty()) source.client = app.Http().Make({});
        app.Kind("thing", [source](ocean::ResyncContext& ctx) { Resync(source, "things", ctx); });
        app.Webhook<ThingWebhook>("/webhook");
        app.Kind("owner", [source](ocean::ResyncContext& ctx) { Resync(source, "owners", ctx); });
      },
      "1.2.3");
}
