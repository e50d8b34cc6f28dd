// Adagrad over all parameters, in step t of learning rate lr:
//
//   g <- dw + decay w
//   s <- s + g^2
//   w <- w - lr / (1 + (t - 1) lr_decay) g / (sqrt(s) + eps)
//
// slot[0] is s. dw keeps its values.
//
// Launch: as parameters.cuh says.

#include "parameters.cuh"

extern "C" __global__ void __launch_bounds__(THREADS)
    adagrad(const Chunk* chunks, const double* control, double lr_decay, real eps) {
    Chunk chunk = chunks[blockIdx.x];
    real rate = (real)(rate_of(chunk, control) / (1 + (control[STEP] - 1) * lr_decay));
    real decay = (real)chunk.decay;
    FOR_EACH_IN(chunk, i) {
        real g = chunk.dw[i] + decay * chunk.w[i];
        real s = chunk.slot[0][i] + g * g;
        chunk.slot[0][i] = s;
        chunk.w[i] -= rate * g / (sqrt(s) + eps);
    }
}
