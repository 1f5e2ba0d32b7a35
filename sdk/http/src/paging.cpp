#include "ocean/http/paging.hpp"

#include <algorithm>
#include <memory>
#include <unordered_set>

#include "ocean/base/error.hpp"
#include "ocean/base/hash.hpp"
#include "ocean/base/json.hpp"
#include "ocean/base/text.hpp"

namespace ocean::http {
namespace {

/// Pages without items that a walk by tokens passes over before it is taken for endless.
constexpr int kMaxEmptyPages = 100;

/// The place a dotted path names in an answer; null when it is not there.
Json* Find(Json& answer, const std::string& path) {
  Json* place = &answer;
  if (path.empty()) return place;
  for (const std::string& name : Split(path, '.')) {
    if (!place->is_object()) return nullptr;
    const auto member = place->find(name);
    if (member == place->end()) return nullptr;
    place = &*member;
  }
  return place;
}

[[noreturn]] void ThrowBadPage(const std::string& source, const std::string& what) {
  throw Error(ErrorKind::kPermanent, source + ": " + what);
}

/// One answer, parsed once; its items are moved out.
struct Page {
  Page(const Response& response, const std::string& items_path)
      : source(response.source), bytes(response.body.size()), answer(response.ParseBody()) {
    Json* list = Find(answer, items_path);
    const std::string place = items_path.empty() ? "" : " at '" + items_path + "'";
    if (!list) ThrowBadPage(source, "the answer has no list" + place);
    if (!list->is_array()) {
      ThrowBadPage(source,
                   "the answer has no list" + place + " but this: " + std::string(TypeName(*list)));
    }
    items = std::move(list->get_ref<Json::array_t&>());
  }

  /// The boolean at `path`; empty when there is none.
  std::optional<bool> Flag(const std::string& path) {
    const Json* place = path.empty() ? nullptr : Find(answer, path);
    if (!place || !place->is_boolean()) return std::nullopt;
    return place->get<bool>();
  }

  std::optional<std::int64_t> Number(const std::string& path) {
    const Json* place = path.empty() ? nullptr : Find(answer, path);
    if (!place || !place->is_number_integer()) return std::nullopt;
    return place->get<std::int64_t>();
  }

  std::string source;
  std::size_t bytes = 0;
  Json answer;
  std::vector<Json> items;
};

/// A request that is sent for each page with other parameters: members of its JSON body, or else of its query.
class PageRequest {
 public:
  explicit PageRequest(Request request) : request_(std::move(request)) {
    in_body_ = request_.method != Method::kGet && !request_.body.empty();
    if (in_body_) body_ = ParseJson(request_.body, "the body of a paged request");
  }

  void Set(const std::string& name, const Json& value) {
    if (in_body_) {
      body_[name] = value;
      request_.body = DumpJson(body_);
      return;
    }
    std::string text = value.is_string() ? value.get<std::string>() : DumpJson(value);
    Query& query = request_.query;
    const auto found = std::find_if(query.begin(), query.end(),
                                    [&](const auto& pair) { return pair.first == name; });
    if (found == query.end()) {
      query.emplace_back(name, std::move(text));
    } else {
      found->second = std::move(text);
    }
  }

  const Request& Get() const { return request_; }

 private:
  Request request_;
  bool in_body_ = false;
  Json body_;
};

using Fingerprint = std::size_t;

class OffsetWalk {
 public:
  OffsetWalk(Client client, Request request, OffsetPaging paging)
      : client_(std::move(client)),
        request_(std::move(request)),
        paging_(std::move(paging)),
        // A page of one item has no room for an item of the page before.
        overlap_(paging_.page_size > 1 ? 1 : 0) {}

  std::optional<Batch> Next();

