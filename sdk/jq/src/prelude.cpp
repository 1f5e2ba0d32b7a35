#include "prelude.hpp"

#include <map>
#include <utility>

#include "parser.hpp"

namespace ocean::jq {
namespace {

constexpr std::string_view kText = R"jq(
def values: select(. != null);
def nulls: select(. == null);
def booleans: select(type == "boolean");
def numbers: select(type == "number");
def strings: select(type == "string");
def arrays: select(type == "array");
def objects: select(type == "object");
def iterables: select(type | . == "array" or . == "object");
def scalars: select(type | . != "array" and . != "object");
def finites: select(isinfinite or isnan | not);
def normals: select(isnormal);

def map_values(f): .[] |= f;
def recurse(f): def r: ., (f | r); r;
def recurse(f; condition): def r: ., (f | select(condition) | r); r;
def while(condition; update): def loop: if condition then ., (update | loop) else empty end; loop;
def until(condition; update): def loop: if condition then . else update | loop end; loop;
def repeat(f): def loop: f, loop; loop;
def first: .[0];
def last: .[-1];
def nth($index): .[$index];
def nth($index; f): if $index < 0 then error("nth doesn't support negative indices") else first(skip($index; f)) end;
def isempty(f): first((f | false), true);
def any(f; condition): isempty(first(f | condition or empty)) | not;
def any(f): any(.[]; f);
def any: any(.);
def all(f; condition): isempty(first(f | condition and empty));
def all(f): all(.[]; f);
def all: all(.);
def add(f): reduce f as $item (null; . + $item);
def add: add(.[]);
def in(container): . as $key | container | has($key);
def inside(container): . as $part | container | contains($part);
def combinations:
  if length == 0 then [] else .[0][] as $head | .[1:] | combinations | [$head] + . end;
def combinations($count): . as $items | [range($count)] | map($items) | combinations;
def walk(f):
  def inner: if type == "object" then map_values(inner) elif type == "array" then map(inner) else . end | f;
  inner;

def from_entries:
  reduce .[] as $entry ({};
    . + {
      ($entry | if .key == null then .k // .name // .Name // .K // .Key else .key end
       | if type == "string" then . else tojson end):
      ($entry | if has("value") then .value elif has("v") then .v else .Value end)
    });
def with_entries(f): to_entries | map(f) | from_entries;
def paths: path(..) | select(length > 0);
def paths(condition): path(.. | select(condition)) | select(length > 0);
def leaf_paths: paths(scalars);
def del(f): delpaths([path(f)]);
def pick(f): . as $root | reduce path(f) as $path (null; setpath($path; $root | getpath($path)));

def tostream: path(def inner: (.[]? | inner), .; inner) as $path
  | getpath($path) | reduce path(.[]?) as $last ([$path, .]; [$path + $last]);
def fromstream(f): {value: null, done: false} as $start
  | foreach f as $event ($start;
      if .done then $start else . end
      | if $event | length == 2
        then setpath(["done"]; $event[0] | length == 0) | setpath(["value"] + $event[0]; $event[1])
        else setpath(["done"]; $event[0] | length == 1) end;
      if .done then .value else empty end);
def truncate_stream(f): . as $depth | null | f | . as $event
  | if (.[0] | length) > $depth then setpath([0]; .[0][$depth:]) else empty end;

def ascii: [.] | implode;

def todate: strftime("%Y-%m-%dT%H:%M:%SZ");
def fromdateiso8601: strptime("%Y-%m-%dT%H:%M:%SZ") | mktime;
def todateiso8601: todate;
def fromdate: fromdateiso8601;
def date: todate;
def dateadd($unit; $count): . + $count;
def datesub($unit; $count): . - $count;

def INDEX(stream; key): reduce stream as $row ({}; .[$row | key | tostring] |= $row);
def INDEX(key): INDEX(.[]; key);
def IN(set): any(. == set; .);
def IN(source; set): any(source == set; .);
def JOIN($index; key): [.[] | [., $index[key]]];
def JOIN($index; stream; key): stream | [., $index[key]];
def JOIN($index; stream; key; join): stream | [., $index[key]] | join;
)jq";

using Table = std::map<std::pair<std::string_view, std::size_t>, const Expr*>;

struct Prelude {
  Prelude() : first(ParseDefinitions(kText)) {
    for (const Expr* definition = first.get(); definition != nullptr;
         definition = definition->children[1].get()) {
      table.emplace(
          std::pair<std::string_view, std::size_t>(definition->text, definition->parameters.size()),
          definition);
    }
  }

  ExprPtr first;
  Table table;
};

const Table& Definitions() {
  static const Prelude prelude;
  return prelude.table;
}

}  // namespace

const Expr* FindDefinition(std::string_view name, std::size_t arity) {
  const auto found = Definitions().find({name, arity});
  return found == Definitions().end() ? nullptr : found->second;
}

std::vector<std::string> DefinitionNames() {
  std::vector<std::string> names;
  for (const auto& [key, definition] : Definitions())
    names.push_back(definition->text + "/" + std::to_string(key.second));
  return names;
}

}  // namespace ocean::jq
