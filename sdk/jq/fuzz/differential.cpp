/// @file Compares the engine with the reference jq on generated pairs of a program and an input.
///
///     jq_differential [--seconds N] [--seed S] [--index I | --pair PROGRAM INPUT] [--dump] COMMAND…
///
/// COMMAND starts the reference. With an index it compares that one pair and tells both results; --dump prints the first pairs
/// instead of comparing them. The last line counts: "differential: E executed, M compared, E equal, S skipped, F findings".

#include <algorithm>
#include <chrono>
#include <iostream>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "generator.hpp"
#include "ocean/base/error.hpp"
#include "ocean/base/text.hpp"
#include "oracle.hpp"
#include "outcome.hpp"

namespace {

using ocean::Json;
using namespace ocean::jq::fuzz;

constexpr std::uint64_t kBatch = 100;
/// Findings beyond these are counted, not told.
constexpr std::size_t kMaxTold = 25;

struct Options {
  std::chrono::seconds time{60};
  std::uint64_t seed = 1;
  std::optional<std::uint64_t> index;
  bool is_dump = false;
  /// A pair to compare instead of generated ones.
  std::optional<std::pair<std::string, std::string>> pair;
  std::vector<std::string> command;
};

struct Trial {
  Pair pair;
  std::string text;
  Outcome here;
  Outcome reference;

  bool IsSkipped() const { return !here.skipped.empty() || !reference.skipped.empty(); }
  /// Which sides fail, and when; it stays while a finding is made smaller.
  std::string Shape() const {
    const auto letter = [](const Outcome& outcome) {
      return outcome.is_compile_error ? 'c' : outcome.error ? 'e' : '-';
    };
    return {letter(here), letter(reference)};
  }
  bool IsFinding() const { return !IsSkipped() && !IsSame(text, here, reference); }
};

/// Runs all pairs here and in the reference.
std::vector<Trial> Try(Oracle& oracle, std::vector<Pair> pairs) {
  std::vector<Trial> trials;
  std::vector<Json> questions;
  for (Pair& pair : pairs) {
    Trial& trial = trials.emplace_back();
    trial.text = pair.program.Text();
    trial.pair = std::move(pair);
    trial.here = RunHere(trial.text, trial.pair.input);
    if (trial.here.skipped.empty())
      questions.push_back({{"program", trial.text}, {"input", trial.pair.input}});
  }
  const std::vector<Json> answers = oracle.Ask(questions);
  auto answer = answers.begin();
  for (Trial& trial : trials) {
    if (!trial.here.skipped.empty()) continue;
    trial.reference = ReadAnswer(*answer++);
    if (trial.IsFinding()) trial.reference.skipped = KnownDefect(trial.text, trial.pair.input);
  }
  return trials;
}

/// Everything that comes of making one part of `tree` simpler, where it lies in `root`.
void Simplify(const Pair& pair, Tree& root, Tree& tree, std::vector<Pair>& simpler) {
  const Tree whole = tree;
  const auto add = [&](Tree replacement) {
    tree = std::move(replacement);
    simpler.push_back({root, pair.input});
  };
  for (const Tree& part : whole.parts) add(part);
  for (const char* leaf : {".", "null", "1", "\"a\"", "[]"}) {
    if (whole.Text().size() > std::string_view(leaf).size()) add(Tree{{leaf}, {}});
  }
  tree = whole;
  for (Tree& part : tree.parts) Simplify(pair, root, part, simpler);
}

void SimplifyInput(const Pair& pair, const Json& root, Json& value, std::vector<Pair>& simpler) {
  const Json whole = value;
  const auto add = [&](const Json& replacement) {
    value = replacement;
    if (value != whole) simpler.push_back({pair.program, ocean::DumpJson(root)});
    value = whole;
  };
  add(nullptr);
  if (!whole.is_structured()) return;
  for (const auto& [key, part] : whole.items()) {
    add(part);
    Json less = whole;
    if (less.is_array()) {
      less.erase(static_cast<std::size_t>(std::stoul(key)));
    } else {
      less.erase(key);
    }
    add(less);
  }
  for (Json& part : value) SimplifyInput(pair, root, part, simpler);
}

std::size_t SizeOf(const Pair& pair) {
  return pair.program.Text().size() + pair.input.size();
}

Trial Shrunk(Oracle& oracle, Trial trial) {
  constexpr std::size_t kMaxCandidates = 300;
  const std::string shape = trial.Shape();
  while (true) {
    std::vector<Pair> simpler;
    Tree root = trial.pair.program;
    Simplify(trial.pair, root, root, simpler);
    Json input = ocean::ParseJson(trial.pair.input);
    SimplifyInput(trial.pair, input, input, simpler);
    const std::size_t size = SizeOf(trial.pair);
    std::erase_if(simpler, [&](const Pair& pair) { return SizeOf(pair) >= size; });
    std::sort(simpler.begin(), simpler.end(),
              [](const Pair& a, const Pair& b) { return SizeOf(a) < SizeOf(b); });
    if (simpler.size() > kMaxCandidates) simpler.resize(kMaxCandidates);
    bool is_smaller = false;
    for (Trial& candidate : Try(oracle, std::move(simpler))) {
      if (!candidate.IsFinding() || candidate.Shape() != shape) continue;
      trial = std::move(candidate);
      is_smaller = true;
      break;
    }
    if (!is_smaller) return trial;
  }
}

void Tell(const Trial& trial) {
  std::cout << "  program: " << trial.text << "\n  input:   " << trial.pair.input << "\n  ours:\n"
            << trial.here.Text() << "  reference:\n"
            << trial.reference.Text();
}

struct Counts {
  std::uint64_t executed = 0;
  std::uint64_t compared = 0;
  std::uint64_t findings = 0;
  /// Of those that are the same.
  std::uint64_t with_outputs = 0;
  std::uint64_t with_errors = 0;
  std::uint64_t not_compiled = 0;
  std::map<std::string, std::uint64_t> skipped;

