#include "redis_lanes.hpp"

#include <algorithm>
#include <utility>

namespace ocean::state {

namespace {

Usage UsageOfRows(const std::vector<EventRow>& rows) {
  Usage usage;
  for (const EventRow& row : rows) usage.Add({1, row.bytes});
  return usage;
}

}  // namespace

void RedisLanes::BeginReload() {
  for (auto& [number, entry] : entries_) entry.seen = false;
  early_.clear();
  dead_.clear();
}

void RedisLanes::EndReload() {
  std::vector<std::int64_t> gone;
  for (const auto& [number, entry] : entries_) {
    if (!entry.seen) gone.push_back(number);
  }
  for (const std::int64_t number : gone) Remove(number);
}

template <class Change>
void RedisLanes::ChangeLane(const std::string& name, Change&& change) {
  Lane& lane = lanes_[name];
  busy_ -= lane.IsBusy() ? 1 : 0;
  change(lane);
  busy_ += lane.IsBusy() ? 1 : 0;
  if (lane.waiting.empty() && lane.own == 0) lanes_.erase(name);
}

void RedisLanes::Add(std::int64_t number, const std::string& path, std::vector<EventRow> rows) {
  const auto [place, is_new] = entries_.try_emplace(number);
  Entry& entry = place->second;
  entry.seen = true;
  if (!is_new) return;
  entry.path = path;
  entry.rows = std::move(rows);
  entry.done.resize(entry.rows.size());
  usage_[path].Add(UsageOfRows(entry.rows));
  for (const EventRow& row : entry.rows) {
    ChangeLane(row.Lane(), [&](Lane& lane) { lane.waiting.insert(number); });
  }
  if (auto early = early_.extract(number)) Own(number, std::move(early.mapped()));
}

void RedisLanes::Remove(std::int64_t number) {
  early_.erase(number);
  auto node = entries_.extract(number);
  if (!node) return;
  const Entry& entry = node.mapped();
  usage_[entry.path].Subtract(UsageOfRows(entry.rows));
  for (const EventRow& row : entry.rows) {
    ChangeLane(row.Lane(), [&](Lane& lane) {
      lane.waiting.erase(number);
      if (entry.own) --lane.own;
      lane.delayed = false;
    });
  }
  GiveFirst(entry.rows);
}

void RedisLanes::Own(std::int64_t number, std::vector<RedisAttempts> tries) {
  const auto found = entries_.find(number);
  if (found == entries_.end()) {
    early_[number] = std::move(tries);
    return;
  }
  Entry& entry = found->second;
  if (entry.own) return;
  entry.own = true;
  tries.resize(entry.rows.size());
  for (std::size_t i = 0; i < entry.rows.size(); ++i) {
    EventRow& row = entry.rows[i];
    row.attempts = tries[i].attempts;
    row.not_before = tries[i].not_before;
    row.error = tries[i].error;
    entry.done[i] = tries[i].done;
    ChangeLane(row.Lane(), [](Lane& lane) { ++lane.own; });
  }
  GiveFirst(entry.rows);
}

void RedisLanes::OwnOnly(const std::set<std::int64_t>& entries) {
  std::vector<std::int64_t> lost;
  for (const auto& [number, entry] : entries_) {
    if (entry.own && !entries.contains(number)) lost.push_back(number);
  }
  for (const std::int64_t number : lost) Disown(number);
}

void RedisLanes::Disown(std::int64_t number) {
  const auto found = entries_.find(number);
  if (found == entries_.end() || !found->second.own) return;
  Entry& entry = found->second;
  entry.own = false;
  for (const EventRow& row : entry.rows) {
    ChangeLane(row.Lane(), [&](Lane& lane) {
      --lane.own;
      lane.waiting.insert(number);
    });
  }
}

bool RedisLanes::IsOwn(std::int64_t number) const {
  const auto found = entries_.find(number);
  return found != entries_.end() && found->second.own;
}

void RedisLanes::Delay(std::int64_t sequence) {
  const EventRow* row = Find(sequence);
  if (row != nullptr) ChangeLane(row->Lane(), [](Lane& lane) { lane.delayed = true; });
}

void RedisLanes::GiveFirst(const std::vector<EventRow>& rows) {
  std::deque<std::string> changed;
  for (const EventRow& row : rows) changed.push_back(row.Lane());
  while (!changed.empty()) {
    Entry* entry = Givable(changed.front());
    if (entry == nullptr) {
      changed.pop_front();
      continue;
    }
    Give(*entry);
    for (const EventRow& row : entry->rows) {
      if (row.Lane() != changed.front()) changed.push_back(row.Lane());
    }
  }
}

RedisLanes::Entry* RedisLanes::Givable(const std::string& name) {
  const auto lane = lanes_.find(name);
  if (lane == lanes_.end() || lane->second.waiting.empty()) return nullptr;
  const std::int64_t first = *lane->second.waiting.begin();
  Entry& entry = entries_.at(first);
  const bool givable =
      entry.own && std::all_of(entry.rows.begin(), entry.rows.end(), [&](const EventRow& row) {
        return *lanes_.at(row.Lane()).waiting.begin() == first;
      });
  return givable ? &entry : nullptr;
}

void RedisLanes::Give(Entry& entry) {
  for (std::size_t i = 0; i < entry.rows.size(); ++i) {
    const EventRow& row = entry.rows[i];
    ChangeLane(row.Lane(),
               [&](Lane& lane) { lane.waiting.erase(EventNumber(row.sequence).First()); });
    if (!entry.done[i]) ready_.push_back(row);
  }
}

std::vector<EventRow> RedisLanes::Take(std::size_t count) {
  const auto end = ready_.begin() + static_cast<std::ptrdiff_t>(std::min(count, ready_.size()));
  std::vector<EventRow> taken(std::make_move_iterator(ready_.begin()),
                              std::make_move_iterator(end));
  ready_.erase(ready_.begin(), end);
  return taken;
}

const EventRow* RedisLanes::Find(std::int64_t sequence) const {
  const EventNumber number(sequence);
  const auto found = entries_.find(number.First());
  if (found == entries_.end()) return nullptr;
  const auto index = static_cast<std::size_t>(number.Index());
  return index < found->second.rows.size() ? &found->second.rows[index] : nullptr;
}

std::size_t RedisLanes::CountOf(std::int64_t entry) const {
  const auto found = entries_.find(entry);
  return found != entries_.end() ? found->second.rows.size() : 0;
}

Usage RedisLanes::Stored(const std::string& path) const {
  const auto found = usage_.find(path);
  return found != usage_.end() ? found->second : Usage{};
}

std::vector<EventCount> RedisLanes::Counts() const {
  std::map<std::string, EventCount> counts;
  for (const auto& [number, entry] : entries_) {
    EventCount& count = counts[entry.path];
    for (const EventRow& row : entry.rows) {
      ++count.pending;
      count.pending_bytes += row.bytes;
      count.oldest = std::min(count.oldest.value_or(row.received_at), row.received_at);
    }
  }
  for (const auto& [number, path] : dead_) ++counts[path].dead;
  std::vector<EventCount> list;
  for (auto& [path, count] : counts) {
    count.path = path;
    list.push_back(std::move(count));
  }
  return list;
}

}  // namespace ocean::state
