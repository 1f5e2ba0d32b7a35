#pragma once
/// @file Texts that become values.

#include <string>
#include <string_view>

#include "json_text.hpp"
#include "machine.hpp"

namespace ocean::jq {

/// Makes a text piece by piece, and asks the run for the room of each before it takes it.
class TextBuilder : public TextSink {
 public:
  explicit TextBuilder(Machine& machine) : machine_(machine) {}

  /// False, and unwinding, when there is no room for more.
  bool Append(std::string_view piece) override {
    if (text_.size() + piece.size() > text_.capacity() && !Grow(piece.size())) return false;
    text_ += piece;
    return true;
  }
  bool Append(char c) { return Append(std::string_view(&c, 1)); }
  /// A string as it is, any other value as JSON.
  bool AppendPlain(const Value& value) {
    return value.IsString() ? Append(value.str()) : WriteJson(value, *this);
  }

  bool empty() const { return text_.empty(); }
  const std::string& text() const { return text_; }
  Value Finish() { return machine_.MakeString(std::move(text_)); }

 private:
  bool Grow(std::size_t more);

  Machine& machine_;
  std::string text_;
};

/// What `tostring` makes of a value.
Value PlainText(Machine& machine, Value&& value);
/// What `tojson` makes of a value.
Value JsonText(Machine& machine, const Value& value);
/// `bytes` with U+FFFD for what is not UTF-8.
Value RepairedText(Machine& machine, std::string&& bytes);

}  // namespace ocean::jq
