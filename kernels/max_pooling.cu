// Max pooling: the largest element of a window that slides over each plane.
//
//   x, dx       (N C, in...)   in and out have three dimensions
//   y, dy, top  (N C, out...)
//
//   top[o] = index in its plane of the largest x that output o sees, -1 where it sees none
//   y[o]   = that x, or -infinity
//   dx[i]  = sum over all o that see i with top[o] = i of dy[o]
//
// The first of equal elements wins, and a NaN beats every number (the last of several NaNs).
//
// Launch: any 1-d block and grid; a thread takes an element of y, in backward one of x. No atomics:
// each dx is summed by one thread in the order of o.

#include "index.cuh"
#include "real.cuh"
#include "window.cuh"

#define MINUS_INFINITY ((real)__longlong_as_double(0xFFF0000000000000ll))

extern "C" __global__ void max_pooling_forward(Windows w, const real* x, real* y, int* top,
                                               long long n) {
    unsigned size = w.in[0] * w.in[1] * w.in[2];
    FOR_EACH(k, n) {
        int winner = -1;
        real highest = 0;
        for_inputs(w, k, [&](unsigned plane, int i) {
            real value = x[plane * size + i];
            if (winner < 0 || value > highest || value != value) {
                highest = value;
                winner = i;
            }
        });
        y[k] = winner < 0 ? MINUS_INFINITY : highest;
        top[k] = winner;
    }
}

extern "C" __global__ void max_pooling_backward(Windows w, const int* top, const real* dy, real* dx,
                                                long long n) {
    FOR_EACH(k, n) {
        real sum = 0;
        for_outputs(w, k, [&](int i, unsigned o, const Place&) {
            if (top[o] == i) sum += dy[o];
        });
        dx[k] = sum;
    }
}
