/// @file Walks whose pages say themselves what comes next: tokens, links, GraphQL's cursors.

#include <algorithm>
#include <memory>
#include <unordered_set>

#include "link_header.hpp"
#include "ocean/base/error.hpp"
#include "ocean/base/hash.hpp"
#include "ocean/base/text.hpp"
#include "ocean/http/paging.hpp"
#include "page.hpp"
#include "url.hpp"

namespace ocean::http {
namespace {

/// Pages without items that a walk passes over before it is taken for endless.
constexpr int kMaxEmptyPages = 100;

/// A style of paging: how an answer is read, and what the next request is.
class CursorStyle {
 public:
  virtual ~CursorStyle() = default;
  virtual Page Read(const Response& response) = 0;
  /// Turns the request to the page after `page`. Returns what names that page, or nothing at the end.
  virtual std::optional<std::string> Turn(const Page& page, PageRequest& request) = 0;
  /// Turns the request to the page that Turn once named so.
  virtual void GoTo(const std::string& cursor, PageRequest& request) = 0;
  /// Whether what Turn returned last leads to the same place while items come and go.
  virtual bool IsStable() const = 0;
  /// What leads from page to page, for messages.
  virtual std::string Noun() const = 0;
};

class CursorWalk {
 public:
  CursorWalk(Client client, PageRequest request, std::unique_ptr<CursorStyle> style)
      : client_(std::move(client)),
        first_(std::move(request)),
        request_(first_),
        style_(std::move(style)) {}

  std::optional<Batch> Next(const std::stop_token& stop);
  std::string Collection() const;
  PageRange::Place Place() const { return {cursor_, !cursor_ || style_->IsStable()}; }
  void GoTo(const std::optional<std::string>& cursor);

 private:
  void Advance(const Page& page);

  Client client_;
  const PageRequest first_;
  PageRequest request_;
  const std::unique_ptr<CursorStyle> style_;
  bool ended_ = false;
  /// Leads to the next page.
  std::optional<std::string> cursor_;
  std::unordered_set<Hash128> seen_;
};

std::optional<Batch> CursorWalk::Next(const std::stop_token& stop) {
  for (int empty_pages = 0; !ended_; ++empty_pages) {
    Page page = style_->Read(client_.Send(request_.Get(), stop));
    Advance(page);
    if (!page.items.empty()) {
      Batch batch(std::move(page.items), page.bytes);
      if (!page.doubt.empty()) batch.MarkDoubtful(page.doubt);
      return batch;
    }
    // Without items there is no batch to carry a doubt.
    if (!page.doubt.empty()) ThrowBadPage(page.source, page.doubt);
    if (empty_pages == kMaxEmptyPages) {
      ThrowBadPage(page.source, std::to_string(kMaxEmptyPages) + " pages without items");
    }
  }
  return std::nullopt;
}

void CursorWalk::Advance(const Page& page) {
  std::optional<std::string> next;
  if (!page.answer.is_null()) next = style_->Turn(page, request_);
  ended_ = !next;
  cursor_ = next;
  if (next && !seen_.insert(HashBytes(*next)).second) {
    ThrowBadPage(page.source, "repeated page: " + style_->Noun() + " came a second time");
  }
}

std::string CursorWalk::Collection() const {
  const Request& request = first_.Get();
  return HashBytes(DumpJson({static_cast<int>(request.method),
                             WithQuery(AbsoluteUrl(client_.base_url(), request.url), request.query),
                             request.body}))
      .Hex();
}

void CursorWalk::GoTo(const std::optional<std::string>& cursor) {
  request_ = first_;
  seen_.clear();
  ended_ = false;
  cursor_ = cursor;
  if (cursor) style_->GoTo(*cursor, request_);
}

bool IsNumber(std::string_view text) {
  return !text.empty() && text.find_first_not_of("0123456789") == std::string_view::npos;
}

/// A token that counts pages or items.
bool Counts(const Json& token) {
  return IsNumber(token.is_string() ? token.get<std::string>() : DumpJson(token));
}

/// True for a cursor that leads on.
bool IsCursor(const Json* value) {
  return value && !value->is_null() && *value != Json("");
}

[[noreturn]] void ThrowMissingCursor(const Page& page, const std::string& place) {
  ThrowBadPage(page.source, "the answer says that there are more pages but has no '" + place + "'");
}

class TokenStyle : public CursorStyle {
 public:
  explicit TokenStyle(TokenPaging paging) : paging_(std::move(paging)) {}

