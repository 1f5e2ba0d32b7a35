#include "natives.hpp"

#include <map>
#include <utility>

namespace ocean::jq {
namespace {

using Table = std::map<std::pair<std::string_view, int>, const Native*>;

const Table& AllNatives() {
  static const Table table = [] {
    Table all;
    for (const auto natives : {ConversionNatives(), CollectionNatives(), StringNatives(),
                               RegexNatives(), MathNatives(), DateNatives(), FormatNatives()}) {
      for (const Native& native : natives)
        all.emplace(std::pair(native.name, native.arity), &native);
    }
    return all;
  }();
  return table;
}

}  // namespace

const Native* FindNative(std::string_view name, std::size_t arity) {
  const auto found = AllNatives().find({name, static_cast<int>(arity)});
  return found == AllNatives().end() ? nullptr : found->second;
}

std::vector<std::string> NativeNames() {
  std::vector<std::string> names;
  for (const auto& [key, native] : AllNatives()) {
    names.push_back(std::string(key.first) + "/" + std::to_string(key.second));
  }
  return names;
}

}  // namespace ocean::jq
