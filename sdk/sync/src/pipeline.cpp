#include "pipeline.hpp"

#include <algorithm>
#include <atomic>
#include <map>
#include <mutex>
#include <thread>
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

}  // namespace

/// A block on its way through the stages.
struct Passage {
  explicit Passage(Block& the_block) : block(the_block) {}

  Block& block;
  /// The extraction and the pages that are not mapped yet; at zero what was collected is flushed.
  std::atomic<int> to_map{1};
  /// The mapping and the chunks that are not loaded yet; at zero the block is finished.
  std::atomic<int> to_load{1};
  std::mutex mutex;
  /// Entities by blueprint, until there are enough for a chunk.
  std::map<std::string, LoadChunk> collected;
};

struct Pipeline::Impl {
  struct Page {
    Passage* passage = nullptr;
    Batch batch;
  };
  struct Chunk {
    Passage* passage = nullptr;
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

  void ExtractAll();
  void Extract(Passage& passage);
  void MapPages();
  void MapPage(Passage& passage, const Batch& batch);
  void MapItem(Passage& passage, const Json& item, Figures& figures,
               std::vector<port::Entity>& entities);
  void Collect(Passage& passage, std::vector<port::Entity> entities);
  void Push(Passage& passage, LoadChunk chunk);
  void EndOfMapping(Passage& passage);
  void LoadChunks();
  void EndOfLoading(Passage& passage);
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
  using Push = std::function<void(Batch)>;
  BlockContext(Block& block, Run& run, bool read_again, Push push)
      : block_(block), run_(run), read_again_(read_again), push_(std::move(push)) {}

  void Emit(Batch page) override {
    if (Stop().stop_requested()) ThrowCancelled("reading " + block_.resource().kind);
    if (!page.doubt().empty()) block_.MarkIncomplete(page.doubt());
    if (page.empty()) return;
    if (!read_again_) {
      block_.Add({.pages = 1});
      SendExamples(page);
    }
    push_(std::move(page));
  }

  void MarkIncomplete(std::string_view reason) override { block_.MarkIncomplete(reason); }
  PageRange Shared(const std::string& key, std::function<PageRange()> read) override {
    return run_.shared.Read(key, std::move(read), Stop());
  }
  std::stop_token Stop() const override { return run_.stop_source.Token(); }
  const Logger& Log() const override { return block_.logger(); }

 private:
  /// The first items, so that people can write mappings in Port against real data.
  void SendExamples(const Batch& page) {
    if (!run_.options.send_examples || run_.changes_nothing || examples_sent_.exchange(true))
      return;
    std::vector<Json> examples;
    for (std::size_t i = 0; i < std::min(page.size(), kExamples); ++i) {
      examples.push_back(Masked(page[i], block_.logger().Masker()));
    }
    try {
      run_.parts.port.PostKindExamples(block_.resource().kind, examples);
    } catch (const Error& error) {
      if (error.kind() == ErrorKind::kCancelled) throw;
      block_.logger().Warning("examples could not be sent to Port: " + std::string(error.what()));
    }
  }

