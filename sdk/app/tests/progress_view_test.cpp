#include "progress_view.hpp"

#include <fcntl.h>
#include <unistd.h>

#include "ocean/base/text.hpp"
#include "ocean/catch.hpp"
#include "support.hpp"

namespace ocean::app {

namespace {

using sync::BlockState;

sync::ProgressSnapshot At(std::int64_t elapsed_ms, BlockState state, std::int64_t extracted,
                          const std::string& phase = "extracting") {
  sync::ProgressSnapshot progress;
  progress.phase = phase;
  progress.elapsed_ms = elapsed_ms;
  sync::BlockSnapshot block;
  block.state = state;
  block.figures.kind = "issue";
  block.figures.extracted = extracted;
  progress.blocks.push_back(block);
  return progress;
}

}  // namespace

TEST_CASE("The rate is that of the last seconds") {
  RateMeter meter;
  CHECK(meter.Update(At(0, BlockState::kPending, 0))[0] == 0);
  CHECK(meter.Update(At(1000, BlockState::kRunning, 0))[0] == 0);
  CHECK(meter.Update(At(3000, BlockState::kRunning, 200))[0] == 100);
  CHECK(meter.Update(At(4000, BlockState::kRunning, 900))[0] == 100);
  CHECK(meter.Update(At(5000, BlockState::kRunning, 1200))[0] == 500);
  CHECK(meter.Update(At(6000, BlockState::kComplete, 1200))[0] == 0);
}

TEST_CASE("Live lines are drawn over the last ones, and other lines above them") {
  std::string screen;
  LiveLines lines([&](std::string_view text) { screen += text; });
  lines.Draw({"a", "b"});
  CHECK(screen == "a\nb\n");
  screen.clear();
  lines.PrintAbove("log");
  CHECK(screen == "\x1b[2A\r\x1b[Jlog\na\nb\n");
  screen.clear();
  lines.Draw({"c"});
  CHECK(screen == "\x1b[2A\r\x1b[Jc\n");
  screen.clear();
  lines.Clear();
  lines.Clear();
  CHECK(screen == "\x1b[1A\r\x1b[J");
}

TEST_CASE("The log tells each change once, and gives a sign of life") {
  std::vector<std::string> told;
  ProgressLog log(Logger::ToSink(LogLevel::kInfo,
                                 [&](const LogRecord& record) { told.push_back(record.message); }));
  log.Look({});
  log.Look(At(0, BlockState::kRunning, 0));
  log.Look(At(200, BlockState::kRunning, 5));
  CHECK(told == std::vector<std::string>{"extracting: issue"});
  log.Look(At(31'000, BlockState::kRunning, 1500));
  REQUIRE(told.size() == 2);
  CHECK(told[1] == "extracting since 31.0 s: 1,500 extracted, 0 mapped, 0 deleted");
  log.Look(At(32'000, BlockState::kComplete, 1600, "reconciling"));
  REQUIRE(told.size() == 4);
  CHECK(told[2].starts_with("issue complete: 1,600 extracted"));
  CHECK(told[3] == "reconciling");
  log.Look(At(33'000, BlockState::kComplete, 1600, "done"));
  CHECK(told.size() == 4);
}

TEST_CASE("Where no terminal is, the view writes nothing to the stream and tells what came last") {
  const TemporaryFolder folder;
  const std::string file = (folder.path() / "stream").string();
  const int descriptor = open(file.c_str(), O_CREAT | O_RDWR | O_CLOEXEC, 0600);
  std::vector<std::string> told;
  sync::Progress progress;
  {
    const ProgressView view(
        {.progress = progress,
         .logger = Logger::ToSink(LogLevel::kInfo,
                                  [&](const LogRecord& record) { told.push_back(record.message); }),
         .clock = Clock::System(),
         .descriptor = descriptor});
    progress.Replace(At(0, BlockState::kComplete, 3));
  }
  close(descriptor);
  CHECK(std::filesystem::file_size(file) == 0);
  REQUIRE(!told.empty());
  CHECK(told.back().starts_with("issue complete: 3 extracted"));
}

}  // namespace ocean::app
