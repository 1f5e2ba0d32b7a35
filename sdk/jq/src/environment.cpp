#include "environment.hpp"

#include <vector>

namespace ocean::jq {

Environment Environment::With(Heap& heap, Value&& value) const {
  Environment result;
  heap.Charge(sizeof(Cell));
  result.cell_ = new Cell{1, &heap, *this, std::move(value), nullptr, {}};
  return result;
}

Environment Environment::With(Heap& heap, const Node* closure, const Environment& scope) const {
  Environment result;
  heap.Charge(sizeof(Cell));
  result.cell_ = new Cell{1, &heap, *this, {}, closure, scope};
  return result;
}

Environment Environment::Up(int hops) const {
  const Environment* at = this;
  while (hops-- > 0) at = &at->cell_->parent;
  return *at;
}

// Chains get as long as recursion is deep: they are taken apart without recursion.
void Environment::Release(Cell* cell) {
  if (--cell->references > 0) return;
  std::vector<Cell*> dead{cell};
  while (!dead.empty()) {
    Cell* const last = dead.back();
    dead.pop_back();
    for (Environment* link : {&last->parent, &last->scope}) {
      Cell* const next = std::exchange(link->cell_, nullptr);
      if (next != nullptr && --next->references == 0) dead.push_back(next);
    }
    last->heap->Refund(sizeof(Cell));
    delete last;
  }
}

}  // namespace ocean::jq
