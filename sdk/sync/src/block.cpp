#include "block.hpp"

#include <algorithm>
#include <utility>

#include "change_detection.hpp"
#include "ocean/base/text.hpp"

namespace ocean::sync {

namespace {

/// Errors of items are much alike: more of them say nothing new.
constexpr std::int64_t kLoggedItemErrors = 5;

constexpr std::pair<const char*, std::int64_t Figures::*> kFigures[] = {
    {"pages", &Figures::pages},       {"extracted", &Figures::extracted},
    {"mapped", &Figures::mapped},     {"filtered", &Figures::filtered},
    {"failed", &Figures::failed},     {"created", &Figures::created},
    {"updated", &Figures::updated},   {"unchanged", &Figures::unchanged},
    {"rejected", &Figures::rejected}, {"no_identifier", &Figures::no_identifier},
};

}  // namespace

Figures& Figures::operator+=(const Figures& other) {
  for (const auto& [name, figure] : kFigures) this->*figure += other.*figure;
  return *this;
}

Json ToJson(const Figures& figures) {
  Json json = Json::object();
  for (const auto& [name, figure] : kFigures) json[name] = figures.*figure;
  return json;
}

Figures FiguresOf(const Json& json) {
  Figures figures;
  for (const auto& [name, figure] : kFigures) figures.*figure = json.at(name).get<std::int64_t>();
  return figures;
}

Block::Block(const ResourceMapping& resource, const jq::Limits& limits, Progress& progress,
             const Logger& logger)
    : resource_(resource),
      mapper_(resource, limits),
      fields_to_compare_(FieldsToCompare(resource.entity)),
      progress_(progress),
      logger_(logger.With({{"kind", resource.kind}, {"index", std::to_string(resource.index)}})),
      transform_logger_(logger_.With({{kPhaseField, "transform"}})),
      nulls_(resource.entity.leaves().size()) {
  report_.kind = resource.kind;
  report_.index = resource.index;
  for (const Leaf& leaf : resource.entity.leaves()) {
    if (leaf.path == "blueprint") report_.blueprint = leaf.program.text();
  }
}

void Block::Add(const Figures& figures) {
  std::lock_guard lock(mutex_);
  report_.pages += figures.pages;
  report_.extracted += figures.extracted;
  report_.mapped += figures.mapped;
  report_.filtered += figures.filtered;
  report_.failed += figures.failed;
  report_.created += figures.created;
  report_.updated += figures.updated;
  report_.unchanged += figures.unchanged;
  report_.rejected += figures.rejected;
  no_identifier_ += figures.no_identifier;
  Publish();
}

void Block::AddTimes(const BlockTimes& times) {
  std::lock_guard lock(mutex_);
  report_.times.extract += times.extract;
  report_.times.transform += times.transform;
  report_.times.load += times.load;
  report_.times.resync += times.resync;
  Publish();
}

void Block::RestoreIncomplete(std::string reason) {
  std::lock_guard lock(mutex_);
  incomplete_ = std::move(reason);
}

void Block::OnIncomplete(std::function<void(std::string_view reason)> note) {
  on_incomplete_ = std::move(note);
}

bool Block::BecomeIncomplete(std::string_view reason) {
  std::lock_guard lock(mutex_);
  if (!incomplete_.empty()) return false;
  incomplete_ = reason;
  return true;
}

void Block::MarkIncomplete(std::string_view reason) {
  if (BecomeIncomplete(reason)) on_incomplete_(reason);
  logger_.Warning("the block is incomplete, nothing is deleted because of it: " +
                  std::string(reason));
}

void Block::NoteItemError(const std::string& error) {
  const std::string reason = "an item could not be mapped: " + error;
  if (BecomeIncomplete(reason)) on_incomplete_(reason);
  std::int64_t count = 0;
  {
    std::lock_guard lock(mutex_);
    count = ++item_errors_;
  }
  if (count <= kLoggedItemErrors) transform_logger_.Warning(reason);
}

void Block::NoteNull(std::size_t leaf, const std::string& error) {
  std::lock_guard lock(mutex_);
  LeafNulls& nulls = nulls_[leaf];
  ++nulls.count;
  if (nulls.first_error.empty()) nulls.first_error = error;
}

void Block::Start() {
  std::lock_guard lock(mutex_);
  Publish();
}

void Block::Finish(double null_identifier_share) {
  std::lock_guard lock(mutex_);
  const std::int64_t offered = report_.extracted - report_.filtered;
  if (no_identifier_ > 0) {
    const std::string share = std::to_string(no_identifier_) + " of " + std::to_string(offered) +
                              " items came out without identifier or blueprint";
    transform_logger_.Warning(share);
    const bool too_many =
        static_cast<double>(no_identifier_) > null_identifier_share * static_cast<double>(offered);
    if (too_many && incomplete_.empty()) incomplete_ = share;
  }
  if (item_errors_ > kLoggedItemErrors) {
    transform_logger_.Warning(std::to_string(item_errors_) +
                              " items could not be mapped; the first errors are above");
  }
  LogNulls(report_.mapped);
  finished_ = true;
  Publish();
}

void Block::Abandon() {
  std::lock_guard lock(mutex_);
  if (incomplete_.empty()) incomplete_ = "the run ended early";
  report_.rejected = report_.mapped - report_.created - report_.updated - report_.unchanged;
  finished_ = true;
  Publish();
}

/// A field that is null in some items is usual. One that is null in all, or that fails, is likely a mistake in the mapping.
void Block::LogNulls(std::int64_t mapped) const {
  for (std::size_t i = 0; i < nulls_.size(); ++i) {
    const LeafNulls& nulls = nulls_[i];
    const Leaf& leaf = resource_.entity.leaves()[i];
    if (!nulls.first_error.empty()) {
      transform_logger_.Warning(leaf.path + " failed or is null in " + std::to_string(nulls.count) +
                                " items: " + nulls.first_error + " (" + leaf.program.text() + ")");
    } else if (nulls.count > 0 && nulls.count >= mapped) {
      transform_logger_.Info(leaf.path + " is null in every item (" + leaf.program.text() + ")");
    }
  }
}

/// The figures with what they come to so far; the second try of failed entities may still better it.
BlockReport Block::Concluded() const {
  BlockReport report = report_;
  if (!incomplete_.empty()) {
    report.outcome = Outcome::kIncomplete;
    report.reason = incomplete_;
  } else if (report.rejected > 0) {
    report.outcome = Outcome::kIncomplete;
    report.reason = std::to_string(report.rejected) +
                    (report.rejected == 1 ? " entity was" : " entities were") +
                    " rejected by the catalog";
  }
  return report;
}

void Block::Publish() const {
  BlockReport report = Concluded();
  const BlockState state = !finished_                             ? BlockState::kRunning
                           : report.outcome == Outcome::kComplete ? BlockState::kComplete
                                                                  : BlockState::kIncomplete;
  const std::size_t index = report.index;
  progress_.Update([&](ProgressSnapshot& snapshot) {
    if (index < snapshot.blocks.size()) snapshot.blocks[index] = {state, std::move(report)};
  });
}

bool Block::complete() const {
  std::lock_guard lock(mutex_);
  return incomplete_.empty();
}

BlockReport Block::Report() const {
  std::lock_guard lock(mutex_);
  return Concluded();
}

bool NothingWasRead(const std::deque<Block>& blocks) {
  bool something_wrong = false;
  for (const Block& block : blocks) {
    const BlockReport report = block.Report();
    if (report.extracted > 0) return false;
    something_wrong = something_wrong || report.outcome != Outcome::kComplete;
  }
  return something_wrong;
}

}  // namespace ocean::sync
