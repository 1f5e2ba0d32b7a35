#pragma once
/// @file A folder with an integration in it, whose source is a file of the test's.

#include <cstdlib>

#include <filesystem>
#include <fstream>
#include <string>

#include "ocean/base/json.hpp"

namespace ocean::cli {

/// integrations/sample with its configuration and a source of `things`; gone after the test.
class Workspace {
 public:
  Workspace() {
    std::string name = (std::filesystem::temp_directory_path() / "ocean-cli-XXXXXX").string();
    root_ = mkdtemp(name.data());
    std::filesystem::create_directories(sample());
    std::filesystem::copy(OCEAN_SAMPLE_DIR "/.port", sample() / ".port",
                          std::filesystem::copy_options::recursive);
    Configure();
    SetThings(60);
  }
  ~Workspace() {
    std::error_code ignored;
    std::filesystem::remove_all(root_, ignored);
  }
  Workspace(const Workspace&) = delete;
  Workspace& operator=(const Workspace&) = delete;

  const std::filesystem::path& root() const { return root_; }
  std::filesystem::path sample() const { return root_ / "integrations" / "sample"; }

  void Write(const std::filesystem::path& file, const std::string& text) const {
    std::ofstream(root_ / file) << text;
  }
  /// `fail` is what goes wrong in a run; empty for nothing.
  void Configure(const std::string& fail = "") const {
    Write(sample() / "config.yaml",
          "integration:\n  config:\n    thingsFile: " + (root_ / "source.json").string() +
              "\n    token: hush-hush-secret\n    fail: '" + fail + "'\n");
  }
  /// A source of one owner and things t0 … t<count - 1>.
  Json Source(int count) const {
    Json things = Json::array();
    for (int i = 0; i < count; ++i) {
      things.push_back({{"id", "t" + std::to_string(i)},
                        {"name", "Thing №" + std::to_string(i)},
                        {"color", i % 2 == 0 ? "red" : "blue"},
                        {"size", i},
                        {"owner", "ann"}});
    }
    return {{"things", things},
            {"owners", {{{"id", "ann"}, {"name", "Ann Ünïcode"}, {"email", "ann@example.com"}}}}};
  }
  void SetSource(const Json& source) const { Write(root_ / "source.json", DumpJson(source)); }
  void SetThings(int count) const { SetSource(Source(count)); }

 private:
  std::filesystem::path root_;
};

inline std::string ReadText(const std::filesystem::path& file) {
  std::ifstream in(file);
  return {std::istreambuf_iterator<char>(in), {}};
}

inline Json ReadJson(const std::filesystem::path& file) {
  return ParseJson(ReadText(file), file.string());
}

}  // namespace ocean::cli
