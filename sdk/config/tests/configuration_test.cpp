#include "ocean/config/configuration.hpp"

#include <algorithm>
#include <cctype>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <regex>
#include <set>
#include <sstream>

#include "dotenv.hpp"
#include "ocean/base/error.hpp"
#include "ocean/base/text.hpp"
#include "ocean/catch.hpp"
#include "ocean/config/yaml.hpp"
#include "settings_tree.hpp"

namespace fs = std::filesystem;
using ocean::Json;
using ocean::config::Configuration;
using ocean::config::LoadOptions;

namespace {

std::string ReadText(const fs::path& file) {
  std::ostringstream text;
  text << std::ifstream(file).rdbuf();
  return text.str();
}

/// A copy of a case as an integration's folder named "acme", removed at the end.
class CaseFolder {
 public:
  explicit CaseFolder(const fs::path& source)
      : root_(fs::temp_directory_path() / ("ocean_config_" + source.filename().string())) {
    fs::remove_all(root_);
    fs::create_directories(path() / ".port");
    fs::copy_file(source / "spec.yaml", path() / ".port" / "spec.yaml");
    if (fs::exists(source / "config.yaml"))
      fs::copy_file(source / "config.yaml", path() / "config.yaml");
    if (fs::exists(source / "dotenv")) fs::copy_file(source / "dotenv", path() / ".env");
  }
  ~CaseFolder() { fs::remove_all(root_); }

  fs::path path() const { return root_ / "acme"; }

 private:
  fs::path root_;
};

/// env.json: {"environment": {…}, "overrides": {…}, "local": bool}.
LoadOptions OptionsOf(const fs::path& source, const CaseFolder& folder) {
  LoadOptions options;
  options.folder = folder.path();
  const Json given = fs::exists(source / "env.json")
                         ? ocean::ParseJson(ReadText(source / "env.json"), "env.json")
                         : Json::object();
  for (const auto& [name, value] : ocean::Get(given, "environment").items()) {
    options.environment[name] = value.get<std::string>();
  }
  if (given.contains("overrides")) options.overrides = given["overrides"];
  options.require_port_credentials = !given.value("local", false);
  return options;
}

/// The parts of `actual` that `expected` names.
Json Selected(const Json& actual, const Json& expected) {
  if (!expected.is_object() || !actual.is_object()) return actual;
  Json result = Json::object();
  for (const auto& [key, value] : expected.items())
    result[key] = Selected(ocean::Get(actual, key), value);
  return result;
}

Json Outcome(const Configuration& configuration) {
  return {{"settings", ocean::FieldsOf<ocean::config::Settings>().ToJson(configuration.settings)},
          {"integration_config", configuration.integration_config},
          {"secrets", configuration.secrets},
          {"warnings", configuration.warnings}};
}

void CheckCase(const fs::path& source) {
  const CaseFolder folder(source);
  const LoadOptions options = OptionsOf(source, folder);
  if (fs::exists(source / "expected_error.txt")) {
    std::string message = "no error";
    try {
      ocean::config::Load(options);
    } catch (const ocean::Error& error) {
      CHECK(error.kind() == ocean::ErrorKind::kConfig);
      message = ocean::ReplaceAll(error.what(), folder.path().string(), "FOLDER") + "\n";
    }
    // UPDATE=1 rewrites what is expected, for review.
    if (std::getenv("UPDATE") != nullptr) std::ofstream(source / "expected_error.txt") << message;
    CHECK(message == ReadText(source / "expected_error.txt"));
    return;
  }
  const Json expected = ocean::ParseJson(ReadText(source / "expected.json"), "expected.json");
  const Json actual = Selected(Outcome(ocean::config::Load(options)), expected);
  CHECK(ocean::PrettyJson(actual) == ocean::PrettyJson(Selected(expected, expected)));
}

}  // namespace

TEST_CASE("Cases") {
  std::vector<fs::path> cases;
  for (const auto& entry : fs::directory_iterator(fs::path(OCEAN_TEST_DIR) / "cases"))
    cases.push_back(entry.path());
  std::sort(cases.begin(), cases.end());
  REQUIRE(cases.size() >= 15);
  for (const fs::path& source : cases) {
    DYNAMIC_SECTION(source.filename().string()) {
      CheckCase(source);
    }
  }
}

