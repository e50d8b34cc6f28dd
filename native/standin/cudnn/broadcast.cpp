#include "broadcast.h"

bool fits(const Tensor& small, const Tensor& large) {
    if (small.rank != large.rank) return false;
    for (int i = 0; i < small.rank; i++) {
        if (small.dims[i] != large.dims[i] && small.dims[i] != 1) return false;
    }
    return true;
}

std::vector<size_t> broadcast(const Tensor& small, const Tensor& large) {
    // The offsets of a tensor as large as `large`, with the dense strides of `small`, or 0.
    Tensor spread = large;
    size_t stride = 1;
    for (int i = small.rank - 1; i >= 0; i--) {
        spread.strides[i] = small.dims[i] == 1 ? 0 : static_cast<int>(stride);
        stride *= static_cast<size_t>(small.dims[i]);
    }
    return spread.offsets();
}
