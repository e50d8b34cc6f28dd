// Adam and AdamW over all parameters, in step t of learning rate lr:
//
//   w <- w - lr decay w                         (decoupled: AdamW)
//   g <- dw + decay w                           (else)
//   m <- beta1 m + (1 - beta1) g
//   v <- beta2 v + (1 - beta2) g^2
//   u <- amsgrad ? max(u, v) : v
//   w <- w - lr / (1 - beta1^t) m / (sqrt(u) / sqrt(1 - beta2^t) + eps)
//
// slot[0] is m, slot[1] v, slot[2] u with amsgrad. dw keeps its values. What depends on t alone is
// computed once a block, in float64.
//
// Launch: as parameters.cuh says.
//
// Spills: some 24 bytes on sm_120, which ptxas 13.0 chooses itself: it may take 255 registers.

#include "parameters.cuh"

extern "C" __global__ void __launch_bounds__(THREADS)
    adam(const Chunk* chunks, const double* control, double beta1, double beta2, real eps,
         int amsgrad, int decoupled) {
    __shared__ double correction[2];
    if (threadIdx.x == 0) {
        correction[0] = 1 - pow(beta1, control[STEP]);
        correction[1] = sqrt(1 - pow(beta2, control[STEP]));
    }
    __syncthreads();
    Chunk chunk = chunks[blockIdx.x];
    double rate = rate_of(chunk, control);
    real step = (real)(rate / correction[0]);
    real root = (real)correction[1];
    real keep = (real)(decoupled ? 1 - rate * chunk.decay : 1);
    real pull = (real)(decoupled ? 0 : chunk.decay);
    real b1 = (real)beta1, b2 = (real)beta2, c1 = (real)(1 - beta1), c2 = (real)(1 - beta2);
    FOR_EACH_IN(chunk, i) {
        real w = chunk.w[i];
        real g = chunk.dw[i] + pull * w;
        real m = b1 * chunk.slot[0][i] + c1 * g;
        real v = b2 * chunk.slot[1][i] + c2 * g * g;
        real u = v;
        if (amsgrad) {
            real before = chunk.slot[2][i];
            u = before > v || before != before ? before : v;
            chunk.slot[2][i] = u;
        }
        chunk.slot[0][i] = m;
        chunk.slot[1][i] = v;
        chunk.w[i] = keep * w - step * m / (sqrt(u) / root + eps);
    }
}
