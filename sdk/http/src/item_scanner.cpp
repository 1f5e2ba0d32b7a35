#include "item_scanner.hpp"

#include "ocean/base/error.hpp"
#include "ocean/base/json.hpp"
#include "ocean/base/text.hpp"
#include "page.hpp"

namespace ocean::http {
namespace {

/// No number, true, false or null is longer.
constexpr std::size_t kMaxScalarBytes = 4096;

bool IsBlank(char c) {
  return c == ' ' || c == '\n' || c == '\r' || c == '\t';
}

bool EndsScalar(char c) {
  return IsBlank(c) || c == ',' || c == ']' || c == '}' || c == ':' || c == '"' || c == '[' ||
         c == '{';
}

/// The item that is open, within its limit.
class OpenItem {
 public:
  OpenItem(std::size_t max_bytes, const std::string& source)
      : max_bytes_(max_bytes), source_(source) {}

  void Append(std::string_view text) {
    if (text_.size() + text.size() > max_bytes_) {
      ThrowBadPage(source_, "an item is larger than " + HumanBytes(max_bytes_));
    }
    text_ += text;
  }
  void Give(const ItemScanner::OnItem& on_item) {
    on_item(text_);
    text_.clear();
  }
  const std::string& text() const { return text_; }

 private:
  const std::size_t max_bytes_;
  const std::string& source_;
  std::string text_;
};

[[noreturn]] void ThrowCut(const std::string& source) {
  throw Error(ErrorKind::kTransient, source + ": the answer ended in the middle");
}

class JsonScanner : public ItemScanner {
 public:
  JsonScanner(std::string path, std::size_t max_item_bytes, std::string source)
      : source_(std::move(source)),
        path_(std::move(path)),
        rest_(path_),
        item_(max_item_bytes, source_) {}

  void Feed(std::string_view part, const OnItem& on_item) override {
    for (const char c : part) {
      ++position_;
      Take(c, on_item);
    }
  }
  void Finish(const OnItem& on_item) override;
  std::size_t buffered() const override { return item_.text().size() + token_.size(); }

 private:
  enum class Expect { kValue, kValueOrEnd, kKey, kKeyOrEnd, kColon, kCommaOrEnd, kNothing };
  enum class Inside { kNothing, kKey, kString, kScalar };

  void Take(char c, const OnItem& on_item);
  void TakeStructure(char c, const OnItem& on_item);
  void TakeOfString(char c, const OnItem& on_item);
  void StartValue(char c);
  void Open(char c, bool is_list);
  void Close(char c, const OnItem& on_item);
  void EndKey();
  void EndScalar(const OnItem& on_item);
  void EndValue(const OnItem& on_item);
  bool in_list() const { return list_depth_ > 0 && open_.size() == list_depth_; }
  [[noreturn]] void ThrowBad() const;

