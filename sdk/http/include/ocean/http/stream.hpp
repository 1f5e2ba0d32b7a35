#pragma once
/// @file Collections that come in one answer too large to hold.

#include <atomic>
#include <cstddef>
#include <memory>
#include <string>

#include "ocean/http/client.hpp"
#include "ocean/http/paging.hpp"

namespace ocean::http {

enum class StreamFormat {
  kJson,       ///< one JSON text with a list in it
  kJsonLines,  ///< one JSON text per line; empty lines are passed over
};

/// What a stream came to.
struct StreamStats {
  /// Items read so far.
  std::atomic<std::size_t> items{0};
  /// The most bytes of the body that were held at a time: waiting, half read, and in a batch.
  std::atomic<std::size_t> peak_bytes{0};
};

/// Units     bytes of decompressed text. Held at a time are at most
///           buffer_bytes + batch_bytes + max_item_bytes, and what one read of the network gives
struct StreamOptions {
  /// Where the list is, dotted; empty: the answer is the list. Of kJson only.
  std::string items_path = {};
  StreamFormat format = StreamFormat::kJson;
  /// What may wait to be read; beyond it the server has to wait.
  std::size_t buffer_bytes = std::size_t{1024} * 1024;
  /// A batch is yielded when its items weigh this much.
  std::size_t batch_bytes = std::size_t{256} * 1024;
  std::size_t max_item_bytes = std::size_t{16} * 1024 * 1024;
  std::shared_ptr<StreamStats> stats = {};
};

/// Reads the items of a list while it comes, in one request.
///
/// Retries, credentials and rules apply until the answer begins; the client's timeout is the longest
/// silence of the server's, not the whole. Rules cannot look at the body of a success.
/// Errors    what the client throws. A body that is cut, or no JSON, is an error after the items that
/// were whole: kTransient or kPermanent; an item above max_item_bytes and an answer without the list
/// are kPermanent
/// Threads   use from one thread
PageRange StreamItems(Client client, Request request, StreamOptions options = {});

}  // namespace ocean::http
