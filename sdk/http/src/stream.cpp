#include "ocean/http/stream.hpp"

#include <algorithm>
#include <exception>

#include "item_scanner.hpp"
#include "ocean/base/error.hpp"
#include "ocean/base/json.hpp"

namespace ocean::http {
namespace {

class ItemStream {
 public:
  ItemStream(Client client, Request request, StreamOptions options)
      : client_(std::move(client)), request_(std::move(request)), options_(std::move(options)) {
    if (!options_.stats) options_.stats = std::make_shared<StreamStats>();
  }

  std::optional<Batch> Next(const std::stop_token& stop);

 private:
  void Begin(const std::stop_token& stop);
  void Fill(const std::stop_token& stop);
  void Add(std::string_view text);
  void Measure();

  const Client client_;
  const Request request_;
  StreamOptions options_;
  bool begun_ = false;
  bool ended_ = false;
  std::string source_;
  std::unique_ptr<BodyStream> body_;
  std::unique_ptr<ItemScanner> scanner_;
  std::vector<Json> items_;
  std::size_t bytes_ = 0;
  /// What ended the stream, told after the items that were whole.
  std::exception_ptr failure_;
};

std::optional<Batch> ItemStream::Next(const std::stop_token& stop) {
  if (!begun_) Begin(stop);
  try {
    while (!ended_ && bytes_ < options_.batch_bytes) Fill(stop);
  } catch (const Error&) {
    ended_ = true;
    failure_ = std::current_exception();
  }
  if (ended_) body_.reset();
  if (!items_.empty()) return Batch(std::exchange(items_, {}), std::exchange(bytes_, 0));
  if (failure_) std::rethrow_exception(failure_);
  return std::nullopt;
}

void ItemStream::Begin(const std::stop_token& stop) {
  begun_ = true;
  StreamedResponse response = client_.Open(request_, options_.buffer_bytes, stop);
  source_ = response.head.source;
  body_ = std::move(response.body);
  ended_ = response.head.declared_empty;
  scanner_ = options_.format == StreamFormat::kJson
                 ? MakeJsonScanner(options_.items_path, options_.max_item_bytes, source_)
                 : MakeLineScanner(options_.max_item_bytes, source_);
}

void ItemStream::Fill(const std::stop_token& stop) {
  const auto add = [&](std::string_view text) { Add(text); };
  const std::optional<std::string> part = body_->Read(stop);
  if (part) {
    scanner_->Feed(*part, add);
  } else {
    ended_ = true;
    scanner_->Finish(add);
  }
  Measure();
}

void ItemStream::Add(std::string_view text) {
  items_.push_back(ParseJson(text, "an item in the answer of " + source_));
  bytes_ += text.size();
  ++options_.stats->items;
}

void ItemStream::Measure() {
  const std::size_t held = body_->peak_bytes() + scanner_->buffered() + bytes_;
  if (held > options_.stats->peak_bytes) options_.stats->peak_bytes = held;
}

}  // namespace

PageRange StreamItems(Client client, Request request, StreamOptions options) {
  auto stream =
      std::make_shared<ItemStream>(std::move(client), std::move(request), std::move(options));
  return PageRange(
      [stream = std::move(stream)](const std::stop_token& stop) { return stream->Next(stop); });
}

}  // namespace ocean::http
