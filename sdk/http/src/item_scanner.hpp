#pragma once
/// @file Finds the items of a list in a text that comes in parts.

#include <cstddef>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace ocean::http {

/// Cuts the text of each item out of a longer text, holding no more than the item that is open.
class ItemScanner {
 public:
  using OnItem = std::function<void(std::string_view text)>;

  virtual ~ItemScanner() = default;
  /// Takes in the next part. Error{kPermanent} for what is no JSON, or too large an item.
  virtual void Feed(std::string_view part, const OnItem& on_item) = 0;
  /// The text has ended. Error{kTransient} when it should not have, Error{kPermanent} when it had no list.
  virtual void Finish(const OnItem& on_item) = 0;
  /// Bytes of the item that is open.
  virtual std::size_t buffered() const = 0;
};

/// Of the list at a dotted path of one JSON text. The structure around the items is checked here; what is in them is the
/// caller's to parse.
std::unique_ptr<ItemScanner> MakeJsonScanner(std::string path, std::size_t max_item_bytes,
                                             std::string source);
/// Of lines.
std::unique_ptr<ItemScanner> MakeLineScanner(std::size_t max_item_bytes, std::string source);

}  // namespace ocean::http
