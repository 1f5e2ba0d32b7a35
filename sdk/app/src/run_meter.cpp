#include "run_meter.hpp"

#include <unistd.h>

#include <algorithm>
#include <cmath>
#include <ctime>
#include <fstream>

namespace ocean::app {

namespace {

constexpr Duration kInterval = std::chrono::milliseconds(500);
constexpr double kPercent = 1;
constexpr double kMemory = 1024.0 * 1024;

using Counts = std::map<std::uint64_t, std::uint64_t>;

double Median(const Counts& counts) {
  std::uint64_t all = 0;
  for (const auto& [value, count] : counts) all += count;
  std::uint64_t below = 0;
  for (const auto& [value, count] : counts) {
    below += count;
    if (2 * below >= all) return static_cast<double>(value);
  }
  return 0;
}

Counts Since(const Counts& before, Counts now) {
  for (const auto& [value, count] : before) now[value] -= count;
  return now;
}

std::map<std::string, Duration> Since(const std::map<std::string, Duration>& before,
                                      std::map<std::string, Duration> now) {
  for (const auto& [target, wait] : before) now[target] -= wait;
  std::erase_if(now, [](const auto& entry) { return entry.second == Duration::zero(); });
  return now;
}

}  // namespace

void Samples::Add(double value, double unit) {
  ++counts[static_cast<std::uint64_t>(std::llround(value / unit))];
  max = std::max(max, value);
  sum += value;
  ++count;
}

Spread Samples::Told(double unit) const {
  if (count == 0) return {};
  return {max, Median(counts) * unit, sum / static_cast<double>(count)};
}

void RunMeter::Start() {
  {
    const std::lock_guard lock(mutex_);
    measured_.emplace();
    measured_->source_before = parts_.source.traffic();
    measured_->port_before = parts_.port.traffic();
    measured_->last_look = parts_.clock.Elapsed();
    measured_->last_cpu = parts_.look().cpu;
  }
  thread_ = std::jthread([this](const std::stop_token& stop) {
    while (parts_.clock.SleepFor(kInterval, stop)) Look();
  });
}

void RunMeter::Stop() {
  thread_ = {};
  Look();
  const std::lock_guard lock(mutex_);
  costs_ = Told(*measured_);
  measured_.reset();
}

void RunMeter::Look() {
  const Usage usage = parts_.look();
  const Duration now = parts_.clock.Elapsed();
  const std::lock_guard lock(mutex_);
  measured_->memory.Add(static_cast<double>(usage.resident_bytes), kMemory);
  const Duration passed = now - measured_->last_look;
  // The last look may come right behind another: what is used within no time says nothing.
  const bool is_enough = passed >= kInterval / 2 || measured_->cpu.count == 0;
  if (!is_enough || passed <= Duration::zero()) return;
  const Duration used = usage.cpu - std::exchange(measured_->last_cpu, usage.cpu);
  measured_->last_look = now;
  measured_->cpu.Add(
      100.0 * static_cast<double>(used.count()) / static_cast<double>(passed.count()), kPercent);
}

std::optional<RunCosts> RunMeter::Costs() const {
  const std::lock_guard lock(mutex_);
  return measured_ ? Told(*measured_) : costs_;
}

RunCosts RunMeter::Told(const Measured& measured) const {
  http::Traffic source = parts_.source.traffic();
  const Counts sizes =
      Since(measured.source_before.responses_by_size, std::move(source.responses_by_size));
  std::uint64_t responses = 0;
  for (const auto& [size, count] : sizes) responses += count;

  RunCosts costs;
  costs.cpu_percent = measured.cpu.Told(kPercent);
  costs.memory_bytes = measured.memory.Told(kMemory);
  costs.response_bytes = source.response_bytes - measured.source_before.response_bytes;
  costs.response_bytes_median = Median(sizes);
  if (responses > 0) {
    costs.response_bytes_average =
        static_cast<double>(costs.response_bytes) / static_cast<double>(responses);
  }
  costs.source_waits =
      Since(measured.source_before.rate_limit_waits, std::move(source.rate_limit_waits));
  costs.port_waits =
      Since(measured.port_before.rate_limit_waits, parts_.port.traffic().rate_limit_waits);
  return costs;
}

RunMeter::Usage RunMeter::OfProcess() {
  timespec used{};
  clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &used);
  std::uint64_t pages = 0;
  std::uint64_t resident = 0;
  std::ifstream("/proc/self/statm") >> pages >> resident;
  return {std::chrono::seconds(used.tv_sec) +
              std::chrono::duration_cast<Duration>(std::chrono::nanoseconds(used.tv_nsec)),
          resident * static_cast<std::uint64_t>(sysconf(_SC_PAGESIZE))};
}

}  // namespace ocean::app