  void Add(const Trial& trial) {
    ++executed;
    if (trial.IsSkipped()) {
      ++skipped[trial.here.skipped.empty() ? trial.reference.skipped : trial.here.skipped];
      return;
    }
    ++compared;
    if (trial.IsFinding()) {
      ++findings;
    } else if (trial.here.error) {
      ++(trial.here.is_compile_error ? not_compiled : with_errors);
    } else {
      ++with_outputs;
    }
  }

  void Tell() const {
    std::cout << "equal: " << with_outputs << " outputs alone, " << with_errors
              << " with an error at the end, " << not_compiled << " that do not compile\n";
    for (const auto& [reason, count] : skipped)
      std::cout << "skipped: " << count << ": " << reason << "\n";
    std::cout << "differential: " << executed << " executed, " << compared << " compared, "
              << findings << " findings\n";
  }
};

int CompareOne(const Options& options) {
  Oracle oracle(options.command);
  Pair pair = options.pair ? Pair{{{options.pair->first}, {}}, options.pair->second}
                           : Generate(options.seed, *options.index);
  const Trial trial = std::move(Try(oracle, {std::move(pair)})[0]);
  Tell(trial);
  if (trial.IsFinding()) {
    std::cout << "made smaller:\n";
    Tell(Shrunk(oracle, trial));
  }
  Counts counts;
  counts.Add(trial);
  counts.Tell();
  return trial.IsFinding() ? 1 : 0;
}

int CompareMany(const Options& options) {
  Oracle oracle(options.command);
  std::cout << "the reference is " << oracle.version() << "; seed " << options.seed << "\n";
  const auto end = std::chrono::steady_clock::now() + options.time;
  Counts counts;
  std::set<std::string> told;
  for (std::uint64_t first = 0; std::chrono::steady_clock::now() < end; first += kBatch) {
    std::vector<Pair> pairs;
    for (std::uint64_t i = 0; i < kBatch; ++i) pairs.push_back(Generate(options.seed, first + i));
    const std::vector<Trial> trials = Try(oracle, std::move(pairs));
    for (std::uint64_t i = 0; i < kBatch; ++i) {
      counts.Add(trials[i]);
      if (!trials[i].IsFinding() || told.size() >= kMaxTold) continue;
      const Trial small = Shrunk(oracle, trials[i]);
      if (!told.insert(small.text).second) continue;
      std::cout << "finding, replayed by: scripts/fuzz.sh --seed " << options.seed << " --index "
                << first + i << " jq\n";
      Tell(small);
      std::cout << std::flush;
    }
  }
  counts.Tell();
  return counts.findings == 0 ? 0 : 1;
}

int Dump(const Options& options) {
  for (std::uint64_t i = 0; i < 200; ++i) {
    const Pair pair = Generate(options.seed, i);
    std::cout << pair.program.Text() << "\n" << pair.input << "\n\n";
  }
  return 0;
}

Options ReadOptions(const std::vector<std::string>& words) {
  Options options;
  std::size_t at = 0;
  for (; at < words.size() && words[at].starts_with("--"); ++at) {
    if (words[at] == "--dump") {
      options.is_dump = true;
      continue;
    }
    if (words[at] == "--pair") {
      options.pair.emplace(words.at(at + 1), words.at(at + 2));
      at += 2;
      continue;
    }
    const std::uint64_t number = std::stoull(words.at(at + 1));
    if (words[at] == "--seconds") options.time = std::chrono::seconds(number);
    if (words[at] == "--seed") options.seed = number;
    if (words[at] == "--index") options.index = number;
    ++at;
  }
  options.command.assign(words.begin() + static_cast<std::ptrdiff_t>(at), words.end());
  return options;
}

}  // namespace

int main(int count, char** words) {
  try {
    const Options options = ReadOptions({words + 1, words + count});
    if (options.is_dump) return Dump(options);
    return options.index || options.pair ? CompareOne(options) : CompareMany(options);
  } catch (const std::exception& error) {
    std::cerr << error.what() << "\n";
    return 2;
  }
}
