// Muon over weights as matrices, with learning rate lr:
//
//   m <- momentum m + (1 - momentum) dw
//   u <- nesterov ? momentum m + (1 - momentum) dw : m
//   X <- u / max(|u|, eps)
//   X <- (a 1 + b X X' + c (X X')^2) X        several times; cuBLAS multiplies
//   w <- w - lr decay w - lr X
//
//   squares  (chunks)  muon_momentum: the sum of u^2 over each chunk, in float64
//   gram     (N, N)    X X', or X' X where X has more rows than columns
//   square   (N, N)    gram^2; muon_polynomial: a 1 + b gram + c gram^2 in its place
//
// slot[0] is m, slot[1] u, then X. dw keeps its values. The norm is that of each chunk's parameter, in
// an order that depends on its size alone; NaN stays NaN.
//
// Launch: as parameters.cuh says; muon_polynomial any 1-d block and grid, threads stride over N N.

#include "index.cuh"
#include "parameters.cuh"
#include "reduce.cuh"

extern "C" __global__ void __launch_bounds__(THREADS)
    muon_momentum(const Chunk* chunks, real momentum, real rest, int nesterov, double* squares) {
    Chunk chunk = chunks[blockIdx.x];
    double sum = 0;
    FOR_EACH_IN(chunk, i) {
        real g = chunk.dw[i];
        real m = momentum * chunk.slot[0][i] + rest * g;
        real u = nesterov ? momentum * m + rest * g : m;
        chunk.slot[0][i] = m;
        chunk.slot[1][i] = u;
        sum += (double)u * u;
    }
    sum = block_sum(sum);
    if (threadIdx.x == 0) squares[blockIdx.x] = sum;
}

extern "C" __global__ void __launch_bounds__(THREADS)
    muon_normalize(const Chunk* chunks, const double* squares, double eps) {
    Chunk chunk = chunks[blockIdx.x];
    double sum = 0;
    for (int k = threadIdx.x; k < chunk.chunks; k += THREADS) sum += squares[chunk.first + k];
    double norm = sqrt(block_sum(sum));
    real scale = (real)(1 / (norm < eps ? eps : norm));
    FOR_EACH_IN(chunk, i) chunk.slot[1][i] *= scale;
}

extern "C" __global__ void muon_polynomial(const real* gram, real* square, real a, real b, real c,
                                           int n) {
    FOR_EACH(i, (long long)n * n) {
        real diagonal = i % (n + 1) == 0 ? a : 0;
        square[i] = diagonal + b * gram[i] + c * square[i];
    }
}

extern "C" __global__ void __launch_bounds__(THREADS)
    muon(const Chunk* chunks, const double* control) {
    Chunk chunk = chunks[blockIdx.x];
    double rate = rate_of(chunk, control);
    real step = (real)rate, keep = (real)(1 - rate * chunk.decay);
    FOR_EACH_IN(chunk, i) chunk.w[i] = keep * chunk.w[i] - step * chunk.slot[1][i];
}
