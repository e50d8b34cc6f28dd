// Sum in two stages: a partial sum for each block, then the sum of those.
//
//   x        (N)
//   partial  (B)  sum_blocks: partial[b] = the sum of the elements that block b strides over
//   y        (1)  sum_partials: y[0] = sum of partial[0 ... B - 1], rounded once
//
// Both add in float64, in an order that depends on N, B and the block size alone: the same bits
// every time, and exact for integers below 2^53.
//
// Launch: block THREADS; sum_blocks grid B, sum_partials grid 1. N, B >= 1.

#include "index.cuh"
#include "real.cuh"
#include "reduce.cuh"

#define THREADS 256

extern "C" __global__ void __launch_bounds__(THREADS)
    sum_blocks(const real* x, double* partial, long long n) {
    double sum = 0;
    FOR_EACH(i, n) sum += x[i];
    sum = block_sum<THREADS>(sum);
    if (threadIdx.x == 0) partial[blockIdx.x] = sum;
}

extern "C" __global__ void __launch_bounds__(THREADS)
    sum_partials(const double* partial, real* y, int blocks) {
    double sum = 0;
    for (int b = threadIdx.x; b < blocks; b += THREADS) sum += partial[b];
    sum = block_sum<THREADS>(sum);
    if (threadIdx.x == 0) y[0] = (real)sum;
}
