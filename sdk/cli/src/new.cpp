#include "new.hpp"

#include <termios.h>
#include <unistd.h>

#include <array>
#include <cstdlib>
#include <filesystem>
#include <iostream>
#include <optional>
#include <vector>

#include "child.hpp"
#include "ocean/base/error.hpp"
#include "ocean/base/hash.hpp"
#include "ocean/base/text.hpp"
#include "ocean/config/spec.hpp"
#include "ocean/config/yaml.hpp"
#include "places.hpp"
#include "scaffold.hpp"

namespace ocean::cli {

namespace fs = std::filesystem;

namespace {

struct Answers {
  Scaffold scaffold;
  std::string client_id;
  std::string client_secret;
  std::string base_url;
};

std::string Environment(const char* name) {
  const char* value = std::getenv(name);
  return value == nullptr ? "" : value;
}

/// What one types is not shown while it lives. What was typed before is not lost.
class HiddenInput {
 public:
  HiddenInput() {
    if (tcgetattr(STDIN_FILENO, &former_) != 0) return;
    termios hidden = former_;
    hidden.c_lflag &= ~static_cast<tcflag_t>(ECHO);
    is_hidden_ = tcsetattr(STDIN_FILENO, TCSADRAIN, &hidden) == 0;
  }
  ~HiddenInput() {
    if (is_hidden_) tcsetattr(STDIN_FILENO, TCSADRAIN, &former_);
  }
  HiddenInput(const HiddenInput&) = delete;
  HiddenInput& operator=(const HiddenInput&) = delete;

 private:
  termios former_{};
  bool is_hidden_ = false;
};

/// Asks on the terminal, or takes the default where nobody is to be asked.
class Questions {
 public:
  explicit Questions(bool ask) : ask_(ask) {}

  std::string Ask(const std::string& given, const std::string& question,
                  const std::string& fallback) const {
    if (!given.empty() || !ask_) return given.empty() ? fallback : given;
    std::cerr << question << (fallback.empty() ? ": " : " [" + fallback + "]: ");
    std::string line;
    std::getline(std::cin, line);
    const std::string answer(Trim(line));
    return answer.empty() ? fallback : answer;
  }

  std::string AskSecret(const std::string& given, const std::string& question) const {
    if (!given.empty() || !ask_) return given;
    std::string line;
    {
      // Before it is asked for: who answers at once must not be seen.
      const HiddenInput hidden;
      std::cerr << question << ": ";
      std::getline(std::cin, line);
    }
    std::cerr << "\n";
    return std::string(Trim(line));
  }

