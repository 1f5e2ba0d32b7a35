#include <chrono>
#include <random>

#include "ocean/base/error.hpp"
#include "upstream/model.hpp"

namespace jira::upstream {
namespace {

using namespace std::chrono_literals;

constexpr std::array<std::string_view, 24> kNames = {
    "Ada Rosenqvist",   "Bo Lindström",     "Chloé Dubois",   "Дмитрий Соколов",  "Zoë O’Connor",
    "佐藤 美咲",        "Íñigo Etxeberria", "नेहा शर्मा",       "Łukasz Żak",       "محمد الفارسي",
    "Søren Østergaard", "王小明",           "Renée Müller",   "김서연",           "דנה לוי",
    "Nguyễn Thị Hạnh",  "Jürgen Weiß",      "Ελένη Παπαδάκη", "Tomáš Dvořák",     "Ayşe Yılmaz",
    "João Conceição",   "Grace Okonkwo 🌱", "สมชาย ใจดี",      "Kai \"Kit\" Nakoa"};

constexpr std::array<std::string_view, 8> kProjectNames = {
    "Payments",   "Mobile App", "Größe & Gewicht",     "データ基盤",
    "Onboarding", "Search 🔎",  "Façade déjà rénovée", "Инфраструктура"};
constexpr std::array<std::string_view, 8> kProjectKeys = {"PAY", "MOB",  "GRW", "DATA",
                                                          "ONB", "SRCH", "FAC", "INFRA"};

constexpr std::array<std::string_view, 6> kComponents = {"ledger",   "public API",  "Oberfläche",
                                                         "レポート", "sync/worker", "e-mail ✉️"};
constexpr std::array<std::string_view, 8> kLabels = {"backend",  "frontend", "tech-debt", "p1",
                                                     "customer", "größe-xl", "急ぎ",      "🔥"};

constexpr std::array<std::string_view, 12> kActions = {
    "Retry",   "Document",  "Speed up", "Rewrite", "Alert on", "Test",
    "Migrate", "Translate", "Secure",   "Monitor", "Simplify", "Roll back"};
constexpr std::array<std::string_view, 12> kThings = {
    "the refund job",     "invoice export", "the login page",  "webhook delivery",
    "the search index",   "nightly backup", "currency tables", "the settings dialog",
    "address validation", "rate limits",    "the audit trail", "push notifications"};

/// Whole summaries, for every script and character that a mapping must carry through unharmed.
constexpr std::array<std::string_view, 14> kPhrases = {
    "Überprüfung der Zahlungsabgleiche schlägt fehl",
    "支払い画面がタイムアウトする",
    "Ошибка при экспорте отчёта за квартал",
    "결제 내역 내보내기가 느립니다",
    "שגיאה בטעינת הדף אחרי ההתחברות",
    "فشل تسجيل الدخول بعد التحديث",
    "भुगतान विफल होने पर संदेश नहीं दिखता",
    "🚀 Ship the new onboarding flow",
    "👩‍💻 loses focus when 👨‍👩‍👧‍👦 is pasted",
    "Cafe\u0301 and café must be found alike",
    "Paths such as C:\\temp\\\"new\" break the import",
    "Tabs\tand <b>markup</b> & {curly} ${signs}",
    "Σφάλμα στρογγυλοποίησης στα ποσά",
    "ใบแจ้งหนี้แสดงวันที่ไม่ถูกต้อง"};

/// Random numbers that are the same with every standard library, unlike the distributions of
/// <random>. Draw one per expression: the order within one is the compiler's choice.
class Dice {
 public:
  explicit Dice(std::uint64_t seed) : engine_(seed) {}

  std::size_t Below(std::size_t count) { return static_cast<std::size_t>(engine_() % count); }
  bool Percent(std::size_t chance) { return Below(100) < chance; }
  template <class Items>
  const auto& Pick(const Items& items) {
    return items[Below(items.size())];
  }
  std::string Hex(std::size_t digits) {
    std::string text;
    for (std::size_t i = 0; i < digits; ++i) text += "0123456789abcdef"[Below(16)];
    return text;
  }

