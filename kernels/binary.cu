// Two tensors combined, one of whose elements may count for several of the other's; sums over what
// an element counts for; a tensor scaled.
//
//   y (N)             y[k] = a[a(k)] + b[b(k)], their difference, or their product
//   to (K)            to[i] = factor sum whole[a(i) + a'(j)] other[b(i) + b'(j)] over j < terms
//   y (N)             y[k] = factor x[a(k)]
//
// Without other all its elements are 1.
//
// Launch: binary_forward and scale any 1-d block and grid; binary_sum a block for each element of to,
// a multiple of 32. Sums in float64, in an order that depends on the sizes alone.

#include "index.cuh"
#include "overlay.cuh"
#include "real.cuh"
#include "reduce.cuh"

// operation.Elementwise.Binary.Kind
enum Kind { ADD, SUB, MUL };

__device__ static real combined(int kind, real a, real b) {
    switch (kind) {
        case ADD: return a + b;
        case SUB: return a - b;
        case MUL: return a * b;
    }
    return (real)nan("");
}

extern "C" __global__ void binary_forward(Overlay t, int kind, const real* a, const real* b,
                                          real* y, long long n) {
    FOR_EACH(k, n) {
        long long in_a, in_b;
        locate(t, k, &in_a, &in_b);
        y[k] = combined(kind, a[in_a], b[in_b]);
    }
}

extern "C" __global__ void binary_sum(Overlay kept, Overlay terms, const real* whole,
                                      const real* other, real* to, double factor, long long n) {
    long long a, b;
    locate(kept, blockIdx.x, &a, &b);
    double sum = 0;
    for (long long j = threadIdx.x; j < n; j += blockDim.x) {
        long long more_a, more_b;
        locate(terms, j, &more_a, &more_b);
        double term = whole[a + more_a];
        sum += other ? term * other[b + more_b] : term;
    }
    sum = block_sum(sum);
    if (threadIdx.x == 0) to[blockIdx.x] = (real)(factor * sum);
}

extern "C" __global__ void scale(Overlay t, const real* x, double factor, real* y, long long n) {
    FOR_EACH(k, n) {
        long long a, b;
        locate(t, k, &a, &b);
        y[k] = (real)(factor * x[a]);
    }
}
