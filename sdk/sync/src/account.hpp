#pragma once
/// @file What came of some of a block's pages.

#include <cstdint>
#include <map>
#include <mutex>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "block.hpp"
#include "ocean/base/hash.hpp"
#include "ocean/state/checkpoint.hpp"

namespace ocean::sync {

/// Raises its block's figures and, when it is a portion of the checkpoint, remembers what came of its pages until it is settled.
///
/// Threads   all operations may overlap
class Account {
 public:
  using Role = state::Checkpoint::Role;

  /// Without a portion's number it remembers nothing.
  explicit Account(Block& block, std::int64_t portion = 0) : block_(block), portion_(portion) {}

  Block& block() const { return block_; }
  /// 0 when it is none.
  std::int64_t portion() const { return portion_; }

  void Add(const Figures& figures);
  void AddPage(std::int64_t number);
  void Note(Role role, std::string_view blueprint, std::string_view identifier);
  /// What the checkpoint is to keep. When all pages are done with.
  state::Checkpoint::Portion Settled() const;

 private:
  Block& block_;
  const std::int64_t portion_;
  mutable std::mutex mutex_;
  Figures figures_;
  std::vector<std::int64_t> pages_;
  std::map<Role, std::map<std::string, std::vector<Hash128>, std::less<>>> keys_;
};

}  // namespace ocean::sync
