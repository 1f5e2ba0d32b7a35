#include "regex.hpp"

#include <oniguruma.h>

#include <algorithm>
#include <array>
#include <cstdint>
#include <limits>

namespace ocean::jq {
namespace {

/// Steps back that one search may take in all, besides those that are free: a few at each place. What takes more is tried again
/// with so many times more.
constexpr std::uint64_t kRetriesInSearch = 5'000'000;
constexpr std::uint64_t kFreeRetries = 128;
constexpr std::uint64_t kMoreRetries = 8;
/// A step back, and a try at a place, are as much work as to look at so many bytes.
constexpr std::uint64_t kBytesPerRetry = 16;
constexpr std::size_t kBytesPerPlace = 8;
/// The size of the stack of a match, and the places that are searched between two looks at the clock.
constexpr unsigned int kMatchStack = 100'000;
constexpr std::size_t kMostPlacesBetweenLooks = 64;

/// Longer patterns are refused.
constexpr std::size_t kMaxPatternBytes = std::size_t{64} << 10;
/// How many bytes are looked at, at most, between questions whether to go on.
constexpr std::size_t kMaxBytesLookedAt = std::size_t{1} << 28;
/// What can only be searched for at once is not searched for in more.
constexpr std::size_t kMaxBytesAtOnce = std::size_t{64} << 10;
/// No code of the search library's.
constexpr int kEnded = std::numeric_limits<int>::min();

const UChar* Bytes(std::string_view text) {
  return reinterpret_cast<const UChar*>(text.data());
}

void InitializeOnce() {
  static const int kResult = [] {
    OnigEncoding encodings[] = {ONIG_ENCODING_UTF8};
    return onig_initialize(encodings, 1);
  }();
  static_cast<void>(kResult);
}

std::string MessageOf(int code, OnigErrorInfo* info) {
  std::array<UChar, ONIG_MAX_ERROR_MESSAGE_LEN> message{};
  const int length = info == nullptr ? onig_error_code_to_str(message.data(), code)
                                     : onig_error_code_to_str(message.data(), code, info);
  return std::string(reinterpret_cast<const char*>(message.data()),
                     static_cast<std::size_t>(length));
}

bool TookTooManyRetries(int code) {
  return code == ONIGERR_RETRY_LIMIT_IN_MATCH_OVER || code == ONIGERR_RETRY_LIMIT_IN_SEARCH_OVER;
}

bool ReadFlags(const std::string& flags, OnigOptionType& options, bool& is_global) {
  for (const char flag : flags) {
    switch (flag) {
      case 'g':
        is_global = true;
        break;
      case 'i':
        options |= ONIG_OPTION_IGNORECASE;
        break;
      case 'x':
        options |= ONIG_OPTION_EXTEND;
        break;
      case 's':
        options |= ONIG_OPTION_SINGLELINE;
        break;
      case 'p':
        options |= ONIG_OPTION_MULTILINE | ONIG_OPTION_SINGLELINE;
        break;
      case 'l':
        options |= ONIG_OPTION_FIND_LONGEST;
        break;
      case 'n':
        options |= ONIG_OPTION_FIND_NOT_EMPTY;
        break;
      default:
        return false;
    }
  }
  return true;
}

int RememberName(const UChar* name, const UChar* end, int count, int* groups, regex_t*,
                 void* names) {
  for (int i = 0; i < count; ++i) {
    (*static_cast<std::vector<std::string>*>(names))[static_cast<std::size_t>(groups[i] - 1)]
        .assign(reinterpret_cast<const char*>(name), static_cast<std::size_t>(end - name));
  }
  return 0;
}

std::size_t CharacterLength(std::string_view text, std::size_t at) {
  std::size_t end = at + 1;
  while (end < text.size() && (static_cast<unsigned char>(text[end]) & 0xC0) == 0x80) ++end;
  return end - at;
}

/// At how many places of a subject matches are tried at a time. Each may look at the whole rest of it.
std::size_t PlacesAtATime(std::size_t subject_bytes) {
  return std::max<std::size_t>(1, kMaxBytesLookedAt / (subject_bytes + 1));
}

}  // namespace

struct Regex::Region {
  Region() : region(onig_region_new()), bounds(onig_new_match_param()) {
    onig_initialize_match_param(bounds);
    onig_set_match_stack_limit_size_of_match_param(bounds, kMatchStack);
  }
  ~Region() {
    onig_region_free(region, 1);
    onig_free_match_param(bounds);
  }
  Region(const Region&) = delete;
  Region& operator=(const Region&) = delete;

  // Calls `attempt` with a bound of steps back, first of `free`, and again with a higher one while it takes more and any are left.
  template <class Attempt>
  int Bounded(std::uint64_t free, const GoOn& go_on, Attempt&& attempt) {
    for (std::uint64_t bound = free;; bound *= kMoreRetries) {
      const std::uint64_t allowed = std::min(bound, std::max(free, left));
      onig_set_retry_limit_in_match_of_match_param(bounds, allowed);
      onig_set_retry_limit_in_search_of_match_param(bounds, allowed);
      const int code = attempt();
      if (!TookTooManyRetries(code)) return code;
      left -= std::min(left, allowed);
      if (left == 0) return code;
      if (!go_on(allowed * kBytesPerRetry)) return kEnded;
    }
  }

