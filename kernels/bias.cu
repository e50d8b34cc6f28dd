// Bias: one number for each channel is added to a tensor; its gradient is a sum over the rest.
//
//   b        (C)
//   y        (N, C, P)    y[n,c,p] += b[c]
//   dy       (N, C, P)
//   partial  (C, shares)  the sums of each channel's shares of dy; db[c] is the sum of a row
//
// A linear map has P = 1. Sums are taken in float64, in an order that depends on the sizes alone.
//
// Launch: bias_forward any 1-d block and grid; bias_backward block up to
// THREADS, a multiple of 32, grid C shares.

#include "channel.cuh"
#include "index.cuh"
#include "real.cuh"
#include "reduce.cuh"

#define THREADS 256

extern "C" __global__ void bias_forward(const real* b, real* y, int channels, int positions,
                                        long long n) {
    FOR_EACH(i, n) y[i] += b[(unsigned)i / positions % channels];
}

extern "C" __global__ void __launch_bounds__(THREADS)
    bias_backward(Channels t, const real* dy, double* partial) {
    double sum = 0;
    FOR_EACH_OF_CHANNEL(t, i) sum += dy[i];
    sum = block_sum(sum);
    if (threadIdx.x == 0) partial[blockIdx.x] = sum;
}
