// Adadelta over all parameters, with learning rate lr:
//
//   g <- dw + decay w
//   s <- rho s + (1 - rho) g^2
//   d <- sqrt(a + eps) / sqrt(s + eps) g
//   a <- rho a + (1 - rho) d^2
//   w <- w - lr d
//
// slot[0] is s, slot[1] a; rest is 1 - rho. dw keeps its values.
//
// Launch: as parameters.cuh says.
//
// Spills: some 8 bytes from sm_80 on in float64, which ptxas 13.0 chooses itself: it may take 255
// registers.

#include "parameters.cuh"

extern "C" __global__ void __launch_bounds__(THREADS)
    adadelta(const Chunk* chunks, const double* control, real rho, real rest, real eps) {
    Chunk chunk = chunks[blockIdx.x];
    real rate = (real)rate_of(chunk, control);
    real decay = (real)chunk.decay;
    FOR_EACH_IN(chunk, i) {
        real g = chunk.dw[i] + decay * chunk.w[i];
        real s = rho * chunk.slot[0][i] + rest * g * g;
        real a = chunk.slot[1][i];
        real d = sqrt(a + eps) / sqrt(s + eps) * g;
        chunk.slot[0][i] = s;
        chunk.slot[1][i] = rho * a + rest * d * d;
        chunk.w[i] -= rate * d;
    }
}
