#include "ocean/sync/trial.hpp"

#include <algorithm>

#include "items_to_parse.hpp"
#include "mapper.hpp"
#include "mapping.hpp"
#include "ocean/base/error.hpp"
#include "ocean/base/text.hpp"
#include "ocean/jq/explanation.hpp"

namespace ocean::sync {

namespace {

Kinds KindsOf(const std::vector<std::string>& names) {
  const Kind any = {[](const Json&, const std::string&, config::Problems&) {},
                    [](const Json&, ResyncContext&) {}};
  Kinds kinds;
  for (const std::string& name : names) kinds.Add(name, any);
  if (names.empty()) kinds.SetOther([any](const std::string&) { return any; });
  return kinds;
}

TrialLeaf TryLeaf(const Leaf& leaf, const Json& item) {
  jq::Budget budget;
  jq::Explanation explanation = leaf.program.Explain(item, budget);
  return {leaf.path, leaf.program.text(),
          explanation.result.value ? std::move(*explanation.result.value) : Json(),
          std::move(explanation.reason), ToText(explanation.root)};
}

std::string WhyFiltered(const ResourceMapping& resource, const Json& item) {
  jq::Budget budget;
  return "selector.query is false:\n" +
         std::string(Trim(ToText(resource.query.Explain(item, budget).root)));
}

Trial TryElement(const ResourceMapping& resource, const Json& item) {
  Trial trial;
  trial.resource = resource.index;
  MapResult result = Mapper(resource, {}).Map(item, {}, [](std::size_t, const jq::Result&) {});
  trial.message = std::move(result.error);
  switch (result.outcome) {
    case MapOutcome::kMapped:
      trial.outcome = Trial::Outcome::kMapped;
      trial.entity = std::move(result.entity.body);
      break;
    case MapOutcome::kFiltered:
      trial.outcome = Trial::Outcome::kFiltered;
      trial.message = WhyFiltered(resource, item);
      return trial;
    case MapOutcome::kNoIdentifier:
      trial.outcome = Trial::Outcome::kNoIdentifier;
      trial.message = "identifier or blueprint is empty";
      break;
    case MapOutcome::kFailed:
      trial.outcome = Trial::Outcome::kFailed;
      break;
  }
  for (const Leaf& leaf : resource.entity.leaves()) trial.leaves.push_back(TryLeaf(leaf, item));
  return trial;
}

void TryResource(const ResourceMapping& resource, const Json& item, std::vector<Trial>& trials) {
  if (!resource.items_to_parse) {
    trials.push_back(TryElement(resource, item));
    return;
  }
  jq::Budget budget;
  const std::string problem =
      ForEachElement(*resource.items_to_parse, item, budget,
                     [&](Json&& element) { trials.push_back(TryElement(resource, element)); });
  if (problem.empty()) return;
  Trial failed;
  failed.resource = resource.index;
  failed.message = problem;
  trials.push_back(std::move(failed));
}

}  // namespace

std::vector<Trial> TryMapping(const Json& mapping, const std::vector<std::string>& kinds,
                              const std::string& kind, const Json& item) {
  config::Problems problems;
  const Mapping parsed = ParseMapping(mapping, KindsOf(kinds), {}, problems);
  std::vector<Trial> trials;
  std::vector<std::string> mapped_kinds;
  for (const ResourceMapping& resource : parsed.resources) {
    mapped_kinds.push_back(resource.kind);
    if (resource.kind == kind) TryResource(resource, item, trials);
  }
  if (trials.empty() &&
      std::find(mapped_kinds.begin(), mapped_kinds.end(), kind) == mapped_kinds.end()) {
    const auto meant = ClosestMatch(kind, mapped_kinds);
    throw Error(ErrorKind::kConfig, "the mapping has no resource of kind \"" + kind + "\"; " +
                                        (meant ? "did you mean \"" + *meant + "\"?"
                                               : "it has " + Join(mapped_kinds, ", ")));
  }
  return trials;
}

}  // namespace ocean::sync
