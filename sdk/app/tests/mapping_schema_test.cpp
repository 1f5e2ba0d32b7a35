#include "../src/mapping_schema.hpp"

#include <filesystem>
#include <fstream>

#include "../src/application.hpp"
#include "ocean/base/error.hpp"
#include "ocean/catch.hpp"
#include "ocean/testing/temp_dir.hpp"

namespace ocean::app {

namespace {

using Catch::Matchers::Contains;

struct Period {
  std::string started_after;
  static auto Describe() {
    return Fields<Period>().Add("started_after", &Period::started_after, "From then on.");
  }
};

struct Selector {
  int page_size = 50;
  Period query_params;
  static auto Describe() {
    return Fields<Selector>()
        .Add("page_size", &Selector::page_size, "Items at once.", Range(1, 100))
        .Add("query_params", &Selector::query_params, "What else is asked.");
  }
};

struct Silent {
  bool deep = false;
  static auto Describe() { return Fields<Silent>().Add("deep", &Silent::deep, ""); }
};

struct Fixture {
  config::Configuration configuration;
  Integration integration{
      configuration,
      {.transport = nullptr, .clock = Clock::System(), .logger = Logger::Null()},
      Logger::Null()};
  Fixture() {
    integration.Kind("plain", [](ResyncContext&) {});
    integration.Kind<Selector>("deep", [](const Selector&, ResyncContext&) {});
  }
};

const Json& ResourceOf(const Json& schema, const std::string& title) {
  for (const Json& resource : schema.at("properties").at("resources").at("items").at("anyOf")) {
    if (resource.at("title") == title) return resource;
  }
  throw Error(ErrorKind::kNotFound, title);
}

}  // namespace

TEST_CASE("the schema of a mapping has a sealed selector for each kind, in camelCase") {
  const Fixture fixture;
  const Json schema = MappingSchema("acme", fixture.integration.kinds());
  CHECK(schema.at("title") == "Mapping of the integration acme");
  CHECK(schema.at("required") == Json{"resources"});
  CHECK(schema.at("properties").at("entityDeletionThreshold").at("default") == 0.9);
  CHECK(schema.at("definitions").at("port").at("required") == Json{"entity"});

  const Json& plain = ResourceOf(schema, "plain").at("properties");
  CHECK(plain.at("kind") == Json{{"const", "plain"}});
  CHECK(plain.at("selector").at("properties").size() == 1);
  CHECK(plain.at("selector").at("additionalProperties") == false);

  const Json& deep = ResourceOf(schema, "deep").at("properties").at("selector");
  CHECK(deep.at("required") == Json{"query"});
  CHECK(deep.at("properties").at("pageSize").at("maximum") == 100);
  CHECK(deep.at("properties").at("pageSize").at("description") == "Items at once.");
  CHECK(deep.at("properties").at("queryParams").at("properties").contains("startedAfter"));
}

TEST_CASE("kinds of any name have a schema of their own") {
  Fixture fixture;
  fixture.integration.OtherKinds<Selector>(
      [](const std::string&, const Selector&, ResyncContext&) {});
  const Json schema = MappingSchema("acme", fixture.integration.kinds());
  const Json& other = ResourceOf(schema, "__custom__").at("properties");
  CHECK(other.at("kind").at("not").at("enum") == Json{"deep", "plain"});
  CHECK(other.at("selector").at("properties").contains("pageSize"));
}

TEST_CASE("the form has the selectors by kind and the flags, and refers to nothing") {
  const Fixture fixture;
  const Json form = MappingForm(fixture.integration.kinds());
  CHECK(form.at("kinds").at("deep").at("selectors").at("properties").contains("pageSize"));
  CHECK(form.at("kinds").at("plain").at("selectors").at("required") == Json{"query"});
  CHECK(form.at("advancedConfig").at("properties").contains("enableMergeEntity"));
  CHECK_THAT(DumpJson(form), !Contains("$ref"));
}

TEST_CASE("a field of a selector that says nothing of itself is refused") {
  Fixture fixture;
  fixture.integration.Kind<Silent>("silent", [](const Silent&, ResyncContext&) {});
  CHECK_THROWS_WITH(MappingSchema("acme", fixture.integration.kinds()),
                    Contains("selector of silent") && Contains("deep"));
}

TEST_CASE("an integration that nobody has configured has a schema") {
  const testing::TempDir folder;
  std::filesystem::create_directories(folder / ".port");
  std::ofstream(folder / ".port/spec.yaml")
      << "title: Acme\nicon: Box\nfeatures: [{type: exporter, resources: [{kind: plain}]}]\n"
         "configurations:\n"
         "  - {name: apiUrl, type: url, required: true}\n"
         "  - {name: apiToken, type: string, required: true, sensitive: true}\n"
         "  - {name: pages, type: integer, default: 3}\n";
  Json seen;
  const Program program{.type = "acme", .version = "1", .setup = [&](Integration& app) {
                          struct Config {
                            std::string api_url;
                            std::string api_token;
                            int pages = 0;
                            static auto Describe() {
                              return Fields<Config>()
                                  .Add("api_url", &Config::api_url, "a", Required(), Url())
                                  .Add("api_token", &Config::api_token, "b", Required(), NotBlank())
                                  .Add("pages", &Config::pages, "c", Required());
                            }
                          };
                          seen = FieldsOf<Config>().ToJson(app.Config<Config>());
                          app.Kind("plain", [](ResyncContext&) {});
                        }};
  const std::string file = (folder / "schema.json").string();
  const std::string path = (folder / "").string();
  WriteMappingSchema(program, {.folder = path, .output = file, .compact = true});
  CHECK(seen == Json{{"api_url", "https://example.com"}, {"api_token", "example"}, {"pages", 3}});
  std::ifstream in(file);
  const std::string text{std::istreambuf_iterator<char>(in), {}};
  CHECK(ResourceOf(ParseJson(text), "plain").contains("properties"));
  CHECK(text.find('\n') == text.size() - 1);

  CHECK_THROWS_WITH(WriteMappingSchema(program, {.folder = path, .format = "xml", .output = file}),
                    Contains("expected json or ui"));
  CHECK_THROWS_WITH(
      WriteMappingSchema(program, {.folder = path, .output = (folder / "no/file").string()}),
      Contains("cannot write"));
}

}  // namespace ocean::app
