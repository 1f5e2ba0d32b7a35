#include "run_checkpoint.hpp"

#include <string>
#include <vector>

#include "ocean/base/error.hpp"
#include "ocean/base/json.hpp"
#include "ocean/base/text.hpp"

namespace ocean::sync {

namespace {

/// One item a line: an item's text has no line breaks.
std::string TextOf(const Batch& page) {
  std::string text;
  for (const Json& item : page) text.append(DumpJson(item)).append("\n");
  return text;
}

Batch BatchOf(const std::string& text) {
  std::vector<Json> items;
  for (const std::string& line : Split(text, '\n')) {
    if (!line.empty()) items.push_back(ParseJson(line, "an item in the state store"));
  }
  return {std::move(items), text.size()};
}

}  // namespace

std::optional<state::Checkpoint::Head> RunCheckpoint::Find(const std::string& context,
                                                           TimePoint now) const {
  std::optional<state::Checkpoint::Head> head = store_.Find();
  const bool is_valid = head && head->context == context && head->started_at <= now &&
                        now - head->started_at < kCheckpointAge;
  return is_valid ? head : std::nullopt;
}

bool RunCheckpoint::ReliesOnCatalog() const {
  bool relies = false;
  store_.VisitPortions([&](std::size_t, const Json& json) {
    const Figures figures = FiguresOf(json);
    relies = relies || figures.created + figures.updated + figures.unchanged > 0;
  });
  return relies;
}

void RunCheckpoint::Begin(const state::Checkpoint::Head& head) {
  begun_ = true;
  store_.Begin(head);
  kept_ = true;
}

void RunCheckpoint::GoOn() {
  begun_ = true;
  store_.GoOn();
  portion_ = store_.LastPortion();
  kept_ = true;
}

void RunCheckpoint::Close() {
  kept_ = false;
  if (begun_) store_.Discard();
}

std::optional<state::Checkpoint::Place> RunCheckpoint::FindPlace(std::size_t block) const {
  return kept_ ? store_.FindPlace(block) : std::nullopt;
}

std::int64_t RunCheckpoint::SavePage(const state::Checkpoint::Place& place, const Batch& page) {
  std::int64_t number = 0;
  Write(place.block, [&] { number = store_.SavePage(place, TextOf(page)); });
  return number;
}

void RunCheckpoint::SavePlace(const state::Checkpoint::Place& place) {
  Write(place.block, [&] { store_.SavePlace(place); });
}

void RunCheckpoint::Forget(std::size_t block) {
  Write(block, [&] {
    forgotten_.insert(block);
    store_.Forget(block);
  });
}

void RunCheckpoint::MarkIncomplete(std::size_t block, std::string_view reason) {
  Write(block, [&] { store_.MarkIncomplete(block, reason); });
}

std::optional<RunCheckpoint::Page> RunCheckpoint::NextPage(std::size_t block,
                                                           std::int64_t number) const {
  if (!kept_) return std::nullopt;
  const auto page = store_.NextPage(block, number);
  if (!page) return std::nullopt;
  return Page{page->first, BatchOf(page->second)};
}

void RunCheckpoint::Settle(const Account& account) {
  Write(account.block().resource().index, [&] { store_.Settle(account.Settled()); });
}

void RunCheckpoint::Write(std::size_t block, const std::function<void()>& write) {
  const std::lock_guard lock(mutex_);
  if (!kept_ || forgotten_.contains(block)) return;
  try {
    write();
  } catch (const Error& error) {
    if (kept_.exchange(false)) {
      logger_.Warning(
          "how far the resync comes can no longer be kept; interrupted, it would begin again where "
          "it is now: " +
          std::string(error.what()));
    }
  }
}

}  // namespace ocean::sync
