#include "ocean/http/paging.hpp"

#include <algorithm>
#include <memory>

#include "page.hpp"
#include "tally.hpp"

namespace ocean::http {
namespace {

using Fingerprints = std::vector<ItemIdentity::Fingerprint>;

void RejectEmptyStart(const Page& page, const std::optional<std::int64_t>& total) {
  if (total.value_or(0) <= 0) return;
  ThrowBadPage(page.source,
               "the answer speaks of " + std::to_string(*total) + " items but holds none");
}

class OffsetWalk {
 public:
  OffsetWalk(Client client, Request request, OffsetPaging paging)
      : client_(std::move(client)),
        request_(std::move(request), paging.place),
        paging_(std::move(paging)),
        tally_(paging_.identity_path),
        // A page of one item has no room for an item of the page before.
        overlap_(paging_.page_size > 1 ? 1 : 0) {}

  std::optional<Batch> Next(const std::stop_token& stop);

 private:
  Page Fetch(std::int64_t offset, const std::stop_token& stop);
  std::optional<Batch> BeginWith(Page page);
  std::optional<Batch> GoOnWith(Page page, std::int64_t offset);
  void CheckSeam(Page& page, const Fingerprints& prints);
  std::optional<Batch> Yield(Page page, Fingerprints prints);

  Client client_;
  PageRequest request_;
  const OffsetPaging paging_;
  Tally tally_;
  const std::size_t overlap_;
  bool ended_ = false;
  /// Just behind the last item that was read.
  std::int64_t position_ = 0;
};

std::optional<Batch> OffsetWalk::Next(const std::stop_token& stop) {
  if (ended_) return std::nullopt;
  if (position_ == 0) return BeginWith(Fetch(0, stop));
  const std::int64_t offset = position_ - static_cast<std::int64_t>(overlap_);
  return GoOnWith(Fetch(offset, stop), offset);
}

Page OffsetWalk::Fetch(std::int64_t offset, const std::stop_token& stop) {
  request_.Set(paging_.offset_parameter, offset);
  request_.Set(paging_.limit_parameter, paging_.page_size);
  Page page = Page::Parse(client_.Send(request_.Get(), stop), paging_.items_path);
  tally_.LearnTotal(page.Number(paging_.total_path));
  return page;
}

std::optional<Batch> OffsetWalk::BeginWith(Page page) {
  if (page.items.empty()) {
    RejectEmptyStart(page, tally_.total());
    ended_ = true;
    return std::nullopt;
  }
  Fingerprints prints = tally_.Recognise(page, paging_.offset_parameter, overlap_);
  position_ = static_cast<std::int64_t>(prints.size());
  return Yield(std::move(page), std::move(prints));
}

std::optional<Batch> OffsetWalk::GoOnWith(Page page, std::int64_t offset) {
  Fingerprints prints = tally_.Recognise(page, paging_.offset_parameter, overlap_);
  if (overlap_ > 0) CheckSeam(page, prints);
  position_ = offset + static_cast<std::int64_t>(prints.size());
  if (page.items.empty()) {
    ended_ = true;
    return tally_.Close(position_);
  }
  return Yield(std::move(page), std::move(prints));
}

/// Takes out what the page before held, and doubts unless that page's last item stands where it must.
void OffsetWalk::CheckSeam(Page& page, const Fingerprints& prints) {
  const auto seam = std::find(prints.begin(), prints.end(), tally_.last_page().back());
  const auto moved = seam - prints.begin();
  if (seam == prints.end()) {
    tally_.Doubt(
        "the last item of the page before is gone: items were removed while they were read");
  } else if (moved > tally_.growth()) {
    // Items pushed in ahead of the seam are new ones only if the total has grown by as many.
    tally_.Doubt("items were moved while they were read");
  }
  tally_.DropKnown(page, prints, static_cast<std::size_t>(moved) + 1);
}

std::optional<Batch> OffsetWalk::Yield(Page page, Fingerprints prints) {
  const std::optional<bool> has_more = page.HasMore(paging_.has_more_path, paging_.last_page_path);
  ended_ = has_more == false || (tally_.total() && position_ >= *tally_.total());
  tally_.Remember(page, std::move(prints));
  return tally_.Yield(std::move(page));
}

class NumberWalk {
 public:
  NumberWalk(Client client, Request request, NumberPaging paging)
      : client_(std::move(client)),
        request_(std::move(request), paging.place),
        paging_(std::move(paging)),
        tally_(paging_.identity_path) {}

