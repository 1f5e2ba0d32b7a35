#include "pipeline.hpp"

#include <algorithm>
#include <atomic>
#include <iterator>
#include <map>
#include <memory>
#include <mutex>
#include <span>
#include <string_view>
#include <thread>
#include <unordered_set>
#include <vector>

#include "items_to_parse.hpp"
#include "masked.hpp"
#include "ocean/base/bounded_queue.hpp"
#include "ocean/base/error.hpp"
#include "ocean/base/for_each.hpp"

namespace ocean::sync {

namespace {

/// Entities that go to a loader at a time: two comparisons, five requests.
constexpr std::size_t kChunkEntities = 100;
/// How much heavier a parsed value is than its text.
constexpr std::size_t kParsedWeight = 3;
constexpr std::size_t kExamples = 5;
/// Each of the two queues has a quarter of the memory; the other half is for what the stages are working on.
constexpr std::size_t kQueueShare = 4;

/// Those that the catalog finds by a query may all be one.
bool HasOneTwice(std::span<const port::Entity> entities) {
  std::unordered_set<std::string_view> identifiers;
  return !std::all_of(entities.begin(), entities.end(), [&](const port::Entity& entity) {
    return identifiers.insert(entity.identifier).second;
  });
}

}  // namespace

/// So many items are settled together: more would be done again after a crash, fewer would fill their last chunks badly.
constexpr std::size_t kPortionItems = 1000;

struct Passage;

/// Some pages of a block on their way through the stages: those that are kept by the checkpoint and settled together, or all that are not.
struct Portion {
  Portion(Passage& the_passage, std::int64_t number);

  Passage& passage;
  Account account;
  /// Items that came, of kept pages.
  std::size_t items = 0;
  /// The extraction and the pages that are not mapped yet; at zero what was collected is flushed.
  std::atomic<int> to_map{1};
  /// The mapping and the chunks that are not loaded yet; at zero the portion is done.
  std::atomic<int> to_load{1};
  std::mutex mutex;
  /// Entities by blueprint, until there are enough for a chunk.
  std::map<std::string, LoadChunk> collected;
};

/// A block on its way through the stages.
struct Passage {
  explicit Passage(Block& the_block) : block(the_block) {}

  Block& block;
  /// When its reading began.
  Duration start{};
  /// Pages that are not kept.
  std::shared_ptr<Portion> rest = std::make_shared<Portion>(*this, 0);
  /// Takes kept pages until it has enough; touched by the walk that is kept, and at the end.
  std::shared_ptr<Portion> open;
  /// Portions that are not done; at zero the block is finished.
  std::atomic<int> portions{1};
};

Portion::Portion(Passage& the_passage, std::int64_t number)
    : passage(the_passage), account(the_passage.block, number) {}

struct Pipeline::Impl {
  struct Page {
    std::shared_ptr<Portion> portion;
    Batch batch;
  };
  struct Chunk {
    std::shared_ptr<Portion> portion;
    LoadChunk load;
  };

  Impl(Run& the_run, Load the_load, Pass pass)
      : run(the_run),
        load(std::move(the_load)),
        missing_only(pass == Pass::kMissing),
        pages(the_run.options.memory_limit_bytes / kQueueShare),
        chunks(the_run.options.memory_limit_bytes / kQueueShare) {
    for (Block& block : run.blocks) {
      if (!missing_only || MayHaveMissing(block)) passages.emplace_back(block);
    }
  }

  bool MayHaveMissing(const Block& block) const {
    const auto unsent = run.seen.Unsent();
    const auto constant = block.resource().entity.ConstantBlueprint();
    return constant ? unsent.contains(*constant) : !unsent.empty();
  }

  std::stop_token Stop() const { return run.stop_source.Token(); }
  Duration Now() const { return run.parts.clock.Elapsed(); }

