#include "ocean/app/terminal.hpp"

#include <sys/ioctl.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cstdint>
#include <cstdlib>
#include <numeric>
#include <utility>

namespace ocean::app {

namespace {

constexpr std::string_view kGap = "  ";

bool IsSet(const char* variable) {
  const char* value = std::getenv(variable);
  return value != nullptr && *value != '\0';
}

struct CodePoint {
  std::uint32_t value = 0;
  std::size_t bytes = 1;
};

/// The first code point of a text that is not empty; a byte that starts none counts as itself.
CodePoint FirstCodePoint(std::string_view text) {
  const auto byte = [&](std::size_t i) { return static_cast<unsigned char>(text[i]); };
  const unsigned char lead = byte(0);
  const std::size_t length = lead < 0xC0 ? 1 : lead < 0xE0 ? 2 : lead < 0xF0 ? 3 : 4;
  if (length == 1 || text.size() < length) return {lead, 1};
  std::uint32_t value = lead & (0xFFU >> (length + 1));
  for (std::size_t i = 1; i < length; ++i) value = (value << 6U) | (byte(i) & 0x3FU);
  return {value, length};
}

struct WidthRange {
  std::uint32_t first;
  std::uint32_t last;
  std::size_t columns;
};

/// What is not one column wide: combining marks, and the wide scripts and pictures.
constexpr std::array<WidthRange, 14> kWidths = {{{0x0300, 0x036F, 0},
                                                 {0x1100, 0x115F, 2},
                                                 {0x200B, 0x200F, 0},
                                                 {0x2E80, 0x303E, 2},
                                                 {0x3041, 0xA4CF, 2},
                                                 {0xAC00, 0xD7A3, 2},
                                                 {0xF900, 0xFAFF, 2},
                                                 {0xFE00, 0xFE0F, 0},
                                                 {0xFE30, 0xFE6F, 2},
                                                 {0xFF00, 0xFF60, 2},
                                                 {0xFFE0, 0xFFE6, 2},
                                                 {0x1F300, 0x1F64F, 2},
                                                 {0x1F900, 0x1F9FF, 2},
                                                 {0x20000, 0x3FFFD, 2}}};

std::size_t WidthOf(std::uint32_t code_point) {
  for (const WidthRange& range : kWidths) {
    if (code_point >= range.first && code_point <= range.last) return range.columns;
  }
  return 1;
}

std::string Padded(std::string_view text, std::size_t width, TextTable::Align align) {
  const std::string shown = Shorten(text, width);
  const std::string blanks(width - DisplayWidth(shown), ' ');
  return align == TextTable::Align::kRight ? blanks + shown : shown + blanks;
}

void TrimEnd(std::string& line) {
  line.erase(line.find_last_not_of(' ') + 1);
}

}  // namespace

Terminal Terminal::Of(int descriptor) {
  Terminal terminal;
  const char* kind = std::getenv("TERM");
  const bool dumb = kind == nullptr || *kind == '\0' || std::string_view(kind) == "dumb";
  terminal.interactive = isatty(descriptor) == 1 && !dumb;
  terminal.colors = terminal.interactive && !IsSet("NO_COLOR");
  winsize size{};
  if (terminal.interactive && ioctl(descriptor, TIOCGWINSZ, &size) == 0 && size.ws_col > 0) {
    terminal.width = size.ws_col;
    terminal.height = size.ws_row;
  } else {
    terminal.width = 100;
  }
  return terminal;
}

std::string Paint(std::string_view text, Style style, bool colors) {
  if (!colors || style == Style::kPlain) return std::string(text);
  const auto code = [style]() -> std::string_view {
    switch (style) {
      case Style::kBold:
        return "1";
      case Style::kDim:
        return "2";
      case Style::kGreen:
        return "32";
      case Style::kYellow:
        return "33";
      case Style::kRed:
        return "31";
      case Style::kPlain:
        break;
    }
    return "0";
  };
  return "\x1b[" + std::string(code()) + "m" + std::string(text) + "\x1b[0m";
}

std::size_t DisplayWidth(std::string_view text) {
  std::size_t width = 0;
  while (!text.empty()) {
    const CodePoint next = FirstCodePoint(text);
    width += WidthOf(next.value);
    text.remove_prefix(next.bytes);
  }
  return width;
}

std::string Shorten(std::string_view text, std::size_t width) {
  if (DisplayWidth(text) <= width) return std::string(text);
  if (width == 0) return "";
  std::string result;
  std::size_t used = 0;
  while (!text.empty()) {
    const CodePoint next = FirstCodePoint(text);
    used += WidthOf(next.value);
    if (used > width - 1) break;
    result += text.substr(0, next.bytes);
    text.remove_prefix(next.bytes);
  }
  return result + "…";
}

std::string Printable(std::string_view text) {
  std::string result;
  result.reserve(text.size());
  while (!text.empty()) {
    const CodePoint next = FirstCodePoint(text);
    const bool control =
        next.value < 0x20 || next.value == 0x7F || (next.value >= 0x80 && next.value < 0xA0);
    if (control) {
      result += ' ';
    } else {
      result += text.substr(0, next.bytes);
    }
    text.remove_prefix(next.bytes);
  }
  return result;
}

void TextTable::Add(std::vector<Cell> row) {
  row.resize(columns_.size());
  rows_.push_back(std::move(row));
}

std::vector<std::size_t> TextTable::Widths() const {
  std::vector<std::size_t> widths;
  for (std::size_t i = 0; i < columns_.size(); ++i) {
    std::size_t width = DisplayWidth(columns_[i].title);
    for (const auto& row : rows_) width = std::max(width, DisplayWidth(row[i].text));
    widths.push_back(width);
  }
  return widths;
}

std::vector<std::size_t> TextTable::ColumnsThatFit(const std::vector<std::size_t>& widths,
                                                   int limit) const {
  std::vector<std::size_t> shown(columns_.size());
  std::iota(shown.begin(), shown.end(), std::size_t{0});
  const auto needed = [&] {
    std::size_t sum = 0;
    for (const std::size_t i : shown) sum += widths[i] + kGap.size();
    return sum;
  };
  while (shown.size() > 1 && needed() > static_cast<std::size_t>(std::max(limit, 1))) {
    // Of equally unimportant columns the last goes first.
    const auto least =
        std::min_element(shown.rbegin(), shown.rend(), [&](std::size_t a, std::size_t b) {
          return columns_[a].importance < columns_[b].importance;
        });
    shown.erase(std::next(least).base());
  }
  return shown;
}

std::vector<std::string> TextTable::Lines(const Terminal& terminal) const {
  std::vector<std::size_t> widths = Widths();
  const std::vector<std::size_t> shown = ColumnsThatFit(widths, terminal.width);
  const auto limit = static_cast<std::size_t>(std::max(terminal.width, 4));
  if (shown.size() == 1) {
    widths[shown[0]] = std::min(widths[shown[0]], limit - kGap.size());
  }
  std::vector<std::string> lines;
  std::string heading;
  for (const std::size_t i : shown) {
    heading += kGap;
    heading += Padded(columns_[i].title, widths[i], columns_[i].align);
  }
  TrimEnd(heading);
  lines.push_back(Paint(heading, Style::kDim, terminal.colors));
  for (const auto& row : rows_) {
    std::string line;
    for (const std::size_t i : shown) {
      line += kGap;
      line +=
          Paint(Padded(row[i].text, widths[i], columns_[i].align), row[i].style, terminal.colors);
    }
    TrimEnd(line);
    lines.push_back(std::move(line));
  }
  return lines;
}

}  // namespace ocean::app
