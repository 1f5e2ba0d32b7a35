#pragma once
/// @file What a resync costs: processor, memory, waits for rate limits, and what the third party answers.

#include <cstdint>
#include <functional>
#include <map>
#include <mutex>
#include <optional>
#include <string>
#include <thread>
#include <utility>

#include "ocean/base/clock.hpp"
#include "ocean/http/client.hpp"

namespace ocean::app {

/// As metrics want them.
inline double Seconds(Duration duration) {
  return std::chrono::duration<double>(duration).count();
}

struct Spread {
  double max = 0;
  double median = 0;
  double average = 0;
};

/// The whole process's: blocks run side by side, so that nothing of this is a kind's.
struct RunCosts {
  /// 100 is one processor.
  Spread cpu_percent;
  /// Resident.
  Spread memory_bytes;
  /// Of the bodies that the third party answered with, decompressed. The median keeps four leading bits.
  std::uint64_t response_bytes = 0;
  double response_bytes_median = 0;
  double response_bytes_average = 0;
  /// Time waited because a rate limit was used up, by target.
  std::map<std::string, Duration> source_waits;
  std::map<std::string, Duration> port_waits;
};

/// Samples in whole units, as many as there are of each.
struct Samples {
  std::map<std::uint64_t, std::uint64_t> counts;
  double max = 0;
  double sum = 0;
  std::uint64_t count = 0;

  void Add(double value, double unit);
  Spread Told(double unit) const;
};

/// What is known of a run under way, and from where it counts.
struct Measured {
  http::Traffic source_before;
  http::Traffic port_before;
  Duration last_look{};
  Duration last_cpu{};
  Samples cpu;
  Samples memory;
};

/// Looks at the process every half second while a run goes on.
///
/// Threads   Costs may overlap with a Span
/// Lifetime  borrows its parts
class RunMeter {
 public:
  struct Usage {
    /// Since the process began.
    Duration cpu{};
    std::uint64_t resident_bytes = 0;
  };
  struct Parts {
    const http::ClientStats& source;
    const http::ClientStats& port;
    Clock& clock;
    std::function<Usage()> look = [] { return OfProcess(); };
  };
  explicit RunMeter(Parts parts) : parts_(std::move(parts)) {}

  /// A run: what came before it does not count. One at a time.
  class Span {
   public:
    explicit Span(RunMeter& meter) : meter_(meter) { meter_.Start(); }
    ~Span() { meter_.Stop(); }
    Span(const Span&) = delete;
    Span& operator=(const Span&) = delete;

   private:
    RunMeter& meter_;
  };

  /// Of the run under way or else of the last one; empty before the first.
  std::optional<RunCosts> Costs() const;

  static Usage OfProcess();

 private:
  void Start();
  void Stop();
  void Look();
  RunCosts Told(const Measured& measured) const;

  const Parts parts_;
  mutable std::mutex mutex_;
  /// Of the run under way.
  std::optional<Measured> measured_;
  /// Of the last run.
  std::optional<RunCosts> costs_;
  std::jthread thread_;
};

}  // namespace ocean::app