  void ExtractAll();
  void Extract(Passage& passage);
  /// Hands on what an interrupted run had read and not done with.
  void TakeKeptPages(Passage& passage);
  void PushPage(Passage& passage, Batch batch, std::int64_t number);
  void MapPages();
  void MapPage(const std::shared_ptr<Portion>& portion, const Batch& batch);
  void MapItem(Portion& portion, const Json& item, Figures& figures,
               std::vector<port::Entity>& entities);
  /// Returns how long it waited for the loaders.
  Duration Collect(const std::shared_ptr<Portion>& portion, std::vector<port::Entity> entities);
  void Push(const std::shared_ptr<Portion>& portion, LoadChunk chunk);
  void PushToOne(const std::shared_ptr<Portion>& portion, LoadChunk chunk);
  void EndOfMapping(const std::shared_ptr<Portion>& portion);
  void LoadChunks();
  void EndOfLoading(Portion& portion);
  template <class Work>
  void Guard(Work&& work);

  Run& run;
  const Load load;
  const bool missing_only;
  std::deque<Passage> passages;
  BoundedQueue<Page> pages;
  BoundedQueue<Chunk> chunks;
};

namespace {

/// A block as its handler sees it.
class BlockContext final : public ResyncContext {
 public:
  /// Takes a page with its number in the checkpoint, or 0.
  using Push = std::function<void(Batch, std::int64_t number)>;
  BlockContext(Block& block, Run& run, bool read_again, Push push)
      : block_(block),
        run_(run),
        logger_(block.logger().With({{kPhaseField, "extract"}})),
        read_again_(read_again),
        push_(std::move(push)) {}

  void Emit(Batch page) override {
    IsTheOnlyUse();
    Check(page);
    if (!page.empty()) HandOn(std::move(page), 0);
  }

  void MarkIncomplete(std::string_view reason) override { block_.MarkIncomplete(reason); }
  PageRange Shared(const std::string& key, std::function<PageRange()> read) override {
    return run_.shared.Read(key, std::move(read), Stop());
  }
  std::stop_token Stop() const override { return run_.stop_source.Token(); }
  const Logger& Log() const override { return logger_; }

 protected:
  void Walk(PageRange pages, const std::function<void(Batch& page)>& prepare) override {
    if (IsTheOnlyUse() && pages.cursors() && run_.checkpoint.is_kept() && !read_again_) {
      WalkKept(pages, prepare);
    } else {
      ResyncContext::Walk(std::move(pages), prepare);
    }
  }

 private:
  /// True the first time. A block that does more than walk one collection is not kept: what moves between its parts while no run is
  /// under way could be missed.
  bool IsTheOnlyUse() {
    const std::lock_guard lock(mutex_);
    if (!std::exchange(used_, true)) return true;
    if (!std::exchange(is_kept_, false)) return false;
    if (taken_up_) {
      block_.MarkIncomplete(
          "it was interrupted while one of its collections was read, and what moved between them "
          "since "
          "could be missed");
    }
    run_.checkpoint.Forget(block_.resource().index);
    return false;
  }

  /// Keeps each page together with the place behind it, before the next is asked for.
  void WalkKept(PageRange& pages, const std::function<void(Batch& page)>& prepare) {
    const PageRange::Cursors& cursors = *pages.cursors();
    const std::size_t index = block_.resource().index;
    const auto kept = run_.checkpoint.FindPlace(index);
    const bool taken_up = kept && kept->collection == cursors.collection;
    {
      const std::lock_guard lock(mutex_);
      is_kept_ = true;
      taken_up_ = taken_up;
    }
    if (taken_up && !kept->cursor) return;
    if (taken_up) cursors.go_to(kept->cursor);
    bool keeps = true;
    state::Checkpoint::Place behind{index, cursors.collection, std::nullopt};
    for (auto page = FirstOf(pages, taken_up); page != pages.end(); ++page) {
      PageRange::Place place = cursors.place();
      // What comes behind a place that may move is not kept, nor is the end then.
      keeps = keeps && place.is_stable;
      behind.cursor = std::move(place.cursor);
      prepare(*page);
      Check(*page);
      if (page->empty()) continue;
      const std::int64_t number = keeps ? run_.checkpoint.SavePage(behind, *page) : 0;
      HandOn(std::move(*page), number);
    }
    behind.cursor.reset();
    if (keeps) run_.checkpoint.SavePlace(behind);
  }

