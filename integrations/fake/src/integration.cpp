#include "src/integration.hpp"

#include "ocean/base/hash.hpp"
#include "src/client.hpp"
#include "src/config.hpp"
#include "src/webhook_person.hpp"

namespace fake {
namespace {

constexpr int kDepartmentsAtOnce = 5;

void ResyncPersons(const FakeClient& company, ocean::ResyncContext& ctx) {
  const std::string generation = ocean::RandomUuid();
  ctx.ForEach(company.Departments(), kDepartmentsAtOnce, [&](const ocean::Json& department) {
    ctx.EmitAll(company.Employees(department.at("id"), generation));
  });
}

}  // namespace

void SetUp(ocean::Integration& app) {
  auto& api = app.Own<FakeApi>(app.Log());
  const auto config = app.Config<FakeConfig>();
  const auto& company = app.Own<FakeClient>(config, app.Http(), api);

  app.Kind("fake-department", [&company](auto& ctx) { ctx.Emit(company.Departments()); });
  app.Kind("fake-person", [&company](auto& ctx) { ResyncPersons(company, ctx); });
  app.Kind("fake-office", [&company](auto& ctx) { ctx.Emit(company.List("offices")); });
  app.Kind("fake-team", [&company](auto& ctx) { ctx.Emit(company.List("teams")); });
  app.Kind("fake-project", [&company](auto& ctx) { ctx.Emit(company.List("projects")); });
  app.Webhook<PersonWebhook>("/webhook", config);
}

}  // namespace fake
