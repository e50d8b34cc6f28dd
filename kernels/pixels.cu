// Pixels: bytes as numbers.
//
//   x  (N)  unsigned, row-major
//   y  (N)  y[i] = x[i] / largest, rounded once
//
// Launch: any 1-d block and grid; threads stride over N.

#include "index.cuh"
#include "real.cuh"

extern "C" __global__ void pixels(const unsigned char* x, real largest, real* y, long long n) {
    FOR_EACH(i, n) y[i] = real(x[i]) / largest;
}
