#pragma once
/// @file `ocean config env`: every setting of an integration, as variables.

namespace ocean::cli {

/// Prints each setting's variable with its meaning and default, those without a default commented out; and at the end what is known and changes nothing.
int PrintSettings();

}  // namespace ocean::cli
