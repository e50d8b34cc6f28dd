// Bias: one number for each channel is added to a tensor; its gradient is a sum over the rest.
//
//   b   (C)
//   y   (N, C, P)  y[n,c,p] += b[c]
//   dy  (N, C, P)
//   db  (C)        db[c] = sum over n, p of dy[n,c,p]
//
// A linear map has P = 1. Sums are taken in float64 in an order that depends on N, C and P alone.
//
// Launch: bias_forward any 1-d block and grid; bias_backward block THREADS, grid C.

#include "index.cuh"
#include "real.cuh"
#include "reduce.cuh"

#define THREADS 256

extern "C" __global__ void bias_forward(const real* b, real* y, int channels, int positions,
                                        long long n) {
    FOR_EACH(i, n) y[i] += b[i / positions % channels];
}

extern "C" __global__ void __launch_bounds__(THREADS)
    bias_backward(const real* dy, real* db, int batch, int channels, int positions) {
    int c = blockIdx.x;
    long long of_channel = (long long)batch * positions;
    double sum = 0;
    for (long long i = threadIdx.x; i < of_channel; i += THREADS) {
        sum += dy[(i / positions * channels + c) * positions + i % positions];
    }
    sum = block_sum<THREADS>(sum);
    if (threadIdx.x == 0) db[c] = (real)sum;
}