 private:
  bool ask_;
};

/// With the answers of the file where the command line has none.
NewRequest WithFile(NewRequest request) {
  if (request.answers.empty()) return request;
  const Fields<NewRequest>& fields = FieldsOf<NewRequest>();
  config::Problems problems;
  Json answers = config::NormaliseObject(fields.infos(), config::LoadYamlFile(request.answers), "",
                                         problems, UnknownKeys::kReport);
  problems.ThrowIfAny(request.answers + " is not valid:");
  const Json given = fields.ToJson(request);
  for (const auto& [name, value] : given.items()) {
    const bool is_given = value.is_string() ? !value.get<std::string>().empty() : value == true;
    if (is_given) answers.erase(name);
  }
  fields.Assign(request, answers);
  return request;
}

bool IsPrivate(const NewRequest& request, const Questions& questions) {
  if (request.is_public || request.is_private) return request.is_private;
  const bool in_checkout = CheckoutOf(fs::current_path()).has_value();
  const std::string answer =
      questions.Ask("", "For this repository (public), or a project of its own (private)?",
                    in_checkout ? "public" : "private");
  return ToLower(answer).starts_with("pri");
}

Answers Collect(const NewRequest& request) {
  const Questions questions(!request.yes && isatty(STDIN_FILENO) == 1);
  Answers answers;
  Scaffold& scaffold = answers.scaffold;
  scaffold.title = questions.Ask(request.name, "Name of the third party, such as Acme Tracker", "");
  scaffold.type = questions.Ask(request.type, "Type: name of the folder and the program",
                                TypeOfName(scaffold.title));
  scaffold.description =
      questions.Ask(request.description, "What it syncs, in a sentence",
                    "Keeps the items of " + scaffold.title + " in step with the software catalog.");
  scaffold.author = questions.Ask(request.author, "Who maintains it (may be empty)", "");
  scaffold.is_private = IsPrivate(request, questions);
  answers.client_id = questions.Ask(request.client_id, "Port's client id (empty: later)", "");
  if (answers.client_id.empty()) return answers;
  answers.client_secret =
      questions.AskSecret(Environment("OCEAN__PORT__CLIENT_SECRET"), "Port's client secret");
  answers.base_url = questions.Ask(request.base_url, "Port's address", "https://api.getport.io");
  return answers;
}

fs::path ParentFolder(const NewRequest& request, const Scaffold& scaffold) {
  if (!request.path.empty()) return request.path;
  const auto checkout = CheckoutOf(fs::current_path());
  if (scaffold.is_private || !checkout) return ".";
  return *checkout / "integrations";
}

bool IsOneLine(const std::string& text) {
  return std::none_of(text.begin(), text.end(),
                      [](unsigned char c) { return c < 0x20 || c == 0x7f; }) &&
         IsUtf8(text);
}

void RequireGood(const Answers& answers, const fs::path& folder) {
  const Scaffold& scaffold = answers.scaffold;
  std::vector<std::string> problems;
  if (scaffold.title.empty()) problems.emplace_back("a name is needed: --name \"Acme Tracker\"");
  const std::string of_type = ProblemOfType(scaffold.type);
  if (!of_type.empty() && !scaffold.title.empty()) problems.push_back(of_type);
  for (const std::string& text : {scaffold.title, scaffold.description, scaffold.author}) {
    if (!IsOneLine(text)) problems.emplace_back("name, description and author are lines of text");
  }
  if (!answers.client_id.empty() && answers.client_secret.empty()) {
    problems.emplace_back("a client id needs its secret: set OCEAN__PORT__CLIENT_SECRET");
  }
  if (of_type.empty() && fs::exists(folder))
    problems.push_back(folder.string() + " is there already");
  if (!scaffold.is_private && !CheckoutOf(fs::absolute(folder))) {
    problems.push_back(
        folder.string() +
        " is in no checkout of the repository: take --private for a project of its own");
  }
  if (!problems.empty()) throw Error(ErrorKind::kConfig, Join(problems, "\n       "));
}

/// The example with the credentials filled in.
void WriteEnv(const Answers& answers, const fs::path& folder) {
  if (answers.client_id.empty()) return;
  std::string text = config::ExampleEnv(config::Spec::Load(folder));
  const auto fill = [&](const std::string& line, const std::string& value) {
    text = ReplaceAll(text, line + "\n", value + "\n");
  };
  fill("OCEAN__PORT__CLIENT_ID=", "OCEAN__PORT__CLIENT_ID=" + answers.client_id);
  fill("OCEAN__PORT__CLIENT_SECRET=", "OCEAN__PORT__CLIENT_SECRET=" + answers.client_secret);
  fill("# OCEAN__PORT__BASE_URL=https://api.getport.io",
       "OCEAN__PORT__BASE_URL=" + answers.base_url);
  WritePrivateFile(folder / ".env", text);
}

void PrintNextSteps(const Scaffold& scaffold, const fs::path& folder) {
  const std::string shown = Shown(folder);
  std::cout << "Made " << shown << ". It syncs made-up items until it is told of a real API:\n\n";
  if (scaffold.is_private) {
    std::cout << "  cd " << shown
              << "\n  make test                           # builds and tests it\n"
              << "  make run ARGS=\"--local --once\"      # syncs into the embedded catalog\n";
  } else {
    std::cout << "  make test/" << scaffold.type << "\n  make run/" << scaffold.type
              << " ARGS=\"--local --once\"   # syncs into the embedded catalog\n";
  }
  std::cout << "  ocean catalog list\n\nThen read README.md there: src/client.cpp is where the API "
               "goes.\n";
}

/// The folder of `name` in a checkout, or the checkout itself when that is the integration.
fs::path SourceFolder(const PullRequest& request, const fs::path& checkout) {
  fs::path folder = checkout / "integrations" / request.name;
  if (IsIntegration(folder)) return folder;
  if (IsIntegration(checkout) && checkout.filename() == request.name) return checkout;
  throw Error(ErrorKind::kNotFound,
              "there is no integration " + request.name + " in " + request.from);
}

/// Everything but what builds, runs and operators leave behind.
void CopyIntegration(const fs::path& from, const fs::path& to) {
  const std::vector<std::string> left_out = {"build", ".env", "config.yaml", ".git"};
  fs::create_directories(to);
  for (const fs::directory_entry& entry : fs::directory_iterator(from)) {
    const std::string name = entry.path().filename().string();
    if (std::find(left_out.begin(), left_out.end(), name) != left_out.end()) continue;
    if (name.starts_with(".ocean")) continue;
    fs::copy(entry.path(), to / name, fs::copy_options::recursive);
  }
}

/// A clone that goes with this object.
class Clone {
 public:
  Clone(const PullRequest& request, const HeldSignals& held)
      : folder_(fs::temp_directory_path() / ("ocean-pull-" + RandomUuid())) {
    std::vector<std::string> arguments = {"clone", "--quiet", "--depth", "1"};
    if (!request.ref.empty()) arguments.insert(arguments.end(), {"--branch", request.ref});
    arguments.insert(arguments.end(), {"--", request.from, folder_.string()});
    const int code = RunChild(
        {.program = "git", .arguments = std::move(arguments), .environment = {}, .folder = "."},
        held);
    if (code != 0) {
      throw Error(ErrorKind::kTransient,
                  "git could not clone " + request.from + ": exit code " + std::to_string(code));
    }
  }
  ~Clone() {
    std::error_code ignored;
    fs::remove_all(folder_, ignored);
  }
  Clone(const Clone&) = delete;
  Clone& operator=(const Clone&) = delete;
  const fs::path& folder() const { return folder_; }

