#include "ocean/http/transport.hpp"

namespace ocean::http {
namespace {

/// A body that came whole.
class WholeBody : public BodyStream {
 public:
  explicit WholeBody(std::string body) : body_(std::move(body)), size_(body_->size()) {}

  std::optional<std::string> Read(const std::stop_token&) override {
    return std::exchange(body_, std::nullopt);
  }
  std::size_t peak_bytes() const override { return size_; }

 private:
  std::optional<std::string> body_;
  const std::size_t size_;
};

}  // namespace

StreamedResponse Transport::Open(const WireRequest& wire, std::size_t /*buffer_bytes*/,
                                 const std::stop_token& stop) {
  Response head = Send(wire, stop);
  if (!head.ok()) return {std::move(head), std::make_unique<WholeBody>("")};
  auto body = std::make_unique<WholeBody>(std::exchange(head.body, {}));
  return {std::move(head), std::move(body)};
}

}  // namespace ocean::http
