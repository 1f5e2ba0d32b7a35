#pragma once
/// @file The source of the simulation, the mapping over it, and what both together should give.

#include <cstdint>
#include <map>
#include <random>
#include <string>
#include <vector>

#include "catalog_model.hpp"
#include "ocean/base/json.hpp"
#include "ocean/http/client.hpp"
#include "ocean/sync/kind.hpp"

namespace ocean::sync::simulation {

/// Chance, the same on every machine for the same seed.
class Dice {
 public:
  explicit Dice(std::uint64_t seed) : random_(seed) {}
  /// From 0 to `sides` - 1.
  std::size_t Roll(std::size_t sides) { return static_cast<std::size_t>(random_() % sides); }
  bool OneIn(std::size_t sides) { return Roll(sides) == 0; }
  template <class T>
  const T& Pick(const std::vector<T>& values) {
    return values[Roll(values.size())];
  }

 private:
  std::mt19937_64 random_;
};

enum class Style { kToken, kOffset, kNumber, kLink, kFan };
constexpr std::size_t kStyles = 5;

/// One object of the source.
struct Item {
  /// Its identifier, whatever `json` shows at the moment.
  std::string id;
  Json json;
  /// As it was before its last change; null when there was none.
  Json before = nullptr;
};

/// One collection of the source, and the resource of the mapping that reads it.
struct Collection {
  std::size_t index = 0;
  Style style = Style::kToken;
  std::size_t page_size = 5;
  std::vector<Item> items;
  int next_number = 0;

  bool mapped = true;
  bool selects = false;
  bool maps_number = true;
  bool maps_parent = true;
  bool maps_owner = false;
  bool dynamic_blueprint = false;

  std::string kind() const { return "kind" + std::to_string(index); }
  std::string blueprint() const { return "b" + std::to_string(index); }
};

class SourceModel {
 public:
  explicit SourceModel(Dice& dice);

  std::vector<Collection> collections;
  bool create_missing = true;
  bool delete_dependents = true;
  double threshold = 0.9;
  /// The second blueprint requires an entity of the first.
  bool requires_owner = false;

  /// Some objects come, go and change.
  void Change(Dice& dice);
  /// All objects become what they were before their last change.
  void Revert();
  void ChangeMapping(Dice& dice);
  /// An object becomes one that cannot be mapped.
  void Spoil(Dice& dice);
  void Heal();
  void Shrink(Dice& dice, std::size_t collection);
  void Grow(Dice& dice, std::size_t collection);

  Json Mapping() const;
  std::map<std::string, std::map<std::string, Relation>> Blueprints() const;
  Kinds MakeKinds(const http::Client& client) const;
  /// Answers a page request: "http://source/<collection>/…".
  http::Response Answer(const http::WireRequest& wire) const;
  static std::size_t CollectionOf(const std::string& url);

  /// What the catalog should hold.
  std::map<Key, Json> Expected() const;
  /// What must not be deleted: the same, and what cannot be told at the moment.
  std::map<Key, Json> Kept() const;

 private:
  void AddItem(Dice& dice, Collection& collection);
  void ChangeItem(Dice& dice, Collection& collection, Item& item);
  Json RollItem(Dice& dice, const Collection& collection, const std::string& id);
  std::map<Key, Json> Mapped(bool doubtful_too) const;

  std::size_t version_ = 0;
};

}  // namespace ocean::sync::simulation
