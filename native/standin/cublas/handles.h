// The live handles.
#pragma once

#include "api.h"

// Ends the run unless the handle is live.
void check_handle(const Handle* handle, const char* call);
