#include "ocean/sync/shared_pages.hpp"

#include <atomic>
#include <condition_variable>
#include <optional>
#include <unordered_set>
#include <utility>
#include <vector>

#include "ocean/base/error.hpp"

namespace ocean::sync {

namespace {

/// A range that is asked for its pages one by one.
class Pages {
 public:
  Pages(PageRange range, const std::stop_token& stop)
      : range_(std::make_unique<PageRange>(std::move(range))) {
    range_->StopBy(stop);
  }

  std::optional<Batch> Next() {
    if (at_) {
      ++*at_;
    } else {
      at_ = range_->begin();
    }
    if (*at_ == range_->end()) return std::nullopt;
    return std::move(**at_);
  }

 private:
  std::unique_ptr<PageRange> range_;
  std::optional<PageRange::Iterator> at_;
};

}  // namespace

class SharedPages::Room {
 public:
  explicit Room(std::size_t max_bytes) : left_(static_cast<std::int64_t>(max_bytes)) {}

  bool Take(std::size_t bytes) {
    const auto amount = static_cast<std::int64_t>(bytes);
    if (left_.fetch_sub(amount) >= amount) return true;
    left_.fetch_add(amount);
    return false;
  }

 private:
  std::atomic<std::int64_t> left_;
};

/// One collection as far as it was read.
class SharedPages::Tape {
 public:
  Tape(std::function<PageRange()> read, std::shared_ptr<Room> room)
      : read_(std::move(read)), room_(std::move(room)) {}

  /// The page at `position`; nothing at the end. Sets `own` to read on from when no more is kept.
  std::optional<Batch> At(std::size_t position, const std::stop_token& stop,
                          std::optional<Pages>& own);

 private:
  std::optional<Batch> ReadNext(std::unique_lock<std::mutex>& lock, const std::stop_token& stop,
                                std::optional<Pages>& own);
  PageRange Anew(std::size_t known, const std::stop_token& stop) const;

  const std::function<PageRange()> read_;
  const std::shared_ptr<Room> room_;
  std::mutex mutex_;
  std::condition_variable_any changed_;
  std::optional<Pages> source_;
  std::vector<Batch> pages_;
  bool reading_ = false;
  bool ended_ = false;
  bool full_ = false;
  /// By value: an Error is not for two threads.
  std::optional<std::pair<ErrorKind, std::string>> failure_;
};

std::optional<Batch> SharedPages::Tape::At(std::size_t position, const std::stop_token& stop,
                                           std::optional<Pages>& own) {
  std::unique_lock lock(mutex_);
  const bool there =
      changed_.wait(lock, stop, [&] { return position < pages_.size() || !reading_; });
  if (!there) ThrowCancelled("waiting for a page that another block reads");
  if (position < pages_.size()) return pages_[position];
  if (failure_) throw Error(failure_->first, failure_->second);
  if (ended_) return std::nullopt;
  if (!full_) return ReadNext(lock, stop, own);
  // No page is added any more: what is kept may be looked at without the lock.
  lock.unlock();
  own.emplace(Anew(position, stop), stop);
  return own->Next();
}

/// Lets go of the lock while it reads. A page that there is no room for is the reader's alone, with
/// all behind it.
std::optional<Batch> SharedPages::Tape::ReadNext(std::unique_lock<std::mutex>& lock,
                                                 const std::stop_token& stop,
                                                 std::optional<Pages>& own) {
  reading_ = true;
  lock.unlock();
  std::optional<Batch> page;
  std::optional<std::pair<ErrorKind, std::string>> failure;
  try {
    if (!source_) source_.emplace(read_(), stop);
    page = source_->Next();
  } catch (const Error& error) {
    failure.emplace(error.kind(), error.what());
  } catch (const std::exception& error) {
    failure.emplace(ErrorKind::kBug, error.what());
  } catch (...) {
    failure.emplace(ErrorKind::kBug, "it threw something that is no exception");
  }
  lock.lock();
  reading_ = false;
  failure_ = failure;
  changed_.notify_all();
  if (failure) throw Error(failure->first, failure->second);
  if (!page) {
    ended_ = true;
  } else if (room_->Take(page->bytes())) {
    pages_.push_back(*page);
  } else {
    full_ = true;
    own = std::exchange(source_, std::nullopt);
  }
  return page;
}

/// The whole collection without the items of the first `known` pages.
PageRange SharedPages::Tape::Anew(std::size_t known, const std::stop_token& stop) const {
  auto seen = std::make_shared<std::unordered_set<std::size_t>>();
  for (std::size_t i = 0; i < known; ++i) {
    for (const Json& item : pages_[i]) seen->insert(std::hash<Json>{}(item));
  }
  auto pages = std::make_shared<Pages>(read_(), stop);
  return PageRange([pages, seen] {
    while (true) {
      std::optional<Batch> page = pages->Next();
      if (!page) return page;
      page->EraseIf([&](const Json& item) { return seen->contains(std::hash<Json>{}(item)); });
      if (!page->empty() || !page->doubt().empty()) return page;
    }
  });
}

/// The way of one reader through a tape.
class SharedPages::Reader {
 public:
  Reader(std::shared_ptr<Tape> tape, std::stop_token stop)
      : tape_(std::move(tape)), stop_(std::move(stop)) {}

  std::optional<Batch> Next() { return own_ ? own_->Next() : tape_->At(position_++, stop_, own_); }

 private:
  std::shared_ptr<Tape> tape_;
  std::stop_token stop_;
  std::size_t position_ = 0;
  std::optional<Pages> own_;
};

SharedPages::SharedPages(std::size_t max_bytes) : room_(std::make_shared<Room>(max_bytes)) {}

PageRange SharedPages::Read(const std::string& key, std::function<PageRange()> read,
                            const std::stop_token& stop) {
  std::shared_ptr<Tape> tape;
  {
    std::lock_guard lock(mutex_);
    auto& place = tapes_[key];
    if (!place) place = std::make_shared<Tape>(std::move(read), room_);
    tape = place;
  }
  auto reader = std::make_shared<Reader>(std::move(tape), stop);
  return PageRange([reader] { return reader->Next(); });
}

}  // namespace ocean::sync
