#pragma once
/// @file What people see: terminals, their width and colours, and tables of text.

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

namespace ocean::app {

/// What the stream behind a file descriptor can show.
struct Terminal {
  /// A person looks at it, and lines can be redrawn.
  bool interactive = false;
  /// False too when NO_COLOR is set.
  bool colors = false;
  int width = 80;
  int height = 24;

  /// Asks the system; the size may change at any time. What is no terminal has the width 100.
  static Terminal Of(int descriptor);
};

enum class Style { kPlain, kBold, kDim, kGreen, kYellow, kRed };

/// `text` in a style, or as it is without colours.
std::string Paint(std::string_view text, Style style, bool colors);

/// The columns that UTF-8 text takes on a terminal.
std::size_t DisplayWidth(std::string_view text);
/// The text, shortened to `width` columns with "…" at its end where it is longer.
std::string Shorten(std::string_view text, std::size_t width);
/// Text of a third party's made safe to print: control characters, such as escapes, become blanks.
std::string Printable(std::string_view text);

/// Rows under a heading, in aligned columns.
class TextTable {
 public:
  enum class Align { kLeft, kRight };
  struct Column {
    std::string title;
    Align align = Align::kLeft;
    /// On a narrow terminal the columns with the lowest importance are left out first.
    int importance = 0;
  };
  struct Cell {
    std::string text;
    Style style = Style::kPlain;
  };

  explicit TextTable(std::vector<Column> columns) : columns_(std::move(columns)) {}
  /// One cell per column; missing ones are empty.
  void Add(std::vector<Cell> row);
  std::size_t rows() const { return rows_.size(); }
  /// The heading and the rows; no line is wider than `terminal.width`.
  std::vector<std::string> Lines(const Terminal& terminal) const;

 private:
  std::vector<std::size_t> Widths() const;
  std::vector<std::size_t> ColumnsThatFit(const std::vector<std::size_t>& widths, int limit) const;

  std::vector<Column> columns_;
  std::vector<std::vector<Cell>> rows_;
};

}  // namespace ocean::app
