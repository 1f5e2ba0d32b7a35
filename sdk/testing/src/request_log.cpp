#include "request_log.hpp"

#include <fcntl.h>
#include <unistd.h>

#include <cstdlib>
#include <string>

#include "ocean/base/error.hpp"
#include "ocean/base/json.hpp"

namespace ocean::testing {

void LogRequest(const http::ServerRequest& request) {
  const char* file = std::getenv("OCEAN_TEST_REQUESTS");
  if (file == nullptr) return;
  Json line = {{"method", http::ToString(request.method)},
               {"path", request.path},
               {"query", http::EncodeQuery(request.query)},
               {"headers", Json::object()},
               {"body", request.body}};
  for (const auto& [name, value] : request.headers) line["headers"][name] = value;
  const std::string text = DumpJson(line) + "\n";
  const int out = open(file, O_WRONLY | O_APPEND | O_CREAT | O_CLOEXEC, 0644);
  // One write, so that the lines of several servers do not mix.
  const bool written =
      out >= 0 && write(out, text.data(), text.size()) == static_cast<ssize_t>(text.size());
  if (out >= 0) close(out);
  if (!written) throw Error(ErrorKind::kConfig, std::string("cannot write to ") + file);
}

}  // namespace ocean::testing
