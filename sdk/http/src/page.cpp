#include "page.hpp"

#include <algorithm>

#include "ocean/base/error.hpp"
#include "ocean/base/text.hpp"

namespace ocean::http {

const Json* FindPath(const Json& value, std::string_view path) {
  const Json* place = &value;
  while (!path.empty()) {
    if (!place->is_object()) return nullptr;
    auto member = place->find(path);
    const bool is_whole = member != place->end();
    const std::size_t dot = is_whole ? std::string_view::npos : path.find('.');
    if (!is_whole) member = place->find(path.substr(0, dot));
    if (member == place->end()) return nullptr;
    place = &*member;
    path = dot == std::string_view::npos ? std::string_view() : path.substr(dot + 1);
  }
  return place;
}

Json* FindPath(Json& value, std::string_view path) {
  return const_cast<Json*>(FindPath(std::as_const(value), path));
}

void ThrowBadPage(const std::string& source, const std::string& what) {
  throw Error(ErrorKind::kPermanent, source + ": " + what);
}

std::vector<Json> TakeList(Json& answer, const std::string& path, const std::string& source) {
  Json* list = FindPath(answer, path);
  const std::string place = path.empty() ? "" : " at '" + path + "'";
  if (!list) ThrowBadPage(source, "the answer has no list" + place);
  if (!list->is_array()) {
    ThrowBadPage(source,
                 "the answer has no list" + place + " but this: " + std::string(TypeName(*list)));
  }
  return std::move(list->get_ref<Json::array_t&>());
}

Page Page::Parse(const Response& response) {
  return {.source = response.source,
          .bytes = response.body.size(),
          .headers = response.headers,
          .answer = response.ParseBody()};
}

Page Page::Parse(const Response& response, const std::string& items_path) {
  Page page = Parse(response);
  if (!response.declared_empty) page.items = TakeList(page.answer, items_path, page.source);
  return page;
}

std::optional<bool> Page::Flag(const std::string& path) const {
  const Json* place = path.empty() ? nullptr : FindPath(answer, path);
  if (!place || !place->is_boolean()) return std::nullopt;
  return place->get<bool>();
}

std::optional<std::int64_t> Page::Number(const std::string& path) const {
  const Json* place = path.empty() ? nullptr : FindPath(answer, path);
  if (!place || !place->is_number_integer()) return std::nullopt;
  return place->get<std::int64_t>();
}

std::optional<bool> Page::HasMore(const std::string& has_more_path,
                                  const std::string& last_page_path) const {
  if (const std::optional<bool> has_more = Flag(has_more_path)) return has_more;
  const std::optional<bool> is_last = Flag(last_page_path);
  if (!is_last) return std::nullopt;
  return !*is_last;
}

PageRequest::PageRequest(Request request, ParameterPlace place) : request_(std::move(request)) {
  const bool has_body = request_.method != Method::kGet && !request_.body.empty();
  in_body_ = place == ParameterPlace::kBody || (place == ParameterPlace::kAuto && has_body);
  if (!in_body_) return;
  body_ = request_.body.empty() ? Json::object()
                                : ParseJson(request_.body, "the body of a paged request");
}

void PageRequest::Set(const std::string& name, const Json& value) {
  if (!in_body_) {
    return SetInQuery(name, value.is_string() ? value.get<std::string>() : DumpJson(value));
  }
  Json* place = &body_;
  for (const std::string& member : Split(name, '.')) place = &(*place)[member];
  *place = value;
  request_.body = DumpJson(body_);
}

void PageRequest::SetInQuery(const std::string& name, std::string text) {
  Query& query = request_.query;
  const auto found = std::find_if(query.begin(), query.end(),
                                  [&](const auto& pair) { return pair.first == name; });
  if (found == query.end()) {
    query.emplace_back(name, std::move(text));
  } else {
    found->second = std::move(text);
  }
}

void PageRequest::SetUrl(std::string url) {
  request_.url = std::move(url);
  request_.query.clear();
}

}  // namespace ocean::http
