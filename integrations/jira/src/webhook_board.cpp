#include "src/webhook_board.hpp"

#include <algorithm>
#include <string>

#include "src/resync_board.hpp"

namespace jira {
namespace {

using ocean::Json;

bool Wants(const BoardSelector& selector, const Json& board) {
  const Json& keys = board.at("__projectKeys");
  const bool has_type = !selector.board_type || TextOf(board, "type") == *selector.board_type;
  const bool has_project =
      !selector.project_key ||
      std::find(keys.begin(), keys.end(), Json(*selector.project_key)) != keys.end();
  return has_type && has_project;
}

bool Wants(const SprintSelector& selector, const Json& sprint) {
  if (!selector.sprint_state) return true;
  const auto& states = *selector.sprint_state;
  return std::find(states.begin(), states.end(), TextOf(sprint, "state")) != states.end();
}

/// An object that is there, which a resync with this selector reads or does not.
template <class Selector>
ocean::EventResult IfWanted(const Selector& selector, ocean::EventResult result) {
  if (result.updated.empty() || Wants(selector, result.updated.front())) return result;
  return {.deleted = std::move(result.updated)};
}

}  // namespace

ocean::EventResult BoardWebhook::Handle(const ocean::WebhookEvent& event,
                                        const BoardSelector& selector,
                                        ocean::EventContext& ctx) const {
  const Json& board = ObjectOf(event);
  if (NameOf(event) == "board_deleted") return ocean::Deleted(board);
  const auto fetch = [&] {
    Json now = jira().Board(TextOf(board, "id"), ctx.stop);
    AddProjectKeys(jira(), now, ctx.stop);
    return now;
  };
  return IfWanted(selector, ocean::Refetched(fetch, board));
}

ocean::EventResult SprintWebhook::Handle(const ocean::WebhookEvent& event,
                                         const SprintSelector& selector,
                                         ocean::EventContext& ctx) const {
  const Json& sprint = ObjectOf(event);
  if (NameOf(event) == "sprint_deleted") return ocean::Deleted(sprint);
  const auto fetch = [&] { return jira().Sprint(TextOf(sprint, "id"), ctx.stop); };
  return IfWanted(selector, ocean::Refetched(fetch, sprint));
}

}  // namespace jira
