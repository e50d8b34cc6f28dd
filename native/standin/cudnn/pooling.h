// Pooling: its descriptor and the windows it slides.
#pragma once

#include "api.h"
#include "math/sum.h"

struct PoolingDescriptor {
    static constexpr const char* KIND = "cuDNN pooling descriptor";
    int rank = 0;  // spatial dimensions
    PoolingMode mode = CUDNN_POOLING_MAX;
    NanPropagation nan = CUDNN_NOT_PROPAGATE_NAN;
    int window[MAX_RANK] = {};
    int padding[MAX_RANK] = {};
    int stride[MAX_RANK] = {};
};

// A pooling that was checked; spatial dimensions are three, 2d ones having depth 1.
struct Pooling {
    PoolingMode mode;
    NanPropagation nan;
    size_t maps;  // images times channels
    standin::Sums sums;
    int in[3], out[3], window[3], padding[3], stride[3];

    size_t in_size() const { return static_cast<size_t>(in[0]) * in[1] * in[2]; }
    size_t out_size() const { return static_cast<size_t>(out[0]) * out[1] * out[2]; }
    // The places of the input under the window of an output, in row-major order; padding left out.
    std::vector<size_t> under(size_t output) const;
    // What an average divides by.
    double divisor(size_t inside) const;
    bool is_max() const;
};

// y's spatial dimensions may be greater than cudnnGetPoolingNdForwardOutputDim says, as long as
// every window lies on some of the input: so frameworks round sizes up.
Pooling pooling_of(const PoolingDescriptor* descriptor, const Tensor& x, const Tensor& y);
