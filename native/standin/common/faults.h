// Faults that a test has planted: RETROGRAD_STANDIN_FAULT=<kind>[:<detail>][,<kind>...].
#pragma once

#include <string>

#include "standin.h"

namespace standin {

bool planted(const char* kind);

// Whether a planted fault of the kind strikes at this place. A detail that is a number n has it
// strike the n-th time that a place is reached, another one only the place of that name; without
// one it strikes at every place.
STANDIN_API bool strikes(const char* kind, const std::string& place);

}  // namespace standin
