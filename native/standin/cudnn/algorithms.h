// cuDNN's convolution algorithms. The stand-in computes all of them the same way; what differs is
// what they refuse, the workspace they want, and whether cuDNN calls them deterministic.
#pragma once

#include <vector>

#include "convolution.h"

struct Algorithm {
    int id;
    Determinism determinism;
    bool tensor_cores;  // there is a second version for CUDNN_TENSOR_OP_MATH
    bool (*is_supported)(const Convolution&);
    size_t (*workspace)(const Convolution&);
};

// All algorithms of a pass, the one expected to be the fastest first.
const std::vector<Algorithm>& forward_algorithms();
const std::vector<Algorithm>& backward_data_algorithms();
const std::vector<Algorithm>& backward_filter_algorithms();

// Refuses an unknown algorithm (bad parameter) and one that cannot do this convolution.
const Algorithm& algorithm(const std::vector<Algorithm>& all, int id, const Convolution& v);

// The bytes of workspace the algorithm wants, which must be there.
size_t workspace(const std::vector<Algorithm>& all, int id, const Convolution& v,
                 const void* workspace, size_t bytes);
