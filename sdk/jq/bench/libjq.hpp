#pragma once
/// @file The packaged libjq, to compare with.

#include <memory>
#include <string>

namespace ocean::jq::bench {

/// One program, compiled by libjq.
class LibJq {
 public:
  /// Null when libjq refuses the program, or is not built in.
  static std::unique_ptr<LibJq> Compile(const std::string& program);
  ~LibJq();
  LibJq(const LibJq&) = delete;
  LibJq& operator=(const LibJq&) = delete;

  /// The text of the first output for the JSON text `input`; empty when there is none.
  std::string First(const std::string& input);

 private:
  struct Impl;
  explicit LibJq(std::unique_ptr<Impl> impl);
  std::unique_ptr<Impl> impl_;
};

}  // namespace ocean::jq::bench
