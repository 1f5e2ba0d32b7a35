#include "text_builder.hpp"

#include <algorithm>

#include "ocean/base/text.hpp"
#include "utf8.hpp"

namespace ocean::jq {

// While a text moves to a larger place, both places are held.
bool TextBuilder::Grow(std::size_t more) {
  const std::size_t held = text_.capacity();
  const std::size_t needed = text_.size() + more;
  std::size_t wanted = std::max(needed, 2 * held);
  if (!machine_.heap().HasRoom(held + wanted)) wanted = needed;
  if (!machine_.Room(held + wanted)) return false;
  text_.reserve(wanted);
  return true;
}

Value PlainText(Machine& machine, Value&& value) {
  return value.IsString() ? std::move(value) : JsonText(machine, value);
}

Value JsonText(Machine& machine, const Value& value) {
  TextBuilder text(machine);
  return WriteJson(value, text) ? text.Finish() : Value::Failed();
}

Value RepairedText(Machine& machine, std::string&& bytes) {
  if (IsUtf8(bytes)) return machine.MakeString(std::move(bytes));
  TextBuilder repaired(machine);
  std::string character;
  for (std::size_t at = 0; at < bytes.size();) {
    character.clear();
    AppendCodePoint(character, NextCodePoint(bytes, at));
    if (!repaired.Append(character)) return Value::Failed();
  }
  return repaired.Finish();
}

}  // namespace ocean::jq
