// Axpy: a multiple of one vector is added to another.
//
//   x  (N)
//   y  (N)  y[i] = a x[i] + y[i], rounded once
//
// Launch: any 1-d block and grid; threads stride over N. x and y may be the same, not overlap.

#include "index.cuh"
#include "real.cuh"

extern "C" __global__ void axpy(real a, const real* x, real* y, long long n) {
    FOR_EACH(i, n) y[i] = fma(a, x[i], y[i]);
}
