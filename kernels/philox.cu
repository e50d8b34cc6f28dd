// Random numbers by Philox: the same ones as the reference draws, in any order.
//
//   y     (N)  philox_uniform: bound (2 u[i] - 1), u[i] uniform in [0, 1), a multiple of 2^-32
//              philox_normal:  deviation sqrt(-2 log(1 - u[2i])) cos(2 pi u[2i + 1])
//   keep  (N)  philox_mask:    1 where the bits of i are at least `threshold`, else 0
//
// Computed in float64 and rounded once. With threshold = ceil(p 2^32), P(keep[i] = 0) = p.
//
// Launch: any 1-d block and grid; a thread draws four words, two normal numbers, at a time.

#include "philox.cuh"
#include "real.cuh"

__device__ static double uniform(unsigned bits) { return bits * (1.0 / 4294967296.0); }

extern "C" __global__ void philox_uniform(real* y, double bound, unsigned long long seed,
                                          unsigned long long stream, long long n) {
    long long step = (long long)gridDim.x * blockDim.x;
    for (long long b = (long long)blockIdx.x * blockDim.x + threadIdx.x; 4 * b < n; b += step) {
        PhiloxWords bits = philox(seed, stream, b);
        for (int k = 0; k < 4 && 4 * b + k < n; k++) {
            y[4 * b + k] = (real)(bound * (2 * uniform(bits.word[k]) - 1));
        }
    }
}

extern "C" __global__ void philox_normal(real* y, double deviation, unsigned long long seed,
                                         unsigned long long stream, long long n) {
    const double two_pi = 6.283185307179586;
    long long step = (long long)gridDim.x * blockDim.x;
    for (long long b = (long long)blockIdx.x * blockDim.x + threadIdx.x; 2 * b < n; b += step) {
        PhiloxWords bits = philox(seed, stream, b);
        for (int k = 0; k < 2 && 2 * b + k < n; k++) {
            double radius = sqrt(-2 * log(1 - uniform(bits.word[2 * k])));
            double angle = two_pi * uniform(bits.word[2 * k + 1]);
            y[2 * b + k] = (real)(deviation * (radius * cos(angle)));
        }
    }
}

extern "C" __global__ void philox_mask(unsigned char* keep, unsigned long long threshold,
                                       unsigned long long seed, unsigned long long stream,
                                       long long n) {
    long long step = (long long)gridDim.x * blockDim.x;
    for (long long b = (long long)blockIdx.x * blockDim.x + threadIdx.x; 4 * b < n; b += step) {
        PhiloxWords bits = philox(seed, stream, b);
        for (int k = 0; k < 4 && 4 * b + k < n; k++) {
            keep[4 * b + k] = bits.word[k] >= threshold;
        }
    }
}
