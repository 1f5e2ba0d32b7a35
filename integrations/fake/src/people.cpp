#include "src/people.hpp"

#include <array>
#include <functional>
#include <random>

namespace fake {
namespace {

using ocean::Json;

constexpr std::array<std::string_view, 12> kNames = {
    "Alex Rivera", "Bo Lindström",  "Chloé Dubois", "Dmitri Sokolov", "Ebele Okafor", "佐藤 美咲",
    "Grace Kim",   "Hannah Müller", "Íñigo Vidal",  "Jo Tanaka",      "Łukasz Żak",   "Noa Levi"};
constexpr std::array<std::string_view, 8> kCities = {"Berlin",  "Lisboa",  "Tel Aviv", "Tōkyō",
                                                     "Nairobi", "Toronto", "Kraków",   "São Paulo"};
constexpr std::array<std::string_view, 8> kCountries = {"DE", "PT", "IL", "JP",
                                                        "KE", "CA", "PL", "BR"};
constexpr std::array<std::string_view, 4> kTiers = {"gold", "silver", "bronze", "platinum"};

constexpr std::string_view kStory = "Once upon a time there was an entry in a catalog. ";

Json Department(std::size_t i) {
  const std::string& name = Departments()[i % Departments().size()];
  return {{"id", name}, {"name", name}};
}

std::string Email(std::size_t i) {
  return "person" + std::to_string(i + 1) + "@corp.example";
}

std::string Text(std::size_t length) {
  std::string text;
  while (text.size() < length) text += kStory;
  text.resize(length);
  return text;
}

/// "K48210937": as on a passport.
std::string PassportNumber(std::mt19937_64& dice) {
  const auto letter = static_cast<char>('A' + dice() % 26);
  return letter + std::to_string(100'000'000 + dice() % 900'000'000);
}

}  // namespace

const std::vector<std::string>& Departments() {
  static const std::vector<std::string> kDepartments = {"hr", "marketing", "finance", "support",
                                                        "morpazia"};
  return kDepartments;
}

Json MakePerson(const std::string& department, std::size_t position, const PersonOptions& options) {
  std::string origin =
      std::to_string(options.seed) + "/" + department + "/" + std::to_string(position);
  if (position % 100 < static_cast<std::size_t>(options.churn_percent)) {
    origin += "/" + options.generation;
  }
  std::seed_seq seeds(origin.begin(), origin.end());
  std::mt19937_64 dice(seeds);
  Json person = {{"id", PassportNumber(dice)}};
  person["name"] = kNames[dice() % kNames.size()];
  person["email"] = "p" + person.at("id").get<std::string>() + "@corp.example";
  person["age"] = 20 + dice() % 81;
  person["department"] = {{"id", department}, {"name", department}};
  person["bio"] = Text(options.kilobytes * 1024);
  person["status"] = dice() % 3 == 0 ? "NOPE" : "WORKING";
  return person;
}

Json Offices() {
  Json offices = Json::array();
  for (std::size_t i = 0; i < kCities.size(); ++i) {
    offices.push_back({{"id", "office-" + std::to_string(i + 1)},
                       {"name", std::string(kCities[i]) + " office"},
                       {"address",
                        {{"city", kCities[i]},
                         {"country", kCountries[i]},
                         {"geo", {{"lat", 10.5 + static_cast<double>(i)}, {"lng", -3.25}}},
                         {"lines", {std::to_string(i + 1) + " Main Street", "Floor 2"}}}}});
  }
  return offices;
}

Json Teams() {
  Json teams = Json::array();
  for (std::size_t i = 0; i < kNames.size(); ++i) {
    teams.push_back({{"id", "team-" + std::to_string(i + 1)},
                     {"name", "Team " + std::to_string(i + 1)},
                     {"lead", {{"name", kNames[i]}, {"email", Email(i)}}},
                     {"department", Department(i)}});
  }
  return teams;
}

Json Projects() {
  Json projects = Json::array();
  for (std::size_t i = 0; i < 40; ++i) {
    const std::size_t owner = i % kNames.size();
    projects.push_back(
        {{"id", "project-" + std::to_string(1001 + i).substr(1)},
         {"name", "Project " + std::to_string(i + 1)},
         {"owner",
          {{"id", Email(owner)}, {"name", kNames[owner]}, {"department", Department(owner)}}},
         {"metadata",
          i % 2 == 0 ? Json({{"tier", {{"level", kTiers[i / 2 % kTiers.size()]}}}}) : Json()}});
  }
  return projects;
}

}  // namespace fake
