// The sub-libraries that libcudnn.so.9 is a front of. Of the stand-in they are empty, and looked for
// beside it: with one missing, calls that need it answer as cuDNN 9.24's do.
#pragma once

// Whether all that the call needs are there; says so if not.
bool has_libraries_of(const char* call);

// Whether there are convolution engines and a heuristic that chooses among them.
bool has_engines();
