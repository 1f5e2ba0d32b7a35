#include "scaffold.hpp"

#include <fcntl.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <kainjow/mustache.hpp>
#include <vector>

#include "ocean/base/clock.hpp"
#include "ocean/base/error.hpp"
#include "ocean/base/hash.hpp"
#include "ocean/base/json.hpp"
#include "ocean/base/text.hpp"
#include "ocean/base/version.hpp"
#include "ocean/config/spec.hpp"
#include "files.hpp"
#include "places.hpp"

namespace ocean::cli {

namespace fs = std::filesystem;

namespace {

using Values = std::map<std::string, std::string>;

constexpr std::string_view kSuffix = ".mustache";

// As namespaces: words of the language, and names that the program has otherwise.
constexpr std::array kTakenWords = {
    "alignas",   "alignof",   "and",      "asm",      "auto",     "bool",     "break",   "case",
    "catch",     "char",      "class",    "concept",  "const",    "continue", "default", "delete",
    "do",        "double",    "else",     "enum",     "explicit", "export",   "extern",  "false",
    "float",     "for",       "friend",   "goto",     "if",       "inline",   "int",     "long",
    "mutable",   "namespace", "new",      "not",      "ocean",    "operator", "or",      "private",
    "protected", "public",    "register", "requires", "return",   "short",    "signed",  "sizeof",
    "static",    "std",       "struct",   "switch",   "template", "this",     "throw",   "true",
    "try",       "typedef",   "typeid",   "typename", "union",    "unsigned", "using",   "virtual",
    "void",      "volatile",  "while",    "xor",      "sample"};

/// The delimiters are <% %>: C++ and workflows have braces of their own.
std::string Render(const fs::path& file, const Values& values) {
  kainjow::mustache::mustache page("{{=<% %>=}}" + ReadFile(file));
  if (!page.is_valid()) {
    throw Error(ErrorKind::kBug, file.string() + ": " + page.error_message());
  }
  page.set_custom_escape([](const std::string& text) { return text; });
  kainjow::mustache::data data;
  for (const auto& [name, value] : values) {
    if (value.empty()) {
      data.set(name, false);
    } else {
      data.set(name, value);
    }
  }
  return page.render(data);
}

void RenderFolder(const fs::path& templates, const Values& values, const fs::path& folder) {
  for (const fs::directory_entry& entry : fs::recursive_directory_iterator(templates)) {
    if (!entry.is_regular_file() || entry.path().extension() != kSuffix) continue;
    const fs::path name = fs::relative(entry.path(), templates).replace_extension();
    WriteFile(folder / name, Render(entry.path(), values));
  }
}

std::string Namespace(const std::string& type) {
  return ReplaceAll(type, "-", "_");
}

Values ValuesOf(const Scaffold& scaffold, const std::string& integration_call) {
  const std::string version = std::string(SdkVersion());
  return {{"type", scaffold.type},
          {"namespace", Namespace(scaffold.type)},
          {"blueprint", ToCamelCase(Namespace(scaffold.type))},
          {"title", scaffold.title},
          {"title_yaml", DumpJson(scaffold.title)},
          {"item_title_json", DumpJson(scaffold.title + " Item")},
          {"description", scaffold.description},
          {"description_yaml", DumpJson(scaffold.description)},
          {"author", scaffold.author},
          {"date", FormatIso8601(Clock::System().Now()).substr(0, 10)},
          {"integration_call", integration_call},
          {"sdk_version", version.substr(0, version.find('-'))}};
}

void WriteExamples(const fs::path& folder, const std::string& type) {
  config::Spec spec = config::Spec::Load(folder);
  spec.type = type;
  WriteFile(folder / "config.example.yaml", config::ExampleConfigYaml(spec));
  WriteFile(folder / ".env.example", config::ExampleEnv(spec));
}

}  // namespace

std::string ProblemOfType(const std::string& type) {
  const auto is_small = [](char c) { return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9'); };
  const bool is_kebab =
      !type.empty() && type.front() >= 'a' && type.front() <= 'z' && type.back() != '-' &&
      type.find("--") == std::string::npos &&
      std::all_of(type.begin(), type.end(), [&](char c) { return c == '-' || is_small(c); });
  if (!is_kebab) return "the type '" + type + "' is not in kebab-case, such as acme-tracker";
  if (type.size() > 40) return "the type '" + type + "' has more than 40 characters";
  if (std::find(kTakenWords.begin(), kTakenWords.end(), Namespace(type)) != kTakenWords.end()) {
    return "the type '" + type + "' is a word that has a meaning already; choose another: --type";
  }
  return "";
}

std::string TypeOfName(const std::string& name) {
  std::string type;
  for (const char c : ToLower(name)) {
    if ((c >= 'a' && c <= 'z') || (c >= '0' && c <= '9')) {
      type += c;
    } else if (!type.empty() && type.back() != '-') {
      type += '-';
    }
  }
  while (!type.empty() && type.back() == '-') type.pop_back();
  return type;
}

void WriteIntegration(const Scaffold& scaffold, const fs::path& folder) {
  const fs::path templates = TemplatesFolder();
  // Beside the place where it will be, so that it can be moved there in one step.
  const fs::path draft = folder.parent_path() / ("." + scaffold.type + "." + RandomUuid());
  try {
    const Values values = ValuesOf(scaffold, "ocean_integration()");
    RenderFolder(templates / "integration", values, draft);
    RenderFolder(templates / (scaffold.is_private ? "private" : "public"), values, draft);
    WriteExamples(draft, scaffold.type);
    fs::rename(draft, folder);
  } catch (const fs::filesystem_error& error) {
    fs::remove_all(draft);
    throw Error(ErrorKind::kConfig,
                "cannot write " + folder.string() + ": " + error.code().message());
  } catch (...) {
    fs::remove_all(draft);
    throw;
  }
}

void MakeStandAlone(const fs::path& folder) {
  const config::Spec spec = config::Spec::Load(folder);
  const Scaffold scaffold{.type = folder.filename().string(),
                          .title = spec.title,
                          .description = spec.description,
                          .author = {},
                          .is_private = true};
  const std::string call(Trim(ReadFile(folder / "CMakeLists.txt")));
  RenderFolder(TemplatesFolder() / "private", ValuesOf(scaffold, call), folder);
}

void WritePrivateFile(const fs::path& file, const std::string& text) {
  const int descriptor = open(file.c_str(), O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);
  const bool written =
      descriptor >= 0 && write(descriptor, text.data(), text.size()) == std::ssize(text);
  if (descriptor >= 0) close(descriptor);
  if (!written) throw Error(ErrorKind::kConfig, "cannot write " + file.string());
}

}  // namespace ocean::cli
