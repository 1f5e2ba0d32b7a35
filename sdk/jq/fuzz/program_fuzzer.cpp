/// @file Compiles and runs whatever libFuzzer makes up: a program, a zero byte and a JSON input.

#include <cstdint>
#include <string_view>

#include "ocean/base/error.hpp"
#include "ocean/base/json.hpp"
#include "ocean/jq/explanation.hpp"
#include "ocean/jq/program.hpp"

namespace {

using ocean::Json;
using ocean::jq::Budget;
using ocean::jq::Limits;
using ocean::jq::Program;

/// Small, so that what exceeds a limit is found out soon.
Limits SmallLimits() {
  Limits limits;
  limits.steps = 20'000;
  limits.depth = 300;
  limits.value_bytes = std::size_t{4} << 20;
  limits.time = std::chrono::milliseconds(500);
  return limits;
}

Json InputOf(std::string_view text) {
  try {
    return ocean::ParseJson(text);
  } catch (const ocean::Error&) {
    return Json();
  }
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data,
                                      std::size_t size) {  // NOLINT: libFuzzer's name
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  const std::size_t end = std::min(text.find('\0'), size);
  try {
    const Program program = Program::Compile(text.substr(0, end));
    const Json input = InputOf(text.substr(std::min(end + 1, size)));
    Budget first(SmallLimits());
    program.First(input, first);
    Budget all(SmallLimits());
    program.ForEach(input, all, [](Json&& output) { return !ocean::DumpJson(output).empty(); });
    Budget explained(SmallLimits());
    ToText(program.Explain(input, explained).root);
    program.Reads();
    program.ResultType().ToText();
  } catch (const ocean::Error&) {
    return 0;
  }
  return 0;
}