  /// A source may have forgotten a cursor that was kept: then the collection is read from its start.
  PageRange::Iterator FirstOf(PageRange& pages, bool taken_up) {
    try {
      return pages.begin();
    } catch (const Error& error) {
      const bool is_refused =
          error.kind() == ErrorKind::kPermanent || error.kind() == ErrorKind::kNotFound;
      if (!taken_up || !is_refused) throw;
      logger_.Warning("the place where the last run was interrupted is gone, reading all: " +
                      std::string(error.what()));
      pages.cursors()->go_to(std::nullopt);
      return pages.begin();
    }
  }

  void Check(const Batch& page) {
    if (Stop().stop_requested()) ThrowCancelled("reading " + block_.resource().kind);
    if (!page.doubt().empty()) block_.MarkIncomplete(page.doubt());
  }

  void HandOn(Batch page, std::int64_t number) {
    if (!read_again_) SendExamples(page);
    push_(std::move(page), number);
  }

  /// The first items, so that people can write mappings in Port against real data.
  void SendExamples(const Batch& page) {
    if (!run_.options.send_examples || run_.changes_nothing || examples_sent_.exchange(true))
      return;
    std::vector<Json> examples;
    for (std::size_t i = 0; i < std::min(page.size(), kExamples); ++i) {
      examples.push_back(Masked(page[i], logger_.Masker()));
    }
    try {
      run_.parts.port.PostKindExamples(block_.resource().kind, examples, Stop());
    } catch (const Error& error) {
      if (error.kind() == ErrorKind::kCancelled) throw;
      logger_.Warning("examples could not be sent to Port: " + std::string(error.what()));
    }
  }

