#pragma once
/// @file Collections that several blocks of one resync need, read once.

#include <cstddef>
#include <functional>
#include <map>
#include <memory>
#include <mutex>
#include <stop_token>
#include <string>

#include "ocean/http/paging.hpp"

namespace ocean::sync {

/// Keeps the pages of collections for the readers that come after the first.
///
/// All readers of a key see the same pages, from the first to the last; whoever needs a page that is
/// not there yet reads it, and the others wait for it. A collection that the memory has no room for
/// is read again by each further reader; what such a reader had seen already is left out.
///
/// Errors    a page that fails fails for every reader
/// Threads   all operations may overlap
/// Lifetime  the ranges may outlive it
class SharedPages {
 public:
  /// `max_bytes` of pages are kept, of all keys together.
  explicit SharedPages(std::size_t max_bytes);

  /// The collection `key`, which `read` reads. Waiting ends with `stop`.
  PageRange Read(const std::string& key, std::function<PageRange()> read,
                 const std::stop_token& stop);

 private:
  class Room;
  class Tape;
  class Reader;

  std::mutex mutex_;
  std::shared_ptr<Room> room_;
  std::map<std::string, std::shared_ptr<Tape>> tapes_;
};

}  // namespace ocean::sync