 private:
  Page Fetch(std::int64_t offset);
  std::optional<Batch> BeginWith(Page page);
  std::optional<Batch> GoOnWith(Page page, std::int64_t offset);
  std::optional<Batch> Close(const Page& page);
  void LearnTotal(Page& page);
  void DropKnown(Page& page, const std::vector<Fingerprint>& prints);
  void Doubt(std::string reason);
  void Remember(const Page& page, std::vector<Fingerprint> prints);
  bool IsLast(Page& page) const;
  Batch Yield(std::vector<Json> items, std::size_t bytes);

  Client client_;
  PageRequest request_;
  const OffsetPaging paging_;
  const std::int64_t overlap_;
  bool ended_ = false;
  /// Just behind the last item that was read.
  std::int64_t position_ = 0;
  std::optional<std::int64_t> total_;
  std::int64_t growth_ = 0;
  /// Of the last page, whose items are the caller's now.
  std::vector<Fingerprint> last_page_;
  Json last_item_;
  std::string doubt_;
};

std::vector<Fingerprint> Fingerprints(const std::vector<Json>& items) {
  std::vector<Fingerprint> prints;
  prints.reserve(items.size());
  for (const Json& item : items) prints.push_back(std::hash<Json>{}(item));
  return prints;
}

std::optional<Batch> OffsetWalk::Next() {
  if (ended_) return std::nullopt;
  if (position_ == 0) return BeginWith(Fetch(0));
  const std::int64_t offset = position_ - overlap_;
  return GoOnWith(Fetch(offset), offset);
}

Page OffsetWalk::Fetch(std::int64_t offset) {
  request_.Set(paging_.offset_parameter, offset);
  request_.Set(paging_.limit_parameter, paging_.page_size);
  Page page(client_.Send(request_.Get()), paging_.items_path);
  LearnTotal(page);
  return page;
}

void OffsetWalk::LearnTotal(Page& page) {
  const std::optional<std::int64_t> total = page.Number(paging_.total_path);
  growth_ = total && total_ ? *total - *total_ : 0;
  if (growth_ < 0) {
    Doubt("the number of all items fell from " + std::to_string(*total_) + " to " +
          std::to_string(*total) + " while they were read");
  }
  if (total) total_ = total;
}

std::optional<Batch> OffsetWalk::BeginWith(Page page) {
  if (page.items.empty()) {
    if (total_.value_or(0) > 0) {
      ThrowBadPage(page.source,
                   "the answer speaks of " + std::to_string(*total_) + " items but holds none");
    }
    ended_ = true;
    return std::nullopt;
  }
  position_ = static_cast<std::int64_t>(page.items.size());
  ended_ = IsLast(page);
  Remember(page, Fingerprints(page.items));
  return Yield(std::move(page.items), page.bytes);
}

std::optional<Batch> OffsetWalk::GoOnWith(Page page, std::int64_t offset) {
  std::vector<Fingerprint> prints = Fingerprints(page.items);
  const auto received = static_cast<std::int64_t>(prints.size());
  if (received > overlap_ && prints == last_page_) {
    ThrowBadPage(page.source,
                 "repeated page: the server seems to ignore '" + paging_.offset_parameter + "'");
  }
  DropKnown(page, prints);
  position_ = offset + received;
  if (page.items.empty()) return Close(page);
  ended_ = IsLast(page);
  Remember(page, std::move(prints));
  return Yield(std::move(page.items), page.bytes);
}

bool OffsetWalk::IsLast(Page& page) const {
  return page.Flag(paging_.last_page_path).value_or(false) || (total_ && position_ >= *total_);
}

/// Takes out what the page before held, and doubts unless that page's last item stands where it must.
void OffsetWalk::DropKnown(Page& page, const std::vector<Fingerprint>& prints) {
  if (overlap_ == 0) return;
  const auto seam = std::find(prints.begin(), prints.end(), last_page_.back());
  const auto moved = seam - prints.begin();
  if (seam == prints.end()) {
    Doubt("the last item of the page before is gone: items were removed while they were read");
  } else if (moved > growth_) {
    // Items pushed in ahead of the seam are new ones only if the total has grown by as many.
    Doubt("items were moved while they were read");
  }
  const std::unordered_set<Fingerprint> known(last_page_.begin(), last_page_.end());
  std::vector<Json> fresh;
  fresh.reserve(page.items.size());
  for (std::size_t i = 0; i < prints.size(); ++i) {
    const bool behind_seam = seam != prints.end() && static_cast<std::ptrdiff_t>(i) > moved;
    if (behind_seam || !known.contains(prints[i])) fresh.push_back(std::move(page.items[i]));
  }
  page.items = std::move(fresh);
}

/// The end, at a page with nothing new. A doubt that comes now needs a batch that carries it: the last item, once more.
std::optional<Batch> OffsetWalk::Close(const Page& page) {
  ended_ = true;
  if (total_ && position_ < *total_) {
    Doubt("the answers ended after " + std::to_string(position_) + " of " +
          std::to_string(*total_) + " items");
  }
  if (doubt_.empty()) return std::nullopt;
  std::vector<Json> items;
  items.push_back(std::move(last_item_));
  return Yield(std::move(items), page.bytes);
}

void OffsetWalk::Doubt(std::string reason) {
  if (doubt_.empty()) doubt_ = std::move(reason);
}

void OffsetWalk::Remember(const Page& page, std::vector<Fingerprint> prints) {
  last_page_ = std::move(prints);
  if (!ended_) last_item_ = page.items.back();
}

Batch OffsetWalk::Yield(std::vector<Json> items, std::size_t bytes) {
  Batch batch(std::move(items), bytes);
  if (!doubt_.empty()) batch.MarkDoubtful(std::exchange(doubt_, {}));
  return batch;
}

class TokenWalk {
 public:
  TokenWalk(Client client, Request request, TokenPaging paging)
      : client_(std::move(client)), request_(std::move(request)), paging_(std::move(paging)) {}

