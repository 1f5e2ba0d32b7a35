#include "ocean/config/yaml.hpp"

#include <yaml-cpp/eventhandler.h>
#include <yaml-cpp/exceptions.h>
#include <yaml-cpp/parser.h>

#include <fstream>
#include <sstream>
#include <utility>
#include <vector>

#include "ocean/base/error.hpp"
#include "ocean/base/text.hpp"
#include "yaml_document.hpp"

namespace ocean::config {

namespace {

constexpr std::string_view kTagPrefix = "tag:yaml.org,2002:";

/// Builds the value from the parser's events, which know what its tree does not tell: quoting, anchors, and every key.
class Builder : public YAML::EventHandler {
 public:
  Builder(std::string file_name, YamlDocument& document)
      : file_name_(std::move(file_name)), document_(document) {}

  void OnDocumentStart(const YAML::Mark& mark) override {
    if (has_document_) Fail(mark, "a second document begins here; one is expected");
    has_document_ = true;
  }
  void OnDocumentEnd() override {}

  void OnNull(const YAML::Mark& mark, YAML::anchor_t anchor) override {
    if (ExpectsKey()) Fail(mark, "a key is missing, or is null: quote it");
    Deliver(mark, anchor, Json(), 1);
  }

  void OnAlias(const YAML::Mark& mark, YAML::anchor_t anchor) override {
    const auto found = anchors_.find(anchor);
    if (found == anchors_.end()) Fail(mark, "the alias stands inside its own anchor");
    const Anchored& anchored = found->second;
    if (ExpectsKey()) {
      if (!anchored.value.is_string()) Fail(mark, "a key must be text");
      TakeKey(mark, anchored.value.get<std::string>(), false);
    } else {
      Deliver(mark, 0, anchored.value, anchored.nodes);
    }
  }

  void OnScalar(const YAML::Mark& mark, const std::string& tag, YAML::anchor_t anchor,
                const std::string& text) override {
    const bool plain = tag == "?" || tag.empty();
    if (ExpectsKey()) {
      if (anchor != 0) anchors_[anchor] = {text, 1};
      TakeKey(mark, text, plain);
      return;
    }
    if (plain) document_.marks[path_].plain_text = text;
    Deliver(mark, anchor, Resolve(mark, tag, text), 1);
  }

  void OnSequenceStart(const YAML::Mark& mark, const std::string& tag, YAML::anchor_t anchor,
                       YAML::EmitterStyle::value /*style*/) override {
    Open(mark, tag, "seq", anchor, Json::array());
  }
  void OnSequenceEnd() override { Close(); }

  void OnMapStart(const YAML::Mark& mark, const std::string& tag, YAML::anchor_t anchor,
                  YAML::EmitterStyle::value /*style*/) override {
    Open(mark, tag, "map", anchor, Json::object());
  }
  void OnMapEnd() override {
    MergeInherited(open_.back());
    Close();
  }

 private:
  struct Anchored {
    Json value;
    std::size_t nodes;
  };

  /// A collection that has begun and not ended.
  struct Collection {
    Json value;
    YAML::Mark mark;
    YAML::anchor_t anchor;
    std::size_t nodes = 1;
    std::string path;
    /// In a mapping: the key whose value comes next.
    std::optional<std::string> key;
    bool is_merge = false;
    bool has_merge = false;
    /// What << named, to be laid under the explicit members at the end.
    std::vector<Json> inherited;
  };

  [[noreturn]] void Fail(const YAML::Mark& mark, const std::string& message) const {
    throw Error(ErrorKind::kConfig, file_name_ + ":" + std::to_string(mark.line + 1) + ":" +
                                        std::to_string(mark.column + 1) + ": " + message);
  }

  bool ExpectsKey() const {
    return !open_.empty() && open_.back().value.is_object() && !open_.back().key;
  }

  void TakeKey(const YAML::Mark& mark, const std::string& text, bool plain) {
    Collection& map = open_.back();
    map.is_merge = plain && text == "<<";
    if (map.is_merge ? map.has_merge : map.value.contains(text)) {
      Fail(mark, "the key '" + text + "' is given twice in the same mapping");
    }
    map.has_merge = map.has_merge || map.is_merge;
    map.key = text;
    path_ = map.path + "/" + text;
    document_.marks[path_].line = mark.line + 1;
  }

  Json Resolve(const YAML::Mark& mark, const std::string& tag, const std::string& text) const {
    if (tag == "!" || tag == std::string(kTagPrefix) + "str") return text;
    try {
      if (tag == "?" || tag.empty()) return ResolvePlainScalar(text);
      if (tag.starts_with(kTagPrefix)) return ResolveTagged(tag.substr(kTagPrefix.size()), text);
    } catch (const Error& error) {
      Fail(mark, error.what());
    }
    Fail(mark, "the tag " + tag + " is not supported");
  }

  static Json ResolveTagged(const std::string& tag, const std::string& text) {
    Json value = ResolvePlainScalar(text);
    if (tag == "int" && value.is_number_integer()) return value;
    if (tag == "float" && value.is_number()) return value.get<double>();
    if (tag == "bool" && value.is_boolean()) return value;
    if (tag == "null" && value.is_null()) return value;
    throw Error(ErrorKind::kConfig, "'" + text + "' cannot be read as !!" + tag);
  }

  void Open(const YAML::Mark& mark, const std::string& tag, const std::string& own_tag,
            YAML::anchor_t anchor, Json empty) {
    if (ExpectsKey()) Fail(mark, "a key must be text, not a collection");
    if (open_.size() >= kMaxYamlDepth) {
      Fail(mark, "nested deeper than " + std::to_string(kMaxYamlDepth) + " levels");
    }
    if (tag != "?" && tag != "!" && !tag.empty() && tag != std::string(kTagPrefix) + own_tag) {
      Fail(mark, "the tag " + tag + " is not supported");
    }
    Collection collection;
    collection.value = std::move(empty);
    collection.mark = mark;
    collection.anchor = anchor;
    collection.path = path_;
    open_.push_back(std::move(collection));
    PrepareElementPath();
  }

