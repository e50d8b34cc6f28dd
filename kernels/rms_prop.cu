// RMSProp over all parameters, with learning rate lr:
//
//   g <- dw + decay w
//   s <- alpha s + (1 - alpha) g^2
//   a <- alpha a + (1 - alpha) g               (a = 0 where not centered)
//   b <- momentum b + g / (sqrt(s - a^2) + eps)
//   w <- w - lr b
//
// slot[0] is s, slot[1] a, slot[2] b. s - a^2 is below 0 by rounding only: 0 is taken then. dw keeps
// its values.
//
// Launch: as parameters.cuh says.
//
// Spills: 4 bytes on sm_120 in float32, which ptxas 13.0 chooses itself: it may take 255 registers.

#include "parameters.cuh"

extern "C" __global__ void __launch_bounds__(THREADS)
    rms_prop(const Chunk* chunks, const double* control, real alpha, real rest, real eps,
             real momentum, int centered) {
    Chunk chunk = chunks[blockIdx.x];
    real rate = (real)rate_of(chunk, control);
    real decay = (real)chunk.decay;
    FOR_EACH_IN(chunk, i) {
        real g = chunk.dw[i] + decay * chunk.w[i];
        real s = alpha * chunk.slot[0][i] + rest * g * g;
        real a = centered ? alpha * chunk.slot[1][i] + rest * g : 0;
        real variance = s - a * a;
        real b = momentum * chunk.slot[2][i] + g / (sqrt(variance < 0 ? 0 : variance) + eps);
        chunk.slot[0][i] = s;
        chunk.slot[1][i] = a;
        chunk.slot[2][i] = b;
        chunk.w[i] -= rate * b;
    }
}