 private:
  fs::path folder_;
};

}  // namespace

int New(const NewRequest& given) {
  const NewRequest request = WithFile(given);
  if (request.is_public && request.is_private) {
    throw Error(ErrorKind::kConfig, "--public and --private exclude each other");
  }
  const Answers answers = Collect(request);
  const fs::path parent = ParentFolder(request, answers.scaffold);
  const fs::path folder = (parent / answers.scaffold.type).lexically_normal();
  RequireGood(answers, folder);
  if (!fs::is_directory(parent)) {
    throw Error(ErrorKind::kConfig, "there is no folder " + parent.string());
  }
  WriteIntegration(answers.scaffold, folder);
  WriteEnv(answers, folder);
  PrintNextSteps(answers.scaffold, folder);
  return 0;
}

int Pull(const PullRequest& request) {
  const HeldSignals held;
  const fs::path folder = (fs::path(request.path) / request.name).lexically_normal();
  if (fs::exists(folder)) throw Error(ErrorKind::kConfig, folder.string() + " is there already");
  std::optional<Clone> clone;
  if (!fs::is_directory(request.from)) clone.emplace(request, held);
  const fs::path checkout = clone ? clone->folder() : fs::absolute(request.from).lexically_normal();
  CopyIntegration(SourceFolder(request, checkout), folder);
  MakeStandAlone(folder);
  std::cout << "Made " << Shown(folder) << ", which stands alone: make test builds and tests it.\n";
  return 0;
}

}  // namespace ocean::cli
