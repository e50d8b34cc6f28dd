// Dropout: elements are set to zero at random, the others scaled so that the expected value stays.
//
//   x, y  (N)  y[i] = x[i] / (1 - p) where the bits of i are at least ceil(p 2^32), else 0
//
// The bits are Philox's for (seed, stream + step, i), step being control[1]: the same in forward
// and backward, and the reference's. The gradient is the same function of dy.
//
// Launch: any 1-d block and grid; a thread draws the words of four elements at a time. y may be x.

#include "philox.cuh"
#include "real.cuh"

extern "C" __global__ void dropout(const real* x, real* y, const double* control, real p,
                                   unsigned long long threshold, unsigned long long seed,
                                   unsigned long long stream, long long n) {
    unsigned long long of_step = stream + (unsigned long long)control[1];
    long long step = (long long)gridDim.x * blockDim.x;
    for (long long b = (long long)blockIdx.x * blockDim.x + threadIdx.x; 4 * b < n; b += step) {
        PhiloxWords bits = philox(seed, of_step, b);
        for (int k = 0; k < 4 && 4 * b + k < n; k++) {
            long long i = 4 * b + k;
            y[i] = bits.word[k] >= threshold ? x[i] / (1 - p) : 0;
        }
    }
}