TEST_CASE("Defaults of the settings") {
  const ocean::config::Settings settings;
  CHECK_FALSE(settings.allow_environment_variables_jq_access);
  CHECK(settings.state.path == ".ocean");
  CHECK(settings.memory.limit == 8'388'608);
  CHECK(settings.resync.block_concurrency == 4);
  CHECK(settings.resync.transform_workers == 0);
  CHECK(settings.deletion.free_count == 10);
  CHECK(settings.change_detection.mode == ocean::config::ChangeDetectionMode::kIndex);
  CHECK(settings.change_detection.full_interval == std::chrono::hours(24));
  CHECK(settings.deletion.null_identifier_share == 0.01);
  CHECK(settings.port_number == 8000);
  CHECK(settings.event_listener.type == ocean::config::EventListenerType::kPolling);
  CHECK(settings.event_listener.Resyncs());
}

TEST_CASE("What listeners do") {
  ocean::config::EventListenerSettings listener;
  listener.type = ocean::config::EventListenerType::kOnce;
  CHECK(listener.Resyncs());
  CHECK_FALSE(listener.ProcessesWebhooks());
  listener.should_process_webhooks = true;
  CHECK(listener.ProcessesWebhooks());
  listener.type = ocean::config::EventListenerType::kWebhooksOnly;
  CHECK_FALSE(listener.Resyncs());
}

TEST_CASE("Every setting is documented") {
  const auto check = [](const auto& self, const std::vector<ocean::FieldInfo>& fields) -> void {
    for (const auto& field : fields) {
      CAPTURE(field.name);
      CHECK_FALSE(field.description.empty());
      CHECK(field.name == ocean::ToSnakeCase(field.name));
      self(self, field.type.fields);
    }
  };
  check(check, ocean::FieldsOf<ocean::config::Settings>().infos());
}

namespace {

/// The sources of all rooms but this one, as one text per file.
std::vector<std::string> EngineSources() {
  std::vector<std::string> texts;
  const fs::path sdk = fs::path(OCEAN_TEST_DIR).parent_path().parent_path();
  for (const auto& entry : fs::recursive_directory_iterator(sdk)) {
    const fs::path& file = entry.path();
    const std::string room = file.lexically_relative(sdk).begin()->string();
    const bool is_source = file.extension() == ".cpp" && file.parent_path().filename() == "src";
    if (is_source && room != "config") texts.push_back(ReadText(file));
  }
  return texts;
}

/// Whether a file that has to do with the section, or any for those of none, reads a member of the setting's name. Another
/// member of that name in such a file passes for it.
bool IsRead(const std::vector<std::string>& sources, const std::string& section,
            const std::string& name) {
  std::string type = ocean::ToCamelCase(section) + "Settings";
  type[0] = static_cast<char>(std::toupper(type[0]));
  const std::regex use("\\." + name + "\\b(?! *=[^=])");
  return std::any_of(sources.begin(), sources.end(), [&](const std::string& text) {
    return (text.find(section) != std::string::npos || text.find(type) != std::string::npos) &&
           std::regex_search(text, use);
  });
}

/// Settings that a function of their struct reads for everybody.
const std::set<std::string> kReadByFunctions = {
    "event_listener.should_resync", "event_listener.should_process_webhooks", "live_events.type",
    "live_events.is_redis_stream_consumer_enabled"};

void CheckRead(const std::vector<std::string>& sources, const std::vector<ocean::FieldInfo>& fields,
               const std::string& path) {
  for (const auto& field : fields) {
    const std::string field_path = ocean::config::JoinPath(path, field.name);
    if (!field.type.fields.empty()) {
      CheckRead(sources, field.type.fields, field_path);
    } else if (!kReadByFunctions.contains(field_path)) {
      INFO(field_path);
      CHECK(IsRead(sources, path.substr(path.rfind('.') + 1), field.name));
    }
  }
}

}  // namespace

TEST_CASE("Every setting is read by something") {
  const std::vector<std::string> sources = EngineSources();
  REQUIRE(sources.size() > 100);
  CHECK_FALSE(IsRead(sources, "", "processing_mode"));
  CheckRead(sources, ocean::FieldsOf<ocean::config::Settings>().infos(), "");
}

