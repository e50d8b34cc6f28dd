// Sums over the elements of each channel of a tensor (N, C, P), shared out among several blocks.
//
// Block b takes share b % shares of channel b / shares. Its sums go to element b of a table
// (C, shares), whose rows sum.cu adds up.
#pragma once

// What a kernel needs to know of the tensor.
struct Channels {
    int batch;
    int channels;
    int positions;
    int shares;
};

__device__ inline int channel(const Channels& t) { return blockIdx.x / t.shares; }

// The index of each element of the block's share, given to its threads in turn.
#define FOR_EACH_OF_CHANNEL(t, i)                                                              \
    for (long long of_ = (long long)(t).batch * (t).positions,                                 \
                   part_ = (of_ + (t).shares - 1) / (t).shares,                                \
                   first_ = blockIdx.x % (t).shares * part_,                                   \
                   last_ = first_ + part_ < of_ ? first_ + part_ : of_,                        \
                   k_ = first_ + threadIdx.x, i = 0;                                           \
         k_ < last_ && (i = channel_element(t, k_), true); k_ += blockDim.x)

__device__ inline long long channel_element(const Channels& t, long long k) {
    unsigned n = (unsigned)k / t.positions;
    return ((long long)n * t.channels + channel(t)) * t.positions + (unsigned)k % t.positions;
}
