// Permute: dimensions in another order.
//
//   x, dx
//   y, dy  the same elements; t has y's sizes, and in a the strides of x
//
//   y[k] = x[a(k)]        dx[a(k)] = dy[k]
//
// Launch: any 1-d block and grid; a thread takes an element of y. Every element of x has one of y.

#include "index.cuh"
#include "overlay.cuh"
#include "real.cuh"

extern "C" __global__ void permute_forward(Overlay t, const real* x, real* y, long long n) {
    FOR_EACH(k, n) {
        long long a, b;
        locate(t, k, &a, &b);
        y[k] = x[a];
    }
}

extern "C" __global__ void permute_backward(Overlay t, const real* dy, real* dx, long long n) {
    FOR_EACH(k, n) {
        long long a, b;
        locate(t, k, &a, &b);
        dx[a] = dy[k];
    }
}
