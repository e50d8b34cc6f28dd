// Adamax over all parameters, in step t of learning rate lr:
//
//   g <- dw + decay w
//   m <- beta1 m + (1 - beta1) g
//   u <- max(beta2 u, |g| + eps)                NaN where either is
//   w <- w - lr / (1 - beta1^t) m / u
//
// slot[0] is m, slot[1] u. dw keeps its values. The factor of the step is computed once a block, in
// float64.
//
// Launch: as parameters.cuh says.

#include "parameters.cuh"

extern "C" __global__ void __launch_bounds__(THREADS)
    adamax(const Chunk* chunks, const double* control, double beta1, real beta2, real eps) {
    Chunk chunk = chunks[blockIdx.x];
    __shared__ double rate;
    if (threadIdx.x == 0) rate = rate_of(chunk, control) / (1 - pow(beta1, control[STEP]));
    __syncthreads();
    real decay = (real)chunk.decay;
    real step = (real)rate, b1 = (real)beta1, c1 = (real)(1 - beta1);
    FOR_EACH_IN(chunk, i) {
        real g = chunk.dw[i] + decay * chunk.w[i];
        real m = b1 * chunk.slot[0][i] + c1 * g;
        real old = beta2 * chunk.slot[1][i];
        real now = fabs(g) + eps;
        real u = old > now || old != old ? old : now;
        chunk.slot[0][i] = m;
        chunk.slot[1][i] = u;
        chunk.w[i] -= step * m / u;
    }
}