  Block& block_;
  Run& run_;
  const bool read_again_;
  Push push_;
  std::atomic<bool> examples_sent_{false};
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
  if (!missing_only) block.Start();
  BlockContext ctx(block, run, missing_only, [&](Batch batch) {
    const std::size_t weight = batch.bytes() * kParsedWeight;
    passage.to_map.fetch_add(1);
    pages.Push({&passage, std::move(batch)}, weight, Stop());
  });
  try {
    run.parts.kinds.Find(block.resource().kind)->resync(block.resource().selector, ctx);
  } catch (const Error& error) {
    if (error.kind() == ErrorKind::kCancelled && Stop().stop_requested()) throw;
    block.MarkIncomplete(error.what());
    // Credentials that are refused are so for every kind.
    if (error.kind() == ErrorKind::kAuth || error.kind() == ErrorKind::kConfig) throw;
  } catch (const std::exception& error) {
    block.MarkIncomplete(std::string("the handler failed: ") + error.what());
  }
  EndOfMapping(passage);
}

void Pipeline::Impl::MapPages() {
  Guard([&] {
    while (auto page = pages.Pop(Stop())) {
      MapPage(*page->passage, page->batch);
      page->batch = {};
      EndOfMapping(*page->passage);
    }
  });
}

void Pipeline::Impl::MapPage(Passage& passage, const Batch& batch) {
  const auto& items_to_parse = passage.block.resource().items_to_parse;
  jq::Limits limits;
  limits.time = run.options.item_time_limit;
  Figures figures;
  std::vector<port::Entity> entities;
  for (const Json& item : batch) {
    if (!items_to_parse) {
      MapItem(passage, item, figures, entities);
      continue;
    }
    jq::Budget budget(limits, Stop());
    const std::string error = ForEachElement(*items_to_parse, item, budget, [&](Json&& element) {
      MapItem(passage, element, figures, entities);
      if (entities.size() >= run.options.items_to_parse_batch)
        Collect(passage, std::exchange(entities, {}));
    });
    if (error.empty()) continue;
    ++figures.extracted;
    ++figures.failed;
    if (!missing_only) passage.block.NoteItemError(error);
  }
  if (!missing_only) passage.block.Add(figures);
  Collect(passage, std::move(entities));
}

void Pipeline::Impl::MapItem(Passage& passage, const Json& item, Figures& figures,
                             std::vector<port::Entity>& entities) {
  Block& block = passage.block;
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
        if (!first && !missing_only) run.known.Distrust(result.entity);
      }
      entities.push_back(std::move(result.entity));
      break;
    case MapOutcome::kFiltered:
      ++figures.filtered;
      break;
    case MapOutcome::kNoIdentifier:
      ++figures.failed;
      if (!missing_only) block.NoteNoIdentifier();
      break;
    case MapOutcome::kFailed:
      ++figures.failed;
      if (!missing_only) block.NoteItemError(result.error);
      break;
  }
}

void Pipeline::Impl::Collect(Passage& passage, std::vector<port::Entity> entities) {
  std::vector<LoadChunk> full;
  {
    std::lock_guard lock(passage.mutex);
    for (port::Entity& entity : entities) {
      LoadChunk& chunk = passage.collected[entity.blueprint];
      chunk.blueprint = entity.blueprint;
      chunk.entities.push_back(std::move(entity));
      if (chunk.entities.size() >= kChunkEntities) full.push_back(std::exchange(chunk, {}));
    }
  }
  for (LoadChunk& chunk : full) Push(passage, std::move(chunk));
}

void Pipeline::Impl::Push(Passage& passage, LoadChunk chunk) {
  chunk.block = &passage.block;
  std::size_t weight = 0;
  for (const port::Entity& entity : chunk.entities)
    weight += ApproximateSize(entity.body) * kParsedWeight;
  passage.to_load.fetch_add(1);
  chunks.Push({&passage, std::move(chunk)}, weight, Stop());
}

void Pipeline::Impl::EndOfMapping(Passage& passage) {
  if (passage.to_map.fetch_sub(1) != 1) return;
  for (auto& [blueprint, chunk] : passage.collected) {
    if (!chunk.entities.empty()) Push(passage, std::move(chunk));
  }
  passage.collected.clear();
  EndOfLoading(passage);
}

void Pipeline::Impl::LoadChunks() {
  Guard([&] {
    while (auto chunk = chunks.Pop(Stop())) {
      load(std::move(chunk->load));
      EndOfLoading(*chunk->passage);
    }
  });
}

void Pipeline::Impl::EndOfLoading(Passage& passage) {
  if (passage.to_load.fetch_sub(1) == 1 && !missing_only)
    passage.block.Finish(run.options.null_identifier_share);
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
