#pragma once
/// @file From expressions to code.

#include <memory>
#include <string_view>

#include "ast.hpp"
#include "code.hpp"
#include "ocean/jq/program.hpp"

namespace ocean::jq {

/// Whether the machine's tracer hears of every expression of a program; `program` must then outlive the code.
enum class Tracing { kOff, kOn };

/// Resolves all names of `program`, whose text is `text`, and simplifies. Throws as ThrowSourceError does.
std::unique_ptr<const Code> CompileExpr(std::string_view text, const Expr& program,
                                        const CompileOptions& options,
                                        Tracing tracing = Tracing::kOff);

}  // namespace ocean::jq