  Page Read(const Response& response) override { return Page::Parse(response, paging_.items_path); }

  std::optional<std::string> Turn(const Page& page, PageRequest& request) override {
    const std::optional<bool> has_more =
        page.HasMore(paging_.has_more_path, paging_.last_page_path);
    const Json token = TokenOf(page);
    if (has_more == true && !IsCursor(&token)) ThrowMissingCursor(page, Place());
    if (has_more == false || !IsCursor(&token)) return std::nullopt;
    request.Set(paging_.token_parameter, token);
    counts_ = Counts(token);
    return DumpJson(token);
  }

  void GoTo(const std::string& cursor, PageRequest& request) override {
    request.Set(paging_.token_parameter, ParseJson(cursor, "a token that was kept"));
  }

  bool IsStable() const override {
    return paging_.stable_cursors.value_or(!counts_ || !paging_.last_item_path.empty());
  }

  std::string Noun() const override { return "'" + paging_.token_parameter + "'"; }

 private:
  Json TokenOf(const Page& page) const {
    if (!paging_.token_header.empty()) {
      return page.headers.Get(paging_.token_header).value_or("");
    }
    const bool of_item = !paging_.last_item_path.empty();
    if (of_item && page.items.empty()) return nullptr;
    const Json* token = of_item ? FindPath(page.items.back(), paging_.last_item_path)
                                : FindPath(page.answer, paging_.token_path);
    if (of_item && !IsCursor(token)) {
      ThrowBadPage(page.source, "the last item has no '" + paging_.last_item_path + "'");
    }
    return token ? *token : Json();
  }

  std::string Place() const {
    if (!paging_.token_header.empty()) return paging_.token_header;
    return paging_.last_item_path.empty() ? paging_.token_path : paging_.last_item_path;
  }

  const TokenPaging paging_;
  bool counts_ = false;
};

/// Whether nothing but digits differs between the queries: then the link counts pages or items.
bool OnlyCounts(const std::string& from, const std::string& to) {
  const auto query = [](const std::string& url) {
    const std::size_t mark = url.find('?');
    return mark == std::string::npos ? Query() : DecodeQuery(url.substr(mark + 1));
  };
  const Query before = query(from);
  const Query after = query(to);
  return std::all_of(after.begin(), after.end(), [&](const auto& parameter) {
    return IsNumber(parameter.second) ||
           std::find(before.begin(), before.end(), parameter) != before.end();
  });
}

/// Follows URLs that answers give, within the host of the first request.
class UrlStyle : public CursorStyle {
 public:
  UrlStyle(const Client& client, const Request& request, std::string items_path,
           std::optional<bool> stable)
      : url_(WithQuery(AbsoluteUrl(client.base_url(), request.url), request.query)),
        first_url_(url_),
        items_path_(std::move(items_path)),
        stable_(stable) {}

  Page Read(const Response& response) override { return Page::Parse(response, items_path_); }

  std::optional<std::string> Turn(const Page& page, PageRequest& request) override {
    const std::optional<std::string> link = LinkOf(page);
    if (!link || link->empty()) return std::nullopt;
    const std::optional<std::string> target = ResolveUrl(url_, *link);
    std::optional<std::string> next;
    if (target) next = OnOrigin(*target, Origin(url_));
    if (!next) {
      ThrowBadPage(page.source, "the link to the next page leads to another host, " +
                                    (target ? Origin(*target) : "or nowhere"));
    }
    if (*next == first_url_) ThrowBadPage(page.source, "repeated page: " + Noun() + " leads back");
    counts_ = OnlyCounts(url_, *next);
    url_ = *next;
    request.SetUrl(url_);
    return url_;
  }

