// Sums and maxima over the threads of a warp or a block, in a fixed order: the same bits every time.
//
// All threads of the warp or block take part. A block has a multiple of 32 in one dimension.
#pragma once

#define ALL_LANES 0xFFFFFFFFu

// In every lane.
template <typename T>
__device__ inline T warp_sum(T value) {
    for (int delta = 16; delta > 0; delta /= 2) {
        value += __shfl_xor_sync(ALL_LANES, value, delta);
    }
    return value;
}

// In every lane; NaN if any value is.
template <typename T>
__device__ inline T warp_max(T value) {
    for (int delta = 16; delta > 0; delta /= 2) {
        T other = __shfl_xor_sync(ALL_LANES, value, delta);
        value = other > value || other != other ? other : value;
    }
    return value;
}

// In every thread. May be called again at once.
template <typename T>
__device__ inline T block_sum(T value) {
    __shared__ T of_warp[32];
    value = warp_sum(value);
    if (blockDim.x == 32) return value;
    __syncthreads();
    if (threadIdx.x % 32 == 0) of_warp[threadIdx.x / 32] = value;
    __syncthreads();
    T sum = 0;
    for (int w = 0; w < blockDim.x / 32; w++) sum += of_warp[w];
    return sum;
}
