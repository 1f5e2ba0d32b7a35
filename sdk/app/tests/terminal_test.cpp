#include "ocean/app/terminal.hpp"

#include "ocean/catch.hpp"

namespace ocean::app {

namespace {

const Terminal kWide{.width = 100};

TextTable Sample() {
  TextTable table({{"name", TextTable::Align::kLeft, 3},
                   {"pages", TextTable::Align::kRight, 1},
                   {"items", TextTable::Align::kRight, 2}});
  table.Add({{"issue"}, {"12"}, {"600"}});
  table.Add({{"Ünï→日本"}, {"1"}, {"3", Style::kRed}});
  return table;
}

}  // namespace

TEST_CASE("Text is as wide as a terminal shows it") {
  CHECK(DisplayWidth("abc") == 3);
  CHECK(DisplayWidth("Ünï→") == 4);
  CHECK(DisplayWidth("日本") == 4);
  CHECK(DisplayWidth("e\u0301") == 1);
  CHECK(DisplayWidth("\xff\xfe") == 2);
}

TEST_CASE("Shortened text never exceeds its width") {
  CHECK(Shorten("abc", 3) == "abc");
  CHECK(Shorten("abcdef", 4) == "abc…");
  CHECK(Shorten("日本語", 4) == "日…");
  CHECK(Shorten("abc", 0).empty());
}

TEST_CASE("Control characters of third parties do not reach the terminal") {
  CHECK(Printable("a\x1b[31mb\r\n\tc") == "a [31mb   c");
  CHECK(Printable("a\u009bb") == "a b");
  CHECK(Printable("Ünï→日本") == "Ünï→日本");
}

TEST_CASE("A table aligns its columns by what is shown") {
  CHECK(Sample().Lines(kWide) == std::vector<std::string>{"  name      pages  items",
                                                          "  issue        12    600",
                                                          "  Ünï→日本      1      3"});
}

TEST_CASE("A narrow table leaves out the least important columns") {
  CHECK(Sample().Lines({.width = 20})[1] == "  issue       600");
  CHECK(Sample().Lines({.width = 12})[1] == "  issue");
  for (const int width : {4, 6, 9, 13, 18, 25}) {
    for (const std::string& line : Sample().Lines({.width = width})) {
      INFO(line);
      CHECK(DisplayWidth(line) <= static_cast<std::size_t>(width));
    }
  }
}

TEST_CASE("Styles appear only where colours are shown") {
  CHECK(Sample().Lines(kWide)[2].find('\x1b') == std::string::npos);
  CHECK(Sample().Lines({.colors = true, .width = 100})[2].find("\x1b[31m    3\x1b[0m") !=
        std::string::npos);
}

}  // namespace ocean::app