  void GoTo(const std::string& cursor, PageRequest& request) override {
    url_ = cursor;
    request.SetUrl(url_);
  }

  bool IsStable() const override { return stable_.value_or(!counts_); }

  std::string Noun() const override { return "the link to the next page"; }

 private:
  virtual std::optional<std::string> LinkOf(const Page& page) const = 0;

  std::string url_;
  const std::string first_url_;
  const std::string items_path_;
  const std::optional<bool> stable_;
  bool counts_ = false;
};

class LinkStyle : public UrlStyle {
 public:
  LinkStyle(const Client& client, const Request& request, LinkPaging paging)
      : UrlStyle(client, request, paging.items_path, paging.stable_cursors),
        relation_(std::move(paging.relation)) {}

 private:
  std::optional<std::string> LinkOf(const Page& page) const override {
    return FindLink(page.headers, relation_);
  }

  const std::string relation_;
};

class NextLinkStyle : public UrlStyle {
 public:
  NextLinkStyle(const Client& client, const Request& request, NextLinkPaging paging)
      : UrlStyle(client, request, paging.items_path, paging.stable_cursors),
        path_(std::move(paging.next_path)) {}

 private:
  std::optional<std::string> LinkOf(const Page& page) const override {
    const Json* link = FindPath(page.answer, path_);
    if (!IsCursor(link)) return std::nullopt;
    if (!link->is_string()) {
      ThrowBadPage(page.source,
                   "'" + path_ + "' is no URL but this: " + std::string(TypeName(*link)));
    }
    return link->get<std::string>();
  }

  const std::string path_;
};

/// What the codes of GraphQL servers mean.
ErrorKind KindOfCode(const std::string& code) {
  static constexpr std::pair<std::string_view, ErrorKind> kKinds[] = {
      {"RATE_LIMITED", ErrorKind::kRateLimited},
      {"RATELIMITED", ErrorKind::kRateLimited},
      {"UNAUTHENTICATED", ErrorKind::kAuth},
      {"AUTHENTICATION_ERROR", ErrorKind::kAuth},
      {"UNAUTHORIZED", ErrorKind::kAuth},
      {"FORBIDDEN", ErrorKind::kForbidden},
      {"INSUFFICIENT_SCOPES", ErrorKind::kForbidden},
      {"NOT_FOUND", ErrorKind::kNotFound},
      {"INTERNAL_SERVER_ERROR", ErrorKind::kTransient},
      {"SERVICE_UNAVAILABLE", ErrorKind::kTransient},
      {"TIMEOUT", ErrorKind::kTransient},
  };
  for (const auto& [name, kind] : kKinds) {
    if (ToUpper(code) == name) return kind;
  }
  return ErrorKind::kPermanent;
}

void ThrowGraphQlErrors(const Page& page) {
  const Json& errors = Get(page.answer, "errors");
  if (!errors.is_array() || errors.empty()) return;
  const Json& first = errors.front();
  const std::string code = GetString(first, "type", GetString(Get(first, "extensions"), "code"));
  std::string text = page.source + " answered with an error: " + GetString(first, "message", code);
  if (errors.size() > 1) text += " (and " + std::to_string(errors.size() - 1) + " more)";
  throw Error(KindOfCode(code), text);
}

class GraphQlStyle : public CursorStyle {
 public:
  explicit GraphQlStyle(GraphQlPaging paging) : paging_(std::move(paging)) {}

