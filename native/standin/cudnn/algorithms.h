// cuDNN's convolution algorithms, as cuDNN 9.24 has them for the GPU that the stand-in passes for.
// All are computed the same way; what differs is what they refuse, the workspace they want, and
// whether cuDNN calls them deterministic.
#pragma once

#include <vector>

#include "convolution.h"

struct Algorithm {
    int id;
    const char* name;  // without what all names have
    Determinism determinism;
    bool tensor_cores;  // there is a second version for tensor cores
    bool (*is_supported)(const Convolution&);
    size_t (*workspace)(const Convolution&);  // not on tensor cores
};

// All algorithms of a pass, the one expected to be the fastest first.
const std::vector<Algorithm>& forward_algorithms();
const std::vector<Algorithm>& backward_data_algorithms();
const std::vector<Algorithm>& backward_filter_algorithms();

// Whether an engine for it is there that does this convolution.
bool is_there(const Algorithm& algorithm, const Convolution& v);

// Whether the algorithm runs on tensor cores if the descriptor's math type is this.
bool on_tensor_cores(const Algorithm& algorithm, const Convolution& v, MathType math);

// What a descriptor must say to have the algorithm with tensor cores, or without.
MathType math_with_tensor_cores(const Convolution& v);
MathType math_without(const Convolution& v);

// The bytes that the algorithm wants, as the descriptor's math type has it run.
size_t workspace_bytes(const Algorithm& algorithm, const Convolution& v, MathType math);

// Refuses an unknown algorithm (bad parameter) and one that cannot do this convolution.
const Algorithm& algorithm(const std::vector<Algorithm>& all, int id, const Convolution& v);