  Block& block_;
  Run& run_;
  const Logger logger_;
  const bool read_again_;
  Push push_;
  std::atomic<bool> examples_sent_{false};
  std::mutex mutex_;
  bool used_ = false;
  /// The first use is a walk that the checkpoint keeps.
  bool is_kept_ = false;
  bool taken_up_ = false;
};

}  // namespace

/// The edge of a stage's thread: what gets here ends the run.
template <class Work>
void Pipeline::Impl::Guard(Work&& work) {
  try {
    work();
  } catch (const Error& error) {
    if (error.kind() != ErrorKind::kCancelled) run.Fail(error.what());
    run.stop_source.RequestStop();
  } catch (const std::exception& error) {
    run.Fail(std::string("unexpected error, please report it: ") + error.what());
  }
}

void Pipeline::Impl::ExtractAll() {
  Guard([&] {
    ForEach(passages, run.options.block_concurrency, Stop(),
            [&](Passage& passage) { Extract(passage); });
  });
}

void Pipeline::Impl::Extract(Passage& passage) {
  Block& block = passage.block;
  passage.start = Now();
  if (!missing_only) block.Start();
  BlockContext ctx(block, run, missing_only, [&](Batch batch, std::int64_t number) {
    PushPage(passage, std::move(batch), number);
  });
  try {
    if (!missing_only) TakeKeptPages(passage);
    run.parts.kinds.Find(block.resource().kind)->resync(block.resource().selector, ctx);
  } catch (const Error& error) {
    if (error.kind() == ErrorKind::kCancelled && Stop().stop_requested()) throw;
    block.MarkIncomplete(error.what());
    // Credentials that are refused are so for every kind.
    if (error.kind() == ErrorKind::kAuth || error.kind() == ErrorKind::kConfig) throw;
  } catch (const std::exception& error) {
    block.MarkIncomplete(std::string("the handler failed: ") + error.what());
  } catch (...) {
    block.MarkIncomplete("the handler failed: it threw something that is no exception");
  }
  block.AddTimes({.extract = Now() - passage.start});
  if (passage.open) EndOfMapping(std::exchange(passage.open, nullptr));
  EndOfMapping(passage.rest);
}

void Pipeline::Impl::TakeKeptPages(Passage& passage) {
  std::int64_t number = 0;
  while (auto page = run.checkpoint.NextPage(passage.block.resource().index, number)) {
    number = page->number;
    PushPage(passage, std::move(page->batch), number);
  }
}

void Pipeline::Impl::PushPage(Passage& passage, Batch batch, std::int64_t number) {
  const bool is_kept = number != 0;
  if (is_kept && !passage.open) {
    passage.open = std::make_shared<Portion>(passage, run.checkpoint.NewPortion());
    passage.portions.fetch_add(1);
  }
  const std::shared_ptr<Portion> portion = is_kept ? passage.open : passage.rest;
  if (!missing_only) portion->account.Add({.pages = 1});
  if (is_kept) {
    portion->account.AddPage(number);
    portion->items += batch.size();
  }
  const std::size_t weight = batch.bytes() * kParsedWeight;
  portion->to_map.fetch_add(1);
  pages.Push({portion, std::move(batch)}, weight, Stop());
  if (portion->items >= kPortionItems) EndOfMapping(std::exchange(passage.open, nullptr));
}

void Pipeline::Impl::MapPages() {
  Guard([&] {
    while (auto page = pages.Pop(Stop())) {
      MapPage(page->portion, page->batch);
      page->batch = {};
      EndOfMapping(page->portion);
    }
  });
}

void Pipeline::Impl::MapPage(const std::shared_ptr<Portion>& portion, const Batch& batch) {
  Block& block = portion->passage.block;
  const auto& items_to_parse = block.resource().items_to_parse;
  jq::Limits limits;
  limits.time = run.options.item_time_limit;
  const Duration start = Now();
  Duration waited{};
  Figures figures;
  std::vector<port::Entity> entities;
  for (const Json& item : batch) {
    if (!items_to_parse) {
      MapItem(*portion, item, figures, entities);
      continue;
    }
    jq::Budget budget(limits, Stop());
    const std::string error = ForEachElement(*items_to_parse, item, budget, [&](Json&& element) {
      MapItem(*portion, element, figures, entities);
      if (entities.size() >= run.options.items_to_parse_batch)
        waited += Collect(portion, std::exchange(entities, {}));
    });
    if (error.empty()) continue;
    ++figures.extracted;
    ++figures.failed;
    if (!missing_only) block.NoteItemError(error);
  }
  if (!missing_only) portion->account.Add(figures);
  waited += Collect(portion, std::move(entities));
  block.AddTimes({.transform = Now() - start - waited});
}

void Pipeline::Impl::MapItem(Portion& portion, const Json& item, Figures& figures,
                             std::vector<port::Entity>& entities) {
  Block& block = portion.passage.block;
  ++figures.extracted;
  MapResult result =
      block.mapper().Map(item, Stop(), [&](std::size_t leaf, const jq::Result& null) {
        if (!missing_only) block.NoteNull(leaf, null.error);
      });
  switch (result.outcome) {
    case MapOutcome::kMapped:
      ++figures.mapped;
      if (!result.entity.identifier.empty()) {
        const bool first = run.seen.Add(result.entity.blueprint, result.entity.identifier);
        portion.account.Note(Account::Role::kSeen, result.entity.blueprint,
                             result.entity.identifier);
        if (!first && !missing_only) run.known.Distrust(result.entity);
      }
      entities.push_back(std::move(result.entity));
      break;
    case MapOutcome::kFiltered:
      ++figures.filtered;
      break;
    case MapOutcome::kNoIdentifier:
      ++figures.failed;
      ++figures.no_identifier;
      break;
    case MapOutcome::kFailed:
      ++figures.failed;
      if (!missing_only) block.NoteItemError(result.error);
      break;
  }
}

Duration Pipeline::Impl::Collect(const std::shared_ptr<Portion>& portion,
                                 std::vector<port::Entity> entities) {
  std::vector<LoadChunk> full;
  {
    std::lock_guard lock(portion->mutex);
    for (port::Entity& entity : entities) {
      LoadChunk& chunk = portion->collected[entity.blueprint];
      chunk.blueprint = entity.blueprint;
      chunk.entities.push_back(std::move(entity));
      if (chunk.entities.size() >= kChunkEntities) full.push_back(std::exchange(chunk, {}));
    }
  }
  const Duration start = Now();
  for (LoadChunk& chunk : full) Push(portion, std::move(chunk));
  return Now() - start;
}

void Pipeline::Impl::Push(const std::shared_ptr<Portion>& portion, LoadChunk chunk) {
  // What is in it twice is sent by one loader, in order.
  if (!run.SendsUncompared() || HasOneTwice(chunk.entities))
    return PushToOne(portion, std::move(chunk));
  // A request for each of several loaders.
  const std::size_t share = run.parts.port.options().upsert_batch_entities;
  for (auto first = chunk.entities.begin(); first != chunk.entities.end();) {
    const auto left = static_cast<std::size_t>(chunk.entities.end() - first);
    const auto end = first + static_cast<std::ptrdiff_t>(std::min(share, left));
    PushToOne(portion,
              {nullptr, chunk.blueprint, {std::move_iterator(first), std::move_iterator(end)}});
    first = end;
  }
}

void Pipeline::Impl::PushToOne(const std::shared_ptr<Portion>& portion, LoadChunk chunk) {
  chunk.account = &portion->account;
  std::size_t weight = 0;
  for (const port::Entity& entity : chunk.entities)
    weight += ApproximateSize(entity.body) * kParsedWeight;
  portion->to_load.fetch_add(1);
  chunks.Push({portion, std::move(chunk)}, weight, Stop());
}

void Pipeline::Impl::EndOfMapping(const std::shared_ptr<Portion>& portion) {
  if (portion->to_map.fetch_sub(1) != 1) return;
  for (auto& [blueprint, chunk] : portion->collected) {
    if (!chunk.entities.empty()) Push(portion, std::move(chunk));
  }
  portion->collected.clear();
  EndOfLoading(*portion);
}

void Pipeline::Impl::LoadChunks() {
  Guard([&] {
    while (auto chunk = chunks.Pop(Stop())) {
      const Duration start = Now();
      load(std::move(chunk->load));
      chunk->portion->passage.block.AddTimes({.load = Now() - start});
      EndOfLoading(*chunk->portion);
    }
  });
}

void Pipeline::Impl::EndOfLoading(Portion& portion) {
  if (portion.to_load.fetch_sub(1) != 1) return;
  Passage& passage = portion.passage;
  if (portion.account.portion() != 0) run.checkpoint.Settle(portion.account);
  if (passage.portions.fetch_sub(1) != 1) return;
  passage.block.AddTimes({.resync = Now() - passage.start});
  if (!missing_only) passage.block.Finish(run.options.null_identifier_share);
}

Pipeline::Pipeline(Run& run, Load load, Pass pass)
    : impl_(std::make_unique<Impl>(run, std::move(load), pass)) {}

Pipeline::~Pipeline() = default;

void Pipeline::Drive() {
  Impl& impl = *impl_;
  const int processors = static_cast<int>(std::max(1U, std::thread::hardware_concurrency()));
  const int mappers =
      impl.run.options.transform_workers > 0 ? impl.run.options.transform_workers : processors;
  std::vector<std::jthread> loaders;
  for (int i = 0; i < impl.run.options.upserts_in_flight; ++i) {
    loaders.emplace_back([&impl] { impl.LoadChunks(); });
  }
  {
    std::vector<std::jthread> workers;
    for (int i = 0; i < mappers; ++i) workers.emplace_back([&impl] { impl.MapPages(); });
    impl.ExtractAll();
    impl.pages.Close();
  }
  impl.chunks.Close();
}

}  // namespace ocean::sync
