// Fill: one value for all elements.
//
//   y  (N)  y[i] = value
//
// Launch: any 1-d block and grid; threads stride over N, so N may be larger than the grid.

#include "index.cuh"
#include "real.cuh"

extern "C" __global__ void fill(real* y, real value, long long n) {
    FOR_EACH(i, n) y[i] = value;
}
