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

__device__ static real divisor(const Windows& w, const Place& o, int padded) {
    real product = 1;
    for (int axis = 0; axis < 3; axis++) {
        if (axis < 2 && lacks(w, axis)) continue;
        Window seen = window(w, axis, o.at[axis]);
        product *= (real)(padded ? seen.extent : seen.count);
    }
    return product;
}

extern "C" __global__ void average_pooling_forward(Windows w, int padded, const real* x, real* y,
                                                   long long n) {
    unsigned size = w.in[0] * w.in[1] * w.in[2];
    FOR_EACH(k, n) {
        real sum = 0;
        for_inputs(w, k, [&](unsigned plane, int i) { sum += x[plane * size + i]; });
        y[k] = sum / divisor(w, place(w, (unsigned)k, w.out, w.by_out), padded);
    }
}

extern "C" __global__ void average_pooling_backward(Windows w, int padded, const real* dy, real* dx,
                                                    long long n) {
    FOR_EACH(k, n) {
        real sum = 0;
        for_outputs(w, k, [&](int, unsigned e, const Place& o) {
            sum += dy[e] / divisor(w, o, padded);
        });
        dx[k] = sum;
    }
}
