// Where two arrays differ.
//
//   counts  (blocks)  how many of the elements that a block's threads take have
//                     |a[i] - b[i]| > tolerance, or a NaN in one of them
//
// Launch: any 1-d grid, blocks of a multiple of 32 threads; threads stride over N.

#include "index.cuh"
#include "real.cuh"
#include "reduce.cuh"

extern "C" __global__ void count_differences(const real* a, const real* b, double tolerance,
                                             double* counts, long long n) {
    double count = 0;
    FOR_EACH(i, n) {
        if (!(fabs((double)a[i] - (double)b[i]) <= tolerance)) count++;
    }
    count = block_sum(count);
    if (threadIdx.x == 0) counts[blockIdx.x] = count;
}
