#pragma once
/// @file Everything an integration needs.

#include "ocean/app/integration.hpp"
#include "ocean/app/webhook.hpp"
#include "ocean/base/batch.hpp"
#include "ocean/base/error.hpp"
#include "ocean/base/json.hpp"
#include "ocean/base/secret.hpp"
#include "ocean/base/text.hpp"
#include "ocean/http/client.hpp"
#include "ocean/http/paging.hpp"
#include "ocean/http/signature.hpp"
#include "ocean/sync/resync_context.hpp"
