#include "account.hpp"

namespace ocean::sync {

void Account::Add(const Figures& figures) {
  block_.Add(figures);
  if (portion_ == 0) return;
  const std::lock_guard lock(mutex_);
  figures_ += figures;
}

void Account::AddPage(std::int64_t number) {
  const std::lock_guard lock(mutex_);
  pages_.push_back(number);
}

void Account::Note(Role role, std::string_view blueprint, std::string_view identifier) {
  if (portion_ == 0) return;
  const Hash128 key = HashPair(blueprint, identifier);
  const std::lock_guard lock(mutex_);
  auto& of_role = keys_[role];
  const auto found = of_role.find(blueprint);
  auto& keys = found != of_role.end() ? found->second : of_role[std::string(blueprint)];
  keys.push_back(key);
}

state::Checkpoint::Portion Account::Settled() const {
  const std::lock_guard lock(mutex_);
  state::Checkpoint::Portion settled{.id = portion_,
                                     .block = block_.resource().index,
                                     .figures = ToJson(figures_),
                                     .pages = pages_,
                                     .keys = {}};
  for (const auto& [role, of_role] : keys_) {
    for (const auto& [blueprint, keys] : of_role) settled.keys.push_back({role, blueprint, keys});
  }
  return settled;
}

}  // namespace ocean::sync