  std::optional<Batch> Next();

 private:
  /// Puts the page's token into the next request, or ends the walk.
  void Advance(Page& page);

  Client client_;
  PageRequest request_;
  const TokenPaging paging_;
  bool ended_ = false;
  std::unordered_set<Hash128> tokens_;
};

std::optional<Batch> TokenWalk::Next() {
  for (int empty_pages = 0; !ended_; ++empty_pages) {
    Page page(client_.Send(request_.Get()), paging_.items_path);
    Advance(page);
    if (!page.items.empty()) return Batch(std::move(page.items), page.bytes);
    if (empty_pages == kMaxEmptyPages) {
      ThrowBadPage(page.source, std::to_string(kMaxEmptyPages) + " pages without items");
    }
  }
  return std::nullopt;
}

void TokenWalk::Advance(Page& page) {
  const Json* token = Find(page.answer, paging_.token_path);
  const std::optional<bool> is_last = page.Flag(paging_.last_page_path);
  const bool has_token = token && !token->is_null() && *token != Json("");
  ended_ = is_last.value_or(false) || !has_token;
  if (ended_ && is_last == false) {
    ThrowBadPage(page.source, "the answer says that there are more pages ('" +
                                  paging_.last_page_path + "' is false) but has no '" +
                                  paging_.token_path + "'");
  }
  if (ended_) return;
  if (!tokens_.insert(HashBytes(DumpJson(*token))).second) {
    ThrowBadPage(page.source,
                 "repeated page: '" + paging_.token_parameter + "' came a second time");
  }
  request_.Set(paging_.token_parameter, *token);
}

}  // namespace

PageRange OffsetPages(Client client, Request request, OffsetPaging paging) {
  auto walk =
      std::make_shared<OffsetWalk>(std::move(client), std::move(request), std::move(paging));
  return PageRange([walk = std::move(walk)] { return walk->Next(); });
}

PageRange TokenPages(Client client, Request request, TokenPaging paging) {
  auto walk = std::make_shared<TokenWalk>(std::move(client), std::move(request), std::move(paging));
  return PageRange([walk = std::move(walk)] { return walk->Next(); });
}

}  // namespace ocean::http
