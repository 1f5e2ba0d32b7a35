#include "dotenv.hpp"

#include <algorithm>
#include <cctype>
#include <optional>
#include <utility>

#include "ocean/base/text.hpp"

namespace ocean::config {

namespace {

constexpr std::string_view kByteOrderMark = "\xEF\xBB\xBF";

class Reader {
 public:
  Reader(std::string_view text, std::string file_name, Problems& problems)
      : text_(text), file_name_(std::move(file_name)), problems_(problems) {
    if (text_.starts_with(kByteOrderMark)) text_.remove_prefix(kByteOrderMark.size());
  }

  std::vector<DotenvEntry> Read() {
    std::vector<DotenvEntry> entries;
    while (position_ < text_.size()) {
      if (auto entry = ReadEntry()) entries.push_back(std::move(*entry));
    }
    return entries;
  }

 private:
  std::optional<DotenvEntry> ReadEntry() {
    const int line = line_;
    const std::size_t start = position_;
    const std::size_t end = std::min(text_.find('\n', start), text_.size());
    const std::string_view content = Trim(text_.substr(start, end - start));
    if (content.empty() || content.front() == '#') {
      SkipTo(end);
      return std::nullopt;
    }
    const std::size_t equals = text_.substr(0, end).find('=', start);
    std::string_view name = Trim(text_.substr(start, std::min(equals, end) - start));
    if (name.starts_with("export ")) name = Trim(name.substr(7));
    if (equals == std::string_view::npos || !IsName(name)) {
      problems_.Add(Place(line), "expected KEY=value");
      SkipTo(end);
      return std::nullopt;
    }
    position_ = equals + 1;
    auto value = ReadValue(end);
    if (!value) return std::nullopt;
    return DotenvEntry{std::string(name), std::move(*value), line};
  }

  std::optional<std::string> ReadValue(std::size_t line_end) {
    while (position_ < line_end && (text_[position_] == ' ' || text_[position_] == '\t'))
      ++position_;
    if (position_ < line_end && (text_[position_] == '"' || text_[position_] == '\''))
      return ReadQuoted();
    const std::string_view rest = text_.substr(position_, line_end - position_);
    SkipTo(line_end);
    std::size_t comment = rest.starts_with('#') ? 0 : std::min(rest.find(" #"), rest.find("\t#"));
    return std::string(Trim(rest.substr(0, comment)));
  }

  std::optional<std::string> ReadQuoted() {
    const int line = line_;
    const char quote = text_[position_];
    std::string value;
    for (std::size_t i = position_ + 1; i < text_.size(); ++i) {
      if (text_[i] == quote) {
        position_ = i + 1;
        return FinishQuoted(line, std::move(value));
      }
      if (text_[i] == '\n') ++line_;
      if (quote == '"' && text_[i] == '\\' && i + 1 < text_.size()) {
        value += Unescape(text_[++i]);
      } else {
        value += text_[i];
      }
    }
    problems_.Add(Place(line), "the quote is not closed");
    position_ = text_.size();
    return std::nullopt;
  }

  std::optional<std::string> FinishQuoted(int line, std::string value) {
    const std::size_t end = std::min(text_.find('\n', position_), text_.size());
    const std::string_view rest = Trim(text_.substr(position_, end - position_));
    SkipTo(end);
    if (rest.empty() || rest.front() == '#') return value;
    problems_.Add(Place(line), "text follows the closing quote");
    return std::nullopt;
  }

  static std::string Unescape(char c) {
    switch (c) {
      case 'n':
        return "\n";
      case 't':
        return "\t";
      case 'r':
        return "\r";
      case '"':
      case '\\':
        return std::string(1, c);
      default:
        return std::string("\\") + c;
    }
  }

  static bool IsName(std::string_view name) {
    return !name.empty() && std::none_of(name.begin(), name.end(), [](unsigned char c) {
      return std::isspace(c) != 0 || c == '"' || c == '\'';
    });
  }

  std::string Place(int line) const { return file_name_ + ":" + std::to_string(line); }

  void SkipTo(std::size_t line_end) {
    position_ = line_end + 1;
    ++line_;
  }

  std::string_view text_;
  std::string file_name_;
  Problems& problems_;
  std::size_t position_ = 0;
  int line_ = 1;
};

}  // namespace

std::vector<DotenvEntry> ParseDotenv(std::string_view text, const std::string& file_name,
                                     Problems& problems) {
  return Reader(text, file_name, problems).Read();
}

}  // namespace ocean::config
