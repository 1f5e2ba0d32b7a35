#include "libjq.hpp"

#ifdef OCEAN_HAVE_LIBJQ
// Version 1.6 does not say so itself.
extern "C" {
#include <jq.h>
#include <jv.h>
}
#endif

namespace ocean::jq::bench {

#ifdef OCEAN_HAVE_LIBJQ

struct LibJq::Impl {
  jq_state* state = jq_init();
  ~Impl() { jq_teardown(&state); }
};

std::unique_ptr<LibJq> LibJq::Compile(const std::string& program) {
  auto impl = std::make_unique<Impl>();
  jq_set_error_cb(impl->state, [](void*, jv message) { jv_free(message); }, nullptr);
  if (jq_compile(impl->state, program.c_str()) == 0) return nullptr;
  return std::unique_ptr<LibJq>(new LibJq(std::move(impl)));
}

std::string LibJq::First(const std::string& input) {
  jq_start(impl_->state, jv_parse_sized(input.data(), static_cast<int>(input.size())), 0);
  const jv output = jq_next(impl_->state);
  if (jv_is_valid(output) == 0) {
    jv_free(output);
    return {};
  }
  const jv text = jv_dump_string(output, 0);
  std::string result = jv_string_value(text);
  jv_free(text);
  return result;
}

#else

struct LibJq::Impl {};

std::unique_ptr<LibJq> LibJq::Compile(const std::string&) {
  return nullptr;
}

std::string LibJq::First(const std::string&) {
  return {};
}

#endif

LibJq::LibJq(std::unique_ptr<Impl> impl) : impl_(std::move(impl)) {}
LibJq::~LibJq() = default;

}  // namespace ocean::jq::bench