  Page Read(const Response& response) override {
    Page page = Page::Parse(response);
    if (response.declared_empty) return page;
    ThrowGraphQlErrors(page);
    const bool has_nodes = FindPath(page.answer, Member("nodes")) != nullptr;
    page.items = TakeList(page.answer, Member(has_nodes ? "nodes" : "edges"), page.source);
    if (!has_nodes) UnwrapEdges(page.items);
    const auto withheld =
        std::erase_if(page.items, [](const Json& node) { return node.is_null(); });
    if (withheld > 0) page.doubt = "the server withheld " + std::to_string(withheld) + " nodes";
    return page;
  }

  std::optional<std::string> Turn(const Page& page, PageRequest& request) override {
    const std::optional<bool> has_more = page.Flag(Member("pageInfo.hasNextPage"));
    if (!has_more)
      ThrowBadPage(page.source, "the answer has no '" + Member("pageInfo.hasNextPage") + "'");
    if (!*has_more) return std::nullopt;
    const Json* cursor = FindPath(page.answer, Member("pageInfo.endCursor"));
    if (!IsCursor(cursor)) ThrowMissingCursor(page, Member("pageInfo.endCursor"));
    Set(*cursor, request);
    counts_ = Counts(*cursor);
    return DumpJson(*cursor);
  }

  void GoTo(const std::string& cursor, PageRequest& request) override {
    Set(ParseJson(cursor, "a cursor that was kept"), request);
  }

  bool IsStable() const override { return !counts_; }

  std::string Noun() const override { return "'" + paging_.cursor_variable + "'"; }

 private:
  std::string Member(const std::string& name) const { return paging_.connection_path + "." + name; }

  void Set(const Json& cursor, PageRequest& request) const {
    request.Set("variables." + paging_.cursor_variable, cursor);
  }

  static void UnwrapEdges(std::vector<Json>& edges) {
    for (Json& edge : edges) {
      Json* node = FindPath(edge, "node");
      edge = node ? Json(std::move(*node)) : Json();
    }
  }

  const GraphQlPaging paging_;
  bool counts_ = false;
};

Request GraphQlRequest(Request request, const GraphQlPaging& paging) {
  Json variables = paging.variables;
  if (!paging.size_variable.empty()) variables[paging.size_variable] = paging.page_size;
  request.method = Method::kPost;
  request.retryable = true;  // a query changes nothing
  request.body = DumpJson({{"query", paging.query}, {"variables", std::move(variables)}});
  return request;
}

PageRange RangeOf(Client client, PageRequest request, std::unique_ptr<CursorStyle> style) {
  auto walk = std::make_shared<CursorWalk>(std::move(client), std::move(request), std::move(style));
  return {[walk](const std::stop_token& stop) { return walk->Next(stop); },
          {.collection = walk->Collection(),
           .place = [walk] { return walk->Place(); },
           .go_to = [walk](const auto& cursor) { walk->GoTo(cursor); }}};
}

}  // namespace

PageRange TokenPages(Client client, Request request, TokenPaging paging) {
  PageRequest pages(std::move(request), paging.place);
  return RangeOf(std::move(client), std::move(pages),
                 std::make_unique<TokenStyle>(std::move(paging)));
}

PageRange LinkPages(Client client, Request request, LinkPaging paging) {
  auto style = std::make_unique<LinkStyle>(client, request, std::move(paging));
  return RangeOf(std::move(client), {std::move(request), ParameterPlace::kQuery}, std::move(style));
}

PageRange NextLinkPages(Client client, Request request, NextLinkPaging paging) {
  auto style = std::make_unique<NextLinkStyle>(client, request, std::move(paging));
  return RangeOf(std::move(client), {std::move(request), ParameterPlace::kQuery}, std::move(style));
}

PageRange GraphQlPages(Client client, Request request, GraphQlPaging paging) {
  PageRequest pages(GraphQlRequest(std::move(request), paging), ParameterPlace::kBody);
  return RangeOf(std::move(client), std::move(pages),
                 std::make_unique<GraphQlStyle>(std::move(paging)));
}

}  // namespace ocean::http