  void Close() {
    Collection done = std::move(open_.back());
    open_.pop_back();
    path_ = done.path;
    Deliver(done.mark, done.anchor, std::move(done.value), done.nodes);
  }

  /// Puts a finished value where it belongs.
  void Deliver(const YAML::Mark& mark, YAML::anchor_t anchor, Json value, std::size_t nodes) {
    if (anchor != 0) anchors_[anchor] = {value, nodes};
    auto [known, is_new] = document_.marks.try_emplace(path_);
    if (known->second.line == 0) known->second.line = mark.line + 1;
    if (open_.empty()) {
      document_.value = std::move(value);
      return;
    }
    Collection& parent = open_.back();
    parent.nodes += nodes;
    if (parent.nodes > kMaxYamlNodes) {
      Fail(mark, "the document holds more than " + std::to_string(kMaxYamlNodes) +
                     " values once its aliases are resolved");
    }
    if (parent.value.is_array()) {
      parent.value.push_back(std::move(value));
      PrepareElementPath();
    } else if (parent.is_merge) {
      Inherit(mark, parent, std::move(value));
      parent.key.reset();
    } else {
      parent.value[*parent.key] = std::move(value);
      parent.key.reset();
    }
  }

  void PrepareElementPath() {
    const Collection& parent = open_.back();
    if (parent.value.is_array()) path_ = parent.path + "/" + std::to_string(parent.value.size());
  }

  void Inherit(const YAML::Mark& mark, Collection& map, Json value) const {
    if (value.is_object()) {
      map.inherited.push_back(std::move(value));
      return;
    }
    if (!value.is_array()) Fail(mark, "<< takes a mapping, or a list of mappings");
    for (Json& item : value) {
      if (!item.is_object()) Fail(mark, "<< takes a mapping, or a list of mappings");
      map.inherited.push_back(std::move(item));
    }
  }

  /// Explicit members win over inherited ones, earlier mappings of << over later ones.
  static void MergeInherited(Collection& map) {
    for (Json& parent : map.inherited) {
      for (auto& [key, value] : parent.items()) {
        if (!map.value.contains(key)) map.value[key] = std::move(value);
      }
    }
  }

  std::string file_name_;
  YamlDocument& document_;
  bool has_document_ = false;
  /// The JSON pointer of the value that comes next.
  std::string path_;
  std::vector<Collection> open_;
  std::map<YAML::anchor_t, Anchored> anchors_;
};

[[noreturn]] void FailAtOffset(std::string_view text, std::size_t offset,
                               std::string_view file_name, const std::string& message) {
  const std::string_view before = text.substr(0, offset);
  const auto line = std::count(before.begin(), before.end(), '\n') + 1;
  const std::size_t column = offset - (before.rfind('\n') + 1) + 1;
  throw Error(ErrorKind::kConfig, std::string(file_name) + ":" + std::to_string(line) + ":" +
                                      std::to_string(column) + ": " + message);
}

/// The parser takes some control characters for the end of the text, and replaces what is not UTF-8: neither may go unnoticed.
void CheckCharacters(std::string_view text, std::string_view file_name) {
  for (std::size_t i = 0; i < text.size(); ++i) {
    const auto byte = static_cast<unsigned char>(text[i]);
    if ((byte < 0x20 && byte != '\t' && byte != '\n' && byte != '\r') || byte == 0x7f) {
      FailAtOffset(text, i, file_name, "a control character stands here");
    }
  }
  if (IsUtf8(text)) return;
  std::size_t start = 0;
  for (std::size_t end = text.find('\n');
       end != std::string_view::npos && IsUtf8(text.substr(start, end - start));
       end = text.find('\n', start)) {
    start = end + 1;
  }
  FailAtOffset(text, start, file_name, "this line is not UTF-8");
}

}  // namespace

YamlDocument ReadYamlDocument(std::string_view text, std::string_view file_name) {
  CheckCharacters(text, file_name);
  YamlDocument document;
  try {
    std::istringstream stream{std::string(text)};
    YAML::Parser parser(stream);
    Builder builder(std::string(file_name), document);
    while (parser.HandleNextDocument(builder)) {
    }
  } catch (const YAML::Exception& error) {
    throw Error(ErrorKind::kConfig, std::string(file_name) + ":" +
                                        std::to_string(error.mark.line + 1) + ":" +
                                        std::to_string(error.mark.column + 1) + ": " + error.msg);
  }
  return document;
}

Json ParseYaml(std::string_view text, std::string_view file_name) {
  return ReadYamlDocument(text, file_name).value;
}

std::string ReadFile(const std::string& path) {
  std::ifstream stream(path, std::ios::binary);
  std::ostringstream text;
  // A folder opens, and fails only when it is read.
  if (!stream ||
      (stream.peek() != std::ifstream::traits_type::eof() && !(text << stream.rdbuf())) ||
      stream.bad()) {
    throw Error(ErrorKind::kConfig, path + ": the file cannot be read");
  }
  return text.str();
}

Json LoadYamlFile(const std::filesystem::path& file) {
  const std::string text = ReadFile(file.string());
  if (file.extension() != ".json") return ParseYaml(text, file.string());
  try {
    return ParseJson(text, file.string());
  } catch (const Error& error) {
    throw Error(ErrorKind::kConfig, error.what());
  }
}

}  // namespace ocean::config
