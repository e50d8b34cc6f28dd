// Transpose: swaps two dimensions.
//
//   x  (outer, P, B, Q, I)
//   y  (outer, Q, B, P, I)  y[o,q,b,p,i] = x[o,p,b,q,i]
//
// Launch: any 1-d block and grid; a thread takes an element of y.

#include "index.cuh"
#include "real.cuh"

extern "C" __global__ void transpose(const real* x, real* y, int p_size, int between, int q_size,
                                     int inner, long long n) {
    FOR_EACH(k, n) {
        unsigned rest = (unsigned)k;
        unsigned i = rest % inner;
        rest /= inner;
        unsigned p = rest % p_size;
        rest /= p_size;
        unsigned b = rest % between;
        rest /= between;
        unsigned q = rest % q_size;
        long long o = rest / q_size;
        y[k] = x[(((o * p_size + p) * between + b) * q_size + q) * inner + i];
    }
}