  OnigRegion* region;
  OnigMatchParam* bounds;
  /// Steps back that are left to the search.
  std::uint64_t left = kRetriesInSearch;
};

struct Regex::Handle {
  explicit Handle(regex_t* compiled) : regex(compiled) {}
  ~Handle() { onig_free(regex); }
  Handle(const Handle&) = delete;
  Handle& operator=(const Handle&) = delete;

  regex_t* regex;
};

std::shared_ptr<const Regex> Regex::Make(const std::string& pattern, const std::string& flags,
                                         std::string& problem) {
  if (pattern.size() > kMaxPatternBytes) {
    problem = "Regex failure: the pattern has " + std::to_string(pattern.size()) +
              " bytes, more than " + std::to_string(kMaxPatternBytes);
    return nullptr;
  }
  InitializeOnce();
  OnigOptionType options = ONIG_OPTION_CAPTURE_GROUP;
  std::shared_ptr<Regex> made(new Regex());
  if (!ReadFlags(flags, options, made->is_global_)) {
    problem = flags + " is not a valid modifier string";
    return nullptr;
  }
  made->only_at_once_ =
      (options & ONIG_OPTION_FIND_LONGEST) != 0 || pattern.find("\\G") != std::string::npos;
  regex_t* compiled = nullptr;
  OnigErrorInfo info{};
  const int code = onig_new(&compiled, Bytes(pattern), Bytes(pattern) + pattern.size(), options,
                            ONIG_ENCODING_UTF8, ONIG_SYNTAX_PERL_NG, &info);
  if (code != ONIG_NORMAL) {
    problem = "Regex failure: " + MessageOf(code, &info);
    return nullptr;
  }
  made->handle_ = std::make_shared<const Handle>(compiled);
  made->names_.resize(static_cast<std::size_t>(onig_number_of_captures(compiled)));
  onig_foreach_name(compiled, RememberName, &made->names_);
  return made;
}

/// Searches from `at` on. Returns the code of the search library; kEnded when `go_on` was false.
int Regex::SearchOnce(std::string_view subject, std::size_t at, const GoOn& go_on,
                      Region& found) const {
  const std::size_t places = PlacesAtATime(subject.size());
  if (places <= subject.size() && !only_at_once_)
    return SearchPlaces(subject, at, places, go_on, found);
  if (!go_on(subject.size() - at)) return kEnded;
  const UChar* const begin = Bytes(subject);
  const UChar* const end = begin + subject.size();
  return found.Bounded(kFreeRetries + subject.size() - at, go_on, [&] {
    return onig_search_with_param(handle_->regex, begin, end, begin + at, end, found.region,
                                  ONIG_OPTION_NONE, found.bounds);
  });
}

/// The same, place by place, as a search that is given only some of the places finds no match that ends beyond them.
int Regex::SearchPlaces(std::string_view subject, std::size_t at, std::size_t places,
                        const GoOn& go_on, Region& found) const {
  // A place may look at the whole rest of the text.
  const std::size_t between_looks = std::min(places, kMostPlacesBetweenLooks);
  const UChar* const begin = Bytes(subject);
  for (std::size_t count = 0;; ++count) {
    if (count % between_looks == 0 && !go_on(between_looks * kBytesPerPlace)) return kEnded;
    const int code = found.Bounded(kFreeRetries, go_on, [&] {
      return onig_match_with_param(handle_->regex, begin, begin + subject.size(), begin + at,
                                   found.region, ONIG_OPTION_NONE, found.bounds);
    });
    if (code != ONIG_MISMATCH || at == subject.size()) return code;
    at += CharacterLength(subject, at);
  }
}

std::string Regex::Search(std::string_view subject, bool all, const GoOn& go_on,
                          const std::function<bool(const Groups&)>& match) const {
  if (only_at_once_ && subject.size() > kMaxBytesAtOnce) {
    return "the flag l and \\G are for texts of at most " + std::to_string(kMaxBytesAtOnce) +
           " bytes";
  }
  Region found;
  std::size_t at = 0;
  while (at <= subject.size()) {
    const int code = SearchOnce(subject, at, go_on, found);
    if (code == ONIG_MISMATCH || code == kEnded) return "";
    if (TookTooManyRetries(code))
      return "more than " + std::to_string(kRetriesInSearch) + " steps back in a search";
    if (code < 0) return MessageOf(code, nullptr);
    Groups groups(static_cast<std::size_t>(found.region->num_regs));
    for (std::size_t i = 0; i < groups.size(); ++i)
      groups[i] = {found.region->beg[i], found.region->end[i]};
    if (!match(groups) || !(all || is_global_)) return "";
    const auto match_end = static_cast<std::size_t>(groups[0].end);
    at = groups[0].begin == groups[0].end && match_end < subject.size()
             ? match_end + CharacterLength(subject, match_end)
             : match_end + (groups[0].begin == groups[0].end ? 1 : 0);
  }
  return "";
}

}  // namespace ocean::jq
