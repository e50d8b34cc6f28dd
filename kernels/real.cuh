// The precision of a backend's tensors: REAL, float or double, is given to the compiler.
#pragma once

typedef REAL real;
