#include "router.hpp"

#include <algorithm>

#include "ocean/base/error.hpp"
#include "ocean/base/text.hpp"

namespace ocean::http {
namespace {

std::vector<std::string_view> SplitPath(std::string_view path) {
  std::vector<std::string_view> segments;
  if (!path.empty() && path.front() == '/') path.remove_prefix(1);
  for (;;) {
    const std::size_t end = path.find('/');
    segments.push_back(path.substr(0, end));
    if (end == std::string_view::npos) return segments;
    path.remove_prefix(end + 1);
  }
}

}  // namespace

void Router::Add(Method method, std::string_view pattern, Server::LateHandler handler) {
  Route route{method, ParsePattern(pattern), std::move(handler)};
  for (const Route& other : routes_) {
    if (other.method == method && SamePattern(other, route)) {
      throw Error(ErrorKind::kBug,
                  std::string(ToString(method)) + " " + std::string(pattern) + " is routed twice");
    }
  }
  const auto place = std::upper_bound(routes_.begin(), routes_.end(), route, MoreSpecific);
  routes_.insert(place, std::move(route));
}

std::vector<Router::Segment> Router::ParsePattern(std::string_view pattern) {
  std::vector<Segment> segments;
  if (pattern.empty() || pattern.front() != '/') {
    throw Error(ErrorKind::kBug, "route '" + std::string(pattern) + "' does not begin with '/'");
  }
  for (std::string_view text : SplitPath(pattern)) {
    if (!segments.empty() && segments.back().kind == SegmentKind::kRest) {
      throw Error(ErrorKind::kBug,
                  "route '" + std::string(pattern) + "': only the last segment may take the rest");
    }
    if (text.size() < 3 || text.front() != '{' || text.back() != '}') {
      segments.push_back({SegmentKind::kLiteral, PercentDecode(text)});
      continue;
    }
    text = text.substr(1, text.size() - 2);
    const bool rest = text.size() > 3 && text.substr(text.size() - 3) == "...";
    if (rest) text.remove_suffix(3);
    segments.push_back({rest ? SegmentKind::kRest : SegmentKind::kOne, std::string(text)});
  }
  return segments;
}

Router::Match Router::Find(Method method, std::string_view path) const {
  const std::vector<std::string_view> segments = SplitPath(path);
  const Method wanted = method == Method::kHead ? Method::kGet : method;
  Match match;
  for (const Route& route : routes_) {
    if (!Matches(route, segments)) continue;
    if (route.method == wanted || route.method == method) {
      match.handler = &route.handler;
      match.parameters = Parameters(route, segments);
      match.allowed.clear();
      return match;
    }
    match.allowed.emplace_back(ToString(route.method));
  }
  std::sort(match.allowed.begin(), match.allowed.end());
  match.allowed.erase(std::unique(match.allowed.begin(), match.allowed.end()), match.allowed.end());
  return match;
}

bool Router::Matches(const Route& route, const std::vector<std::string_view>& path) {
  const bool has_rest = route.segments.back().kind == SegmentKind::kRest;
  if (has_rest ? path.size() < route.segments.size() : path.size() != route.segments.size()) {
    return false;
  }
  for (std::size_t i = 0; i < route.segments.size(); ++i) {
    const Segment& segment = route.segments[i];
    if (segment.kind == SegmentKind::kRest) return true;
    if (segment.kind == SegmentKind::kOne ? path[i].empty()
                                          : PercentDecode(path[i]) != segment.text) {
      return false;
    }
  }
  return true;
}

std::map<std::string, std::string, std::less<>> Router::Parameters(
    const Route& route, const std::vector<std::string_view>& path) {
  std::map<std::string, std::string, std::less<>> parameters;
  for (std::size_t i = 0; i < route.segments.size(); ++i) {
    const Segment& segment = route.segments[i];
    if (segment.kind == SegmentKind::kOne) parameters[segment.text] = PercentDecode(path[i]);
    if (segment.kind == SegmentKind::kRest) {
      const char* begin = path[i].data();
      const auto length = static_cast<std::size_t>(path.back().data() + path.back().size() - begin);
      parameters[segment.text] = PercentDecode(std::string_view(begin, length));
    }
  }
  return parameters;
}

bool Router::MoreSpecific(const Route& a, const Route& b) {
  return std::lexicographical_compare(
      a.segments.begin(), a.segments.end(), b.segments.begin(), b.segments.end(),
      [](const Segment& x, const Segment& y) { return x.kind < y.kind; });
}

bool Router::SamePattern(const Route& a, const Route& b) {
  return std::equal(a.segments.begin(), a.segments.end(), b.segments.begin(), b.segments.end(),
                    [](const Segment& x, const Segment& y) {
                      return x.kind == y.kind &&
                             (x.kind != SegmentKind::kLiteral || x.text == y.text);
                    });
}

}  // namespace ocean::http