 private:
  std::mt19937_64 engine_;
};

User MakeUser(std::size_t position, Dice& dice) {
  constexpr std::array<std::string_view, 5> kTimeZones = {"Europe/Berlin", "America/New_York",
                                                          "Asia/Tokyo", "Asia/Kolkata", "Etc/GMT"};
  constexpr std::array<std::string_view, 5> kLocales = {"en_US", "de_DE", "ja_JP", "fr_FR",
                                                        "pt_BR"};
  User user;
  user.account_id = "712020:" + dice.Hex(32);
  user.account_type = position % 10 == 9 ? "app" : "atlassian";
  user.name = kNames[position % kNames.size()];
  if (position >= kNames.size()) user.name += " " + std::to_string(position / kNames.size() + 1);
  if (!dice.Percent(20)) user.email = "user" + std::to_string(position + 1) + "@acme.example";
  user.time_zone = dice.Pick(kTimeZones);
  user.locale = dice.Pick(kLocales);
  user.active = !dice.Percent(10);
  return user;
}

Project MakeProject(std::size_t position, Dice& dice) {
  Project project;
  project.id = static_cast<int>(10000 + position);
  const bool named = position < kProjectKeys.size();
  const std::string number = std::to_string(position + 1);
  project.key = named ? std::string(kProjectKeys[position]) : "PRJ" + number;
  project.name = named ? std::string(kProjectNames[position]) : "Project " + number;
  for (const std::string_view component : kComponents) {
    if (dice.Percent(70)) project.components.emplace_back(component);
  }
  return project;
}

/// What later issues of a project may have as parent.
struct Parents {
  std::vector<int> epics;
  std::vector<int> splittable;
};

std::size_t PickType(const Parents& parents, Dice& dice) {
  if (parents.epics.empty()) return kEpic;
  const std::size_t roll = dice.Below(100);
  if (roll < 5) return kEpic;
  if (roll < 25 && !parents.splittable.empty()) return kSubtask;
  return 1 + dice.Below(3);
}

/// One of the last few: the work of a project goes on at its end.
int PickRecent(const std::vector<int>& ids, Dice& dice) {
  const std::size_t window = std::min<std::size_t>(ids.size(), 12);
  return ids[ids.size() - 1 - dice.Below(window)];
}

void Relate(Issue& issue, SiteData& site, Parents& parents, Dice& dice) {
  if (issue.type == kSubtask) {
    issue.parent = PickRecent(parents.splittable, dice);
    site.issues.at(*issue.parent).subtasks.push_back(issue.id);
    return;
  }
  if (issue.type == kEpic) {
    parents.epics.push_back(issue.id);
    return;
  }
  if (dice.Percent(60)) issue.parent = PickRecent(parents.epics, dice);
  const bool is_bug = kIssueTypes[issue.type].name == "Bug";
  if (!is_bug) parents.splittable.push_back(issue.id);
}

std::string MakeSummary(Dice& dice) {
  if (dice.Percent(25)) return std::string(dice.Pick(kPhrases));
  std::string summary(dice.Pick(kActions));
  return summary.append(" ").append(dice.Pick(kThings));
}

void Describe(Issue& issue, const SiteData& site, Dice& dice) {
  issue.summary = MakeSummary(dice) + " (" + issue.key + ")";
  for (std::size_t i = 0, lines = 1 + dice.Below(6); i < lines; ++i) {
    issue.description += (i ? ". " : "") + MakeSummary(dice);
  }
  for (const std::string_view label : kLabels) {
    if (dice.Percent(18)) issue.labels.emplace_back(label);
  }
  for (std::size_t i = 0; i < site.projects[issue.project].components.size(); ++i) {
    if (dice.Percent(25)) issue.components.push_back(i);
  }
  issue.priority = dice.Below(kPriorities.size());
  issue.creator = dice.Below(site.users.size());
  issue.reporter = dice.Below(site.users.size());
  if (dice.Percent(80)) issue.assignee = dice.Below(site.users.size());
}

void PutInTime(Issue& issue, std::size_t position, Dice& dice) {
  const ocean::TimePoint start = ocean::ParseIso8601("2026-01-05T08:00:00Z").value();
  issue.created = start + position * 7min + dice.Below(400'000) * 1ms;
  issue.updated = issue.created + dice.Below(std::size_t{60} * 24 * 20) * 1min;
  issue.status = dice.Below(kStatuses.size());
  if (issue.status == kDone) issue.resolved = issue.updated;
}

void MakeIssue(std::size_t position, SiteData& site, std::vector<Parents>& parents, Dice& dice) {
  Issue issue;
  issue.id = static_cast<int>(20000 + position);
  issue.project = dice.Below(site.projects.size());
  Project& project = site.projects[issue.project];
  issue.key = project.key + "-" + std::to_string(++project.last_number);
  issue.type = PickType(parents[issue.project], dice);
  Describe(issue, site, dice);
  PutInTime(issue, position, dice);
  Relate(issue, site, parents[issue.project], dice);
  project.counted_issues += 1;
  project.last_update = std::max(project.last_update, issue.updated);
  site.issues.emplace(issue.id, std::move(issue));
}

}  // namespace

SiteData Generate(const SiteOptions& options) {
  if (options.projects < 1 || options.users < 1 || options.issues < 0) {
    throw ocean::Error(ocean::ErrorKind::kConfig,
                       "a site needs at least one project and one user, and no negative number");
  }
  Dice dice(options.seed);
  SiteData site;
  for (int i = 0; i < options.users; ++i) {
    site.users.push_back(MakeUser(static_cast<std::size_t>(i), dice));
  }
  for (int i = 0; i < options.projects; ++i) {
    site.projects.push_back(MakeProject(static_cast<std::size_t>(i), dice));
  }
  std::vector<Parents> parents(site.projects.size());
  for (int i = 0; i < options.issues; ++i) {
    MakeIssue(static_cast<std::size_t>(i), site, parents, dice);
  }
  return site;
}

}  // namespace jira::upstream
