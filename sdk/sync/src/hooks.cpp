#include "hooks.hpp"

#include <algorithm>
#include <exception>
#include <vector>

#include "ocean/base/error.hpp"

namespace ocean::sync {

namespace {

/// What other exceptions than ours say is kept, too.
void Call(const ResyncHook& hook, Run& run) {
  ResyncHookContext context{run.id, run.stop_source.Token(), run.logger};
  try {
    hook(context);
  } catch (const Error&) {
    throw;
  } catch (const std::exception& error) {
    throw Error(ErrorKind::kPermanent, error.what());
  } catch (...) {
    throw Error(ErrorKind::kPermanent, "it threw something that is no exception");
  }
}

bool Passes(const Error& error) {
  return error.kind() == ErrorKind::kTransient || error.kind() == ErrorKind::kRateLimited;
}

void Note(Run& run, const std::string& error) {
  run.logger.Error(error);
  if (run.hook_error.empty()) run.hook_error = error;
}

}  // namespace

void RunStartHooks(Run& run) {
  if (run.parts.hooks == nullptr) return;
  for (const ResyncHook& hook : run.parts.hooks->start) {
    try {
      Call(hook, run);
    } catch (const Error& error) {
      if (!Passes(error)) throw error.WithContext("preparing the resync");
      Note(run, "preparing the resync: " + std::string(error.what()));
    }
  }
}

void RunCompleteHooks(Run& run) {
  const bool all_was_read = std::all_of(run.blocks.begin(), run.blocks.end(),
                                        [](const Block& block) { return block.complete(); });
  if (run.parts.hooks == nullptr || !run.hook_error.empty() || !all_was_read) return;
  for (const ResyncHook& hook : run.parts.hooks->complete) {
    try {
      Call(hook, run);
    } catch (const Error& error) {
      if (error.kind() == ErrorKind::kCancelled) throw;
      Note(run, "concluding the resync: " + std::string(error.what()));
    }
  }
}

}  // namespace ocean::sync