  std::optional<Batch> Next(const std::stop_token& stop);

 private:
  Page Fetch(const std::stop_token& stop);
  void LearnPageCount(std::optional<std::int64_t> count);
  void DropRepeated(Page& page, const Fingerprints& prints);
  bool IsLast(const Page& page, std::size_t received) const;

  Client client_;
  PageRequest request_;
  const NumberPaging paging_;
  Tally tally_;
  bool ended_ = false;
  std::int64_t pages_ = 0;
  std::optional<std::int64_t> page_count_;
  /// Items that came, those that came again included: others stand ahead of them now.
  std::int64_t read_ = 0;
};

std::optional<Batch> NumberWalk::Next(const std::stop_token& stop) {
  if (ended_) return std::nullopt;
  Page page = Fetch(stop);
  const Fingerprints prints = tally_.Recognise(page, paging_.page_parameter, 0);
  if (prints.empty()) {
    ended_ = true;
    if (pages_ > 1) return tally_.Close(read_);
    RejectEmptyStart(page, tally_.total());
    return std::nullopt;
  }
  DropRepeated(page, prints);
  if (page.items.empty()) ThrowBadPage(page.source, "a page of nothing but repeated items");
  read_ += static_cast<std::int64_t>(prints.size());
  ended_ = IsLast(page, prints.size());
  tally_.Remember(page, prints);
  return tally_.Yield(std::move(page));
}

Page NumberWalk::Fetch(const std::stop_token& stop) {
  request_.Set(paging_.page_parameter, paging_.first_page + pages_);
  if (!paging_.size_parameter.empty()) request_.Set(paging_.size_parameter, paging_.page_size);
  Page page = Page::Parse(client_.Send(request_.Get(), stop), paging_.items_path);
  ++pages_;
  tally_.LearnTotal(page.Number(paging_.total_path));
  LearnPageCount(page.Number(paging_.page_count_path));
  return page;
}

void NumberWalk::LearnPageCount(std::optional<std::int64_t> count) {
  if (count && page_count_ && *count < *page_count_) {
    tally_.Doubt("the number of pages fell from " + std::to_string(*page_count_) + " to " +
                 std::to_string(*count) + " while they were read");
  }
  if (count) page_count_ = count;
}

void NumberWalk::DropRepeated(Page& page, const Fingerprints& prints) {
  tally_.DropKnown(page, prints, prints.size());
  const auto repeated = static_cast<std::int64_t>(prints.size() - page.items.size());
  if (repeated > std::max<std::int64_t>(tally_.growth(), 0)) {
    tally_.Doubt("items were moved while they were read");
  }
}

bool NumberWalk::IsLast(const Page& page, std::size_t received) const {
  if (page.HasMore(paging_.has_more_path, paging_.last_page_path) == false) return true;
  if (tally_.total() && read_ >= *tally_.total()) return true;
  if (page_count_ && pages_ >= *page_count_) return true;
  return paging_.short_page_ends && received < static_cast<std::size_t>(paging_.page_size);
}

/// A range that borrows nothing from a walk.
template <class Walk, class Paging>
PageRange RangeOf(Client client, Request request, Paging paging) {
  auto walk = std::make_shared<Walk>(std::move(client), std::move(request), std::move(paging));
  return PageRange(
      [walk = std::move(walk)](const std::stop_token& stop) { return walk->Next(stop); });
}

}  // namespace

PageRange OffsetPages(Client client, Request request, OffsetPaging paging) {
  return RangeOf<OffsetWalk>(std::move(client), std::move(request), std::move(paging));
}

PageRange NumberPages(Client client, Request request, NumberPaging paging) {
  return RangeOf<NumberWalk>(std::move(client), std::move(request), std::move(paging));
}

}  // namespace ocean::http
