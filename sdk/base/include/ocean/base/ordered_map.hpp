#pragma once
/// @file The object type behind ocean::Json: members in insertion order, in one contiguous block.

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <initializer_list>
#include <iterator>
#include <memory>
#include <stdexcept>
#include <string_view>
#include <type_traits>
#include <utility>
#include <vector>

namespace ocean {

/// A map that keeps its members in the order in which they were inserted.
///
/// Shape     a vector of pairs; above kLinearLimit members a hash index finds them, so that objects
///           with a million keys stay linear to build. Keys are not const, so that a vector that
///           grows moves its members: never change one through an iterator
/// Order     equality ignores the order of the members, as JSON does
/// Threads   const operations may overlap; nothing is built lazily
/// Errors    at() throws std::out_of_range
///
/// It has the members that nlohmann::basic_json asks of an object type, and no others.
template <class Key, class T, class IgnoredLess = std::less<Key>,
          class Allocator = std::allocator<std::pair<const Key, T>>>
class OrderedMap {
 public:
  using key_type = Key;
  using mapped_type = T;
  using value_type = std::pair<Key, T>;
  using allocator_type =
      typename std::allocator_traits<Allocator>::template rebind_alloc<value_type>;
  using Container = std::vector<value_type, allocator_type>;
  using iterator = typename Container::iterator;
  using const_iterator = typename Container::const_iterator;
  using size_type = typename Container::size_type;
  using difference_type = typename Container::difference_type;
  using key_compare = std::equal_to<>;
  using reference = value_type&;
  using const_reference = const value_type&;

  /// Up to this many members a look-up compares them one by one, which is faster than hashing.
  static constexpr size_type kLinearLimit = 16;

  OrderedMap() = default;
  explicit OrderedMap(const Allocator&) {}
  template <class It>
  OrderedMap(It first, It last, const Allocator& = Allocator()) {
    insert(first, last);
  }
  OrderedMap(std::initializer_list<value_type> members, const Allocator& = Allocator()) {
    insert(members.begin(), members.end());
  }
  OrderedMap(const OrderedMap& other) : members_(other.members_), slots_(other.slots_) {}
  OrderedMap(OrderedMap&&) noexcept = default;
  OrderedMap& operator=(const OrderedMap& other) {
    if (this != &other) {
      OrderedMap copy(other);
      swap(copy);
    }
    return *this;
  }
  OrderedMap& operator=(OrderedMap&& other) noexcept {
    swap(other);
    return *this;
  }
  ~OrderedMap() = default;

  iterator begin() noexcept { return members_.begin(); }
  iterator end() noexcept { return members_.end(); }
  const_iterator begin() const noexcept { return members_.begin(); }
  const_iterator end() const noexcept { return members_.end(); }
  const_iterator cbegin() const noexcept { return members_.cbegin(); }
  const_iterator cend() const noexcept { return members_.cend(); }

  bool empty() const noexcept { return members_.empty(); }
  size_type size() const noexcept { return members_.size(); }
  size_type max_size() const noexcept { return members_.max_size(); }
  void reserve(size_type count) { members_.reserve(count); }
  void clear() noexcept {
    members_.clear();
    slots_.clear();
  }
  void swap(OrderedMap& other) noexcept {
    members_.swap(other.members_);
    slots_.swap(other.slots_);
  }

  template <class K>
  iterator find(const K& key) {
    return members_.begin() + static_cast<difference_type>(PositionOf(View(key)));
  }
  template <class K>
  const_iterator find(const K& key) const {
    return members_.begin() + static_cast<difference_type>(PositionOf(View(key)));
  }
  template <class K>
  size_type count(const K& key) const {
    return PositionOf(View(key)) < members_.size() ? 1 : 0;
  }