  const std::string source_;
  const std::string path_;
  std::size_t position_ = 0;
  Expect expect_ = Expect::kValue;
  Inside inside_ = Inside::kNothing;
  bool escaped_ = false;
  /// The brackets around the current place.
  std::string open_;
  /// The path's rest at each of the outermost brackets that lie on it.
  std::vector<std::string> on_path_;
  /// The path's rest at the value that comes next; empty when that lies off the path.
  std::optional<std::string> rest_;
  /// A key on the path, or a scalar outside of items: its text so far.
  std::string token_;
  /// Depth of the list while it is open, else 0.
  std::size_t list_depth_ = 0;
  bool found_ = false;
  bool in_item_ = false;
  OpenItem item_;
};

void JsonScanner::ThrowBad() const {
  ThrowBadPage(source_, "the answer is no valid JSON at byte " + std::to_string(position_));
}

void JsonScanner::Take(char c, const OnItem& on_item) {
  if (inside_ == Inside::kScalar && EndsScalar(c)) EndScalar(on_item);
  if (inside_ == Inside::kKey || inside_ == Inside::kString) return TakeOfString(c, on_item);
  if (inside_ == Inside::kScalar) {
    if (in_item_) return item_.Append({&c, 1});
    if (token_.size() == kMaxScalarBytes) ThrowBad();
    token_ += c;
    return;
  }
  TakeStructure(c, on_item);
}

void JsonScanner::TakeStructure(char c, const OnItem& on_item) {
  const bool starts_value = expect_ == Expect::kValue || expect_ == Expect::kValueOrEnd;
  if (starts_value && !IsBlank(c) && c != ']') StartValue(c);
  if (in_item_) item_.Append({&c, 1});
  if (IsBlank(c)) return;
  if (starts_value && c != ']') {
    if (c == '{' || c == '[') Open(c, !in_item_ && rest_ && rest_->empty());
    return;
  }
  switch (expect_) {
    case Expect::kValueOrEnd:
      return Close(c, on_item);
    case Expect::kKeyOrEnd:
      if (c == '}') return Close(c, on_item);
      [[fallthrough]];
    case Expect::kKey:
      if (c != '"') ThrowBad();
      inside_ = Inside::kKey;
      return;
    case Expect::kColon:
      if (c != ':') ThrowBad();
      expect_ = Expect::kValue;
      return;
    case Expect::kCommaOrEnd:
      if (c != ',') return Close(c, on_item);
      expect_ = open_.back() == '{' ? Expect::kKey : Expect::kValue;
      return;
    default:
      ThrowBad();
  }
}

void JsonScanner::StartValue(char c) {
  if (in_list()) in_item_ = true;
  const bool is_target = rest_ && rest_->empty();
  if (is_target && c != '[') {
    ThrowBadPage(source_, "the answer has no list" + (path_.empty() ? "" : " at '" + path_ + "'"));
  }
  if (c == '{' || c == '[') return;
  inside_ = c == '"' ? Inside::kString : Inside::kScalar;
  if (inside_ == Inside::kScalar && !in_item_) token_ = c;
}

void JsonScanner::Open(char c, bool is_list) {
  if (open_.size() == kMaxJsonDepth) ThrowBadPage(source_, "the answer is nested too deep");
  const bool is_on_path = c == '{' && rest_ && on_path_.size() == open_.size();
  if (is_on_path) on_path_.push_back(*rest_);
  rest_.reset();
  open_ += c;
  if (is_list) {
    found_ = true;
    list_depth_ = open_.size();
  }
  expect_ = c == '{' ? Expect::kKeyOrEnd : Expect::kValueOrEnd;
}

void JsonScanner::Close(char c, const OnItem& on_item) {
  if (open_.empty() || open_.back() != (c == '}' ? '{' : '[') || (c != '}' && c != ']')) ThrowBad();
  if (in_list()) list_depth_ = 0;
  open_.pop_back();
  if (on_path_.size() > open_.size()) on_path_.pop_back();
  EndValue(on_item);
}

void JsonScanner::TakeOfString(char c, const OnItem& on_item) {
  if (in_item_) item_.Append({&c, 1});
  const bool is_end = c == '"' && !escaped_;
  escaped_ = c == '\\' && !escaped_;
  if (inside_ == Inside::kString) {
    if (!is_end) return;
    inside_ = Inside::kNothing;
    return EndValue(on_item);
  }
  if (is_end) return EndKey();
  // A key that is longer than the path, each of its bytes escaped, does not lie on it.
  if (on_path_.size() == open_.size() && token_.size() <= 6 * path_.size()) token_ += c;
}

void JsonScanner::EndKey() {
  inside_ = Inside::kNothing;
  expect_ = Expect::kColon;
  rest_.reset();
  if (on_path_.size() == open_.size() && token_.size() <= 6 * path_.size()) {
    const auto key = ParseJson("\"" + token_ + "\"", "a key in the answer of " + source_);
    const auto& name = key.get_ref<const std::string&>();
    const std::string& rest = on_path_.back();
    if (rest == name) rest_ = "";
    if (rest.starts_with(name + ".")) rest_ = rest.substr(name.size() + 1);
  }
  token_.clear();
}

void JsonScanner::EndScalar(const OnItem& on_item) {
  inside_ = Inside::kNothing;
  if (!in_item_) ParseJson(token_, "the answer of " + source_);
  token_.clear();
  EndValue(on_item);
}

void JsonScanner::EndValue(const OnItem& on_item) {
  rest_.reset();
  expect_ = open_.empty() ? Expect::kNothing : Expect::kCommaOrEnd;
  if (!in_list() || !in_item_) return;
  in_item_ = false;
  item_.Give(on_item);
}

void JsonScanner::Finish(const OnItem& on_item) {
  if (inside_ == Inside::kScalar && open_.empty()) EndScalar(on_item);
  if (expect_ != Expect::kNothing) ThrowCut(source_);
  if (!found_) ThrowBadPage(source_, "the answer has no list at '" + path_ + "'");
}

class LineScanner : public ItemScanner {
 public:
  LineScanner(std::size_t max_item_bytes, std::string source)
      : source_(std::move(source)), line_(max_item_bytes, source_) {}

  void Feed(std::string_view part, const OnItem& on_item) override {
    while (!part.empty()) {
      const std::size_t end = part.find('\n');
      line_.Append(part.substr(0, end));
      if (end == std::string_view::npos) return;
      part.remove_prefix(end + 1);
      Finish(on_item);
    }
  }
  void Finish(const OnItem& on_item) override {
    line_.Give([&](std::string_view text) {
      if (!Trim(text).empty()) on_item(text);
    });
  }
  std::size_t buffered() const override { return line_.text().size(); }

 private:
  const std::string source_;
  OpenItem line_;
};

}  // namespace

std::unique_ptr<ItemScanner> MakeJsonScanner(std::string path, std::size_t max_item_bytes,
                                             std::string source) {
  return std::make_unique<JsonScanner>(std::move(path), max_item_bytes, std::move(source));
}

std::unique_ptr<ItemScanner> MakeLineScanner(std::size_t max_item_bytes, std::string source) {
  return std::make_unique<LineScanner>(max_item_bytes, std::move(source));
}

}  // namespace ocean::http
