#pragma once
/// @file What an author's handler gets to work with.

#include <functional>
#include <stop_token>
#include <string>
#include <string_view>

#include "ocean/base/batch.hpp"
#include "ocean/base/error.hpp"
#include "ocean/base/for_each.hpp"
#include "ocean/base/log.hpp"
#include "ocean/http/paging.hpp"

namespace ocean {

/// What ForEach does about an item whose work throws.
enum class OnError {
  kFail,      ///< stops the rest and rethrows
  kSkipItem,  ///< logs, marks the block incomplete, goes on with the others (never for kCancelled
              ///< and kAuth)
};

/// One block (one resource of the mapping) being read.
///
/// Threads   all operations may overlap
class ResyncContext {
 public:
  virtual ~ResyncContext() = default;

  /// Hands a page on to be mapped. Waits while the pipeline is full: that is the back-pressure.
  virtual void Emit(Batch page) = 0;
  /// Emits every page of a range.
  ///
  /// A resync that is interrupted while a handler does nothing else goes on with the page it had come to, where the range has cursors
  /// that stay good (PageRange::Cursors). All other handlers are called anew.
  void EmitAll(PageRange pages) {
    pages.StopBy(Stop());
    Walk(std::move(pages), [](Batch&) {});
  }

  /// The same, with `edit` done to each item first, at most `limit` at a time: for fields that are
  /// copied from a parent or asked for item by item. An item whose edit ends in http::SkippedParent is
  /// left out and marks the block incomplete: half an item must not become an entity.
  void EmitAll(PageRange pages, int limit, const std::function<void(Json& item)>& edit);

  /// A collection that several blocks of this run walk, such as the parents of several kinds: it is
  /// read once, as far as memory allows. Each key stands for one collection.
  virtual PageRange Shared(const std::string& key, std::function<PageRange()> read) = 0;

  /// Runs `work` for each item, at most `limit` at a time, and returns when all have ended: the one
  /// way to work in parallel. A doubtful batch, or an item whose work ends in http::SkippedParent marks the block
  /// incomplete, and the others go on.
  template <class Items, class Fn>
  void ForEach(Items&& items, int limit, Fn&& work, OnError on_error = OnError::kFail) {
    if constexpr (requires { items.doubt(); }) {
      if (!items.doubt().empty()) MarkIncomplete(items.doubt());
    }
    ocean::ForEach(items, limit, Stop(), [&](auto& item) {
      try {
        work(item);
      } catch (const http::SkippedParent& skipped) {
        MarkIncomplete(skipped.what());
      } catch (const Error& error) {
        if (on_error == OnError::kFail) throw;
        if (error.kind() == ErrorKind::kCancelled || error.kind() == ErrorKind::kAuth) throw;
        MarkIncomplete(error.what());
      }
    });
  }

  /// The same for the items of all pages, one page at a time.
  template <class Fn>
  void ForEach(PageRange pages, int limit, Fn&& work, OnError on_error = OnError::kFail) {
    pages.StopBy(Stop());
    for (Batch& page : pages) ForEach(page, limit, work, on_error);
  }

  /// Says that something could not be read: nothing is deleted because of this block. The first
  /// reason goes into the report, all into the log.
  virtual void MarkIncomplete(std::string_view reason) = 0;

  /// Requested when the run is to end. Every waiting call of the SDK that belongs to the run observes it, the ranges given to this
  /// context included; give it to the ranges that the handler walks itself (PageRange::StopBy) and to requests of its own.
  virtual std::stop_token Stop() const = 0;
  virtual const Logger& Log() const = 0;

 protected:
  /// Emits every page of a range once `prepare` has worked on it.
  virtual void Walk(PageRange pages, const std::function<void(Batch& page)>& prepare);
};

}  // namespace ocean