  template <class K>
  T& at(const K& key) {
    const auto found = find(key);
    if (found == end()) throw std::out_of_range("key not found");
    return found->second;
  }
  template <class K>
  const T& at(const K& key) const {
    const auto found = find(key);
    if (found == end()) throw std::out_of_range("key not found");
    return found->second;
  }
  template <class K>
  T& operator[](K&& key) {
    return emplace(Key(std::forward<K>(key)), T{}).first->second;
  }
  template <class K>
  const T& operator[](const K& key) const {
    return at(key);
  }

  /// Inserts unless the key is there already.
  template <class K, class V>
  std::pair<iterator, bool> emplace(K&& key, V&& value) {
    const size_type position = PositionOf(View(key));
    if (position < members_.size()) {
      return {members_.begin() + static_cast<difference_type>(position), false};
    }
    members_.emplace_back(Key(std::forward<K>(key)), std::forward<V>(value));
    IndexLast();
    return {std::prev(members_.end()), true};
  }
  std::pair<iterator, bool> insert(value_type&& member) {
    return emplace(member.first, std::move(member.second));
  }
  std::pair<iterator, bool> insert(const value_type& member) {
    return emplace(member.first, member.second);
  }
  template <class It>
  void insert(It first, It last) {
    for (; first != last; ++first) emplace(first->first, first->second);
  }

  template <class K>
    requires(!std::is_convertible_v<K, const_iterator>)
  size_type erase(const K& key) {
    const auto found = find(key);
    if (found == end()) return 0;
    erase(found);
    return 1;
  }
  iterator erase(iterator position) { return erase(position, std::next(position)); }
  iterator erase(iterator first, iterator last) {
    const auto next = members_.erase(first, last);
    IndexAll();
    return next;
  }

  allocator_type get_allocator() const { return members_.get_allocator(); }

  friend bool operator==(const OrderedMap& a, const OrderedMap& b) {
    if (a.size() != b.size()) return false;
    for (size_type i = 0; i < a.size(); ++i) {
      const auto& [key, value] = a.members_[i];
      // Most pairs of equal objects have the same order: look there first.
      if (b.members_[i].first == key) {
        if (!(b.members_[i].second == value)) return false;
        continue;
      }
      const auto found = b.find(key);
      if (found == b.end() || !(found->second == value)) return false;
    }
    return true;
  }
  friend bool operator<(const OrderedMap& a, const OrderedMap& b) {
    return std::lexicographical_compare(a.begin(), a.end(), b.begin(), b.end());
  }

 private:
  static std::string_view View(std::string_view key) { return key; }

  size_type PositionOf(std::string_view key) const {
    if (slots_.empty()) {
      for (size_type i = 0; i < members_.size(); ++i) {
        if (members_[i].first == key) return i;
      }
      return members_.size();
    }
    for (size_type slot = SlotOf(key);; slot = (slot + 1) & (slots_.size() - 1)) {
      if (slots_[slot] == 0) return members_.size();
      if (members_[slots_[slot] - 1].first == key) return slots_[slot] - 1;
    }
  }

  size_type SlotOf(std::string_view key) const {
    return std::hash<std::string_view>{}(key) & (slots_.size() - 1);
  }

  void IndexLast() {
    if (members_.size() <= kLinearLimit) return;
    if (members_.size() * 2 > slots_.size()) {
      IndexAll();
    } else {
      PutSlot(members_.size() - 1);
    }
  }

  void IndexAll() {
    slots_.clear();
    if (members_.size() <= kLinearLimit) return;
    size_type wanted = 64;
    while (wanted < members_.size() * 4) wanted *= 2;
    slots_.assign(wanted, 0);
    for (size_type i = 0; i < members_.size(); ++i) PutSlot(i);
  }

  void PutSlot(size_type position) {
    size_type slot = SlotOf(members_[position].first);
    while (slots_[slot] != 0) slot = (slot + 1) & (slots_.size() - 1);
    slots_[slot] = static_cast<std::uint32_t>(position + 1);
  }

  Container members_;
  /// Open addressing; 0 is free, else the position + 1. Empty while members are few.
  std::vector<std::uint32_t> slots_;
};

}  // namespace ocean
