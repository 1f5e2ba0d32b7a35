#pragma once
/// @file What names mean at a place of a program while it is compiled.

#include <string>
#include <string_view>
#include <vector>

#include "code.hpp"

namespace ocean::jq {

/// A stack of names. Variables, labels and closures take a cell each of the environment at run time; functions take none.
class Scope {
 public:
  enum class Kind { kVariable, kLabel, kClosure, kFunction };
  struct Entry {
    Kind kind;
    std::string name;
    std::size_t arity;
    int cell;
    const Function* function;
  };

  void PushCell(Kind kind, std::string name) {
    entries_.push_back({kind, std::move(name), 0, cells_++, nullptr});
  }
  void PushFunction(std::string name, std::size_t arity, const Function* function) {
    entries_.push_back({Kind::kFunction, std::move(name), arity, 0, function});
  }

  std::size_t Mark() const { return entries_.size(); }
  void Restore(std::size_t mark) {
    for (; entries_.size() > mark; entries_.pop_back()) {
      if (entries_.back().kind != Kind::kFunction) --cells_;
    }
  }

  const Entry* Find(Kind kind, std::string_view name) const {
    for (auto entry = entries_.rbegin(); entry != entries_.rend(); ++entry) {
      if (entry->kind == kind && entry->name == name) return &*entry;
    }
    return nullptr;
  }
  /// A function of that arity, or a closure.
  const Entry* FindCallable(std::string_view name, std::size_t arity) const {
    for (auto entry = entries_.rbegin(); entry != entries_.rend(); ++entry) {
      const bool is_callable = entry->kind == Kind::kFunction || entry->kind == Kind::kClosure;
      if (is_callable && entry->arity == arity && entry->name == name) return &*entry;
    }
    return nullptr;
  }

  int cells() const { return cells_; }
  int HopsTo(const Entry& entry) const { return cells_ - 1 - entry.cell; }
  const std::vector<Entry>& entries() const { return entries_; }

 private:
  std::vector<Entry> entries_;
  int cells_ = 0;
};

}  // namespace ocean::jq
