#pragma once
/// @file The chain of variables, labels and closures that an expression sees.

#include <cstdint>
#include <utility>

#include "value.hpp"

namespace ocean::jq {

struct Cell;
struct Node;

/// A chain of cells, shared. Cells do not change, so that a generator can be resumed in the scope it was left in.
class Environment {
 public:
  Environment() = default;
  Environment(const Environment& other);
  Environment(Environment&& other) noexcept : cell_(std::exchange(other.cell_, nullptr)) {}
  Environment& operator=(Environment other) noexcept {
    std::swap(cell_, other.cell_);
    return *this;
  }
  ~Environment() {
    if (cell_ != nullptr) Release(cell_);
  }

  /// This chain and one more cell: a value, or a closure with the scope it was written in.
  Environment With(Heap& heap, Value&& value) const;
  Environment With(Heap& heap, const Node* closure, const Environment& scope) const;

  const Cell& At(int hops) const;
  /// The chain without its last `hops` cells.
  Environment Up(int hops) const;

 private:
  static void Release(Cell* cell);
  Cell* cell_ = nullptr;
};

struct Cell {
  std::uint32_t references;
  Heap* heap;
  Environment parent;
  Value value;
  const Node* closure;
  Environment scope;
};

inline Environment::Environment(const Environment& other) : cell_(other.cell_) {
  if (cell_ != nullptr) ++cell_->references;
}

inline const Cell& Environment::At(int hops) const {
  const Cell* cell = cell_;
  while (hops-- > 0) cell = cell->parent.cell_;
  return *cell;
}

}  // namespace ocean::jq
