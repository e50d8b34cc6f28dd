// Add: the sum of two tensors.
//
//   a, b  (N)
//   y     (N)  y[i] = a[i] + b[i]
//
// Launch: any 1-d block and grid. y may be a or b.

#include "index.cuh"
#include "real.cuh"

extern "C" __global__ void add(const real* a, const real* b, real* y, long long n) {
    FOR_EACH(i, n) y[i] = a[i] + b[i];
}
