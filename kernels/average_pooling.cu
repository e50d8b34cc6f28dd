// Average pooling: the mean of a window.
//
//   x, dx  (N C, in...)   in and out have three dimensions
//   y, dy  (N C, out...)
//
//   y[o]  = sum over all i that o sees of x[i] / divisor(o)
//   dx[i] = sum over all o that see i of dy[o] / divisor(o)
//
// The divisor is the number of positions of o's window in the input, or with padded = 1 in the
// padded input.
//
// Launch: any 1-d block and grid; a thread takes an element of y, in backward one of x. No atomics:
// each dx is summed by one thread in the order of o.

#include "index.cuh"
#include "real.cuh"
#include "window.cuh"

__device__ static real divisor(const Windows& w, long long k, int padded) {
    unsigned rest = (unsigned)k;
    real product = 1;
    for (int axis = 2; axis >= 0; axis--) {
        Window seen = window(w, axis, rest % w.out[axis]);
        product *= (real)(padded ? seen.extent : seen.count);
        rest /= w.out[axis];
    }
    return product;
}

extern "C" __global__ void average_pooling_forward(Windows w, int padded, const real* x, real* y,
                                                   long long n) {
    int size = w.in[0] * w.in[1] * w.in[2];
    FOR_EACH(k, n) {
        real sum = 0;
        for_inputs(w, k, [&](long long plane, int i) { sum += x[plane * size + i]; });
        y[k] = sum / divisor(w, k, padded);
    }
}

extern "C" __global__ void average_pooling_backward(Windows w, int padded, const real* dy, real* dx,
                                                    long long n) {
    FOR_EACH(k, n) {
        real sum = 0;
        for_outputs(w, k, [&](long long o) { sum += dy[o] / divisor(w, o, padded); });
        dx[k] = sum;
    }
}
