#include "src/webhook_person.hpp"

#include <algorithm>
#include <cstddef>

#include "src/people.hpp"

namespace fake {

ocean::http::Verifier PersonWebhook::Verify() const {
  return ocean::http::Unsigned("whoever likes may make persons up");
}

ocean::EventResult PersonWebhook::HandleResource(const ocean::WebhookEvent& event,
                                                 const ocean::Json&, ocean::EventContext&) const {
  const PersonOptions options = {
      .seed = config_.seed,
      .kilobytes = static_cast<std::size_t>(std::max(1, config_.entity_kb_size)),
      .churn_percent = 100,  // nobody whom a resync knows
      .generation = ocean::FormatIso8601(event.received_at) + ocean::DumpJson(event.body)};
  return {.updated = {MakePerson(Departments().front(), 0, options)}};
}

}  // namespace fake
