// Sums in two stages: partial sums of blocks, then the sum of those.
//
//   x        (N)
//   partial  (R, B)  sum_blocks: R = 1, partial[b] = the sum of the elements block b strides over
//   y        (R)     sum_rows:   y[r] = sum over b of partial[r,b], over `divisor`, rounded once
//
// Both add in float64, in an order that depends on N, B and the block size alone: the same bits
// every time, and exact for integers below 2^53.
//
// Launch: sum_blocks block THREADS, grid B; sum_rows block LANES, grid R. N, R, B >= 1.

#include "index.cuh"
#include "real.cuh"
#include "reduce.cuh"

#define THREADS 256
#define LANES 32

extern "C" __global__ void __launch_bounds__(THREADS)
    sum_blocks(const real* x, double* partial, long long n) {
    double sum = 0;
    FOR_EACH(i, n) sum += x[i];
    sum = block_sum(sum);
    if (threadIdx.x == 0) partial[blockIdx.x] = sum;
}

extern "C" __global__ void __launch_bounds__(LANES)
    sum_rows(const double* partial, real* y, double divisor, int columns) {
    const double* row = partial + (long long)blockIdx.x * columns;
    double sum = 0;
    for (int b = threadIdx.x; b < columns; b += LANES) sum += row[b];
    sum = warp_sum(sum);
    if (threadIdx.x == 0) y[blockIdx.x] = (real)(sum / divisor);
}
