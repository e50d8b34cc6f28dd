// Lion over all parameters, with learning rate lr:
//
//   w <- w - lr (sign(beta1 m + (1 - beta1) dw) + decay w)      sign(0) = 0
//   m <- beta2 m + (1 - beta2) dw
//
// slot[0] is m; rest1 is 1 - beta1, rest2 1 - beta2. dw keeps its values.
//
// Launch: as parameters.cuh says.

#include "parameters.cuh"

extern "C" __global__ void __launch_bounds__(THREADS)
    lion(const Chunk* chunks, const double* control, real beta1, real rest1, real beta2,
         real rest2) {
    Chunk chunk = chunks[blockIdx.x];
    real rate = (real)rate_of(chunk, control);
    real keep = (real)(1 - rate_of(chunk, control) * chunk.decay);
    FOR_EACH_IN(chunk, i) {
        real g = chunk.dw[i];
        real m = chunk.slot[0][i];
        real c = beta1 * m + rest1 * g;
        chunk.w[i] = keep * chunk.w[i] - rate * (c > 0 ? 1 : c < 0 ? -1 : c);
        chunk.slot[0][i] = beta2 * m + rest2 * g;
    }
}
