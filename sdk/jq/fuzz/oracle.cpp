#include "oracle.hpp"

#include <fcntl.h>
#include <spawn.h>
#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <csignal>
#include <cstdlib>

#include "ocean/base/error.hpp"

namespace ocean::jq::fuzz {

Oracle::Oracle(const std::vector<std::string>& command) {
  std::signal(SIGPIPE, SIG_IGN);
  std::array<int, 2> in{};
  std::array<int, 2> out{};
  if (::pipe2(in.data(), O_CLOEXEC) != 0 || ::pipe2(out.data(), O_CLOEXEC) != 0)
    throw Error(ErrorKind::kConfig, "no pipe to the reference");
  posix_spawn_file_actions_t actions;
  posix_spawn_file_actions_init(&actions);
  posix_spawn_file_actions_adddup2(&actions, in[0], STDIN_FILENO);
  posix_spawn_file_actions_adddup2(&actions, out[1], STDOUT_FILENO);
  std::vector<char*> words;
  for (const std::string& word : command) words.push_back(const_cast<char*>(word.c_str()));
  words.push_back(nullptr);
  const int problem = posix_spawnp(&pid_, words[0], &actions, nullptr, words.data(), environ);
  posix_spawn_file_actions_destroy(&actions);
  ::close(in[0]);
  ::close(out[1]);
  questions_ = ::fdopen(in[1], "w");
  answers_ = ::fdopen(out[0], "r");
  if (problem != 0) throw Error(ErrorKind::kConfig, "cannot start " + command[0]);
  version_ = ReadLine();
  if (!version_.starts_with("jq-1.8."))
    throw Error(ErrorKind::kConfig, "the reference is '" + version_ + "', not jq 1.8");
}

Oracle::~Oracle() {
  std::fclose(questions_);
  std::fclose(answers_);
  ::waitpid(pid_, nullptr, 0);
}

std::vector<Json> Oracle::Ask(const std::vector<Json>& questions) {
  for (const Json& question : questions)
    std::fprintf(questions_, "%s\n", DumpJson(question).c_str());
  std::fputc('\n', questions_);
  std::fflush(questions_);
  std::vector<Json> answers;
  for (std::size_t i = 0; i < questions.size(); ++i)
    answers.push_back(ParseJson(ReadLine(), "the answer of the reference"));
  return answers;
}

std::string Oracle::ReadLine() {
  char* line = nullptr;
  std::size_t room = 0;
  const ssize_t size = ::getline(&line, &room, answers_);
  const std::string text(line == nullptr ? "" : line,
                         size > 0 ? static_cast<std::size_t>(size - 1) : 0);
  std::free(line);
  if (size <= 0) throw Error(ErrorKind::kPermanent, "the reference has ended");
  return text;
}

}  // namespace ocean::jq::fuzz
