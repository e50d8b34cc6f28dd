// Gated linear unit: one half of x weighed by the sigmoid of the other.
//
//   x, dx  (outer, 2, half)
//   y, dy  (outer, half)
//
//   y = a s(b)        da = dy s(b)        db = dy a s(b) s(-b)        a, b the halves of x
//
// Launch: any 1-d block and grid; a thread takes an element of y.

#include "index.cuh"
#include "real.cuh"

__device__ static double sigmoid(double x) { return 1 / (1 + exp(-x)); }

extern "C" __global__ void glu_forward(const real* x, real* y, int half, long long n) {
    FOR_EACH(k, n) {
        long long i = k + (unsigned)k / half * (long long)half;
        y[k] = (real)(x[i] * sigmoid(x[i + half]));
    }
}

extern "C" __global__ void glu_backward(const real* x, const real* dy, real* dx, int half,
                                        long long n) {
    FOR_EACH(k, n) {
        long long i = k + (unsigned)k / half * (long long)half;
        double b = x[i + half], s = sigmoid(b);
        dx[i] = (real)(dy[k] * s);
        dx[i + half] = (real)(dy[k] * (double)x[i] * s * sigmoid(-b));
    }
}
