#pragma once
/// @file Makes pairs of a program and an input by the grammar of the language.

#include <cstdint>
#include <string>
#include <vector>

namespace ocean::jq::fuzz {

/// A text in pieces: pieces[0] parts[0] pieces[1] … pieces[n]. Its parts can be replaced one by one, for making it smaller.
struct Tree {
  std::vector<std::string> pieces;
  std::vector<Tree> parts;

  std::string Text() const;
};

struct Pair {
  Tree program;
  /// JSON.
  std::string input;
};

/// The pair of that number; the same for the same seed. They grow with the index, and start small again now and then.
Pair Generate(std::uint64_t seed, std::uint64_t index);

}  // namespace ocean::jq::fuzz
