#pragma once
/// @file The third party: a server in this very process, so that the whole way over HTTP is gone.

#include <mutex>
#include <string>

#include "ocean/base/log.hpp"
#include "ocean/http/server.hpp"
#include "ocean/ocean.hpp"

namespace fake {

/// Serves the made-up company on a free loopback port, from the first time that its address is asked
/// for.
///
/// GET /department/{id}/employees?limit&offset&entity_kb_size&latency&seed&churn_percent&generation
/// gives {"results": […]}; a limit below 1 stands for 400. GET /offices, /teams and /projects give lists.
///
/// Threads   all operations may overlap
class FakeApi {
 public:
  explicit FakeApi(ocean::Logger logger);

  std::string url();

 private:
  ocean::http::Server server_;
  std::once_flag started_;
};

}  // namespace fake