TEST_CASE("What has no effect here says why, and is no setting") {
  std::string before;
  const std::vector<ocean::FieldInfo> fields = ocean::FieldsOf<ocean::config::Settings>().infos();
  for (const auto& [path, why] : ocean::config::SettingsWithoutEffect()) {
    CAPTURE(path);
    CHECK(path > before);
    before = path;
    CHECK_FALSE(why.empty());
    const std::vector<ocean::FieldInfo>* level = &fields;
    const ocean::FieldInfo* field = nullptr;
    for (const std::string& key : ocean::Split(path, '.')) {
      field = level == nullptr ? nullptr : ocean::config::FindField(*level, key);
      level = field == nullptr ? nullptr : &field->type.fields;
    }
    CHECK(field == nullptr);
  }
}

namespace {

struct AcmeConfig {
  std::string acme_host;
  ocean::Secret token;
  int pages = 3;
  static auto Describe() {
    return ocean::Fields<AcmeConfig>()
        .Add("acme_host", &AcmeConfig::acme_host, "Where.", ocean::Required())
        .Add("token", &AcmeConfig::token, "Who.")
        .Add("pages", &AcmeConfig::pages, "How many.", ocean::Range(1, 10));
  }
};

}  // namespace

TEST_CASE("The author's type of configuration is filled") {
  const auto config = ocean::config::ParseIntegrationConfig<AcmeConfig>(
      Json::parse(R"({"acme_host": "https://a.io", "token": "s3cret", "pages": null, "more": 1})"));
  CHECK(config.acme_host == "https://a.io");
  CHECK(config.token.Reveal() == "s3cret");
  CHECK(config.pages == 3);
  CHECK_THROWS_WITH(
      ocean::config::ParseIntegrationConfig<AcmeConfig>(Json::parse(R"({"pages": 99})")),
      "the configuration of the integration is not valid:\n"
      "  integration.config.pages: must be 1 to 10, got 99\n"
      "  integration.config.acme_host: is required");
}

TEST_CASE(".env") {
  ocean::Problems problems;
  const auto entries = ocean::config::ParseDotenv(
      "\xEF\xBB\xBF# comment\n"
      "A=1\r\n"
      "export B = two words # trailing\n"
      "C=\"q \\\"x\\\" #no\\n\\$\"  # yes\n"
      "D='$raw \\n'\n"
      "\n"
      "E=\"first\nsecond\"\n"
      "F=\n"
      "G=a#b\n"
      "H=#nothing\n",
      ".env", problems);
  CHECK(problems.empty());
  std::vector<std::string> lines;
  for (const auto& entry : entries)
    lines.push_back(std::to_string(entry.line) + " " + entry.name + "=" + entry.value);
  CHECK(lines == std::vector<std::string>{"2 A=1", "3 B=two words", "4 C=q \"x\" #no\n\\$",
                                          "5 D=$raw \\n", "7 E=first\nsecond", "9 F=", "10 G=a#b",
                                          "11 H="});
  ocean::config::ParseDotenv("novalue\n=x\nA='b\n", ".env", problems);
  REQUIRE(problems.problems().size() == 3);
  CHECK(problems.problems()[0].path == ".env:1");
  CHECK(problems.problems()[0].message == "expected KEY=value");
  CHECK(problems.problems()[1].path == ".env:2");
  CHECK(problems.problems()[2].message == "the quote is not closed");
}

TEST_CASE("The example configuration loads with the two credentials") {
  const CaseFolder folder(fs::path(OCEAN_TEST_DIR) / "cases" / "all_sources");
  LoadOptions options;
  options.folder = folder.path();
  const auto spec = ocean::config::Spec::Load(folder.path());
  std::ofstream(folder.path() / "config.yaml") << ocean::config::ExampleConfigYaml(spec);
  fs::remove(folder.path() / ".env");
  options.environment = {{"PORT_CLIENT_ID", "an-id"},
                         {"PORT_CLIENT_SECRET", "a-secret"},
                         {"OCEAN__INTEGRATION__CONFIG__API_TOKEN", "t0ken-of-acme"}};
  const Configuration configuration = ocean::config::Load(options);
  CHECK(configuration.settings.port.client_id == "an-id");
  CHECK(configuration.warnings.empty());
}
