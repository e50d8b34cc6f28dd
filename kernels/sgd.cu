// Stochastic gradient descent over all parameters, in step t of learning rate lr:
//
//   g <- dw + decay w
//   v <- momentum v + (1 - dampening) g         (v <- g where t = 1)
//   w <- w - lr (nesterov ? g + momentum v : v)  (w <- w - lr g where momentum is 0)
//
// slot[0] is v; with momentum 0 it is not touched. dw keeps its values.
//
// Launch: as parameters.cuh says.

#include "parameters.cuh"

extern "C" __global__ void __launch_bounds__(THREADS)
    sgd(const Chunk* chunks, const double* control, real momentum, real dampening, int nesterov) {
    Chunk chunk = chunks[blockIdx.x];
    real rate = (real)rate_of(chunk, control);
    real decay = (real)chunk.decay;
    bool first = control[STEP] == 1;
    FOR_EACH_IN(chunk, i) {
        real g = chunk.dw[i] + decay * chunk.w[i];
        real d = g;
        if (momentum != 0) {
            real v = first ? g : momentum * chunk.slot[0][i] + (1 - dampening) * g;
            chunk.slot[0][i] = v;
            d = nesterov ? g + momentum * v : v;
        }
        chunk.w[i] -= rate * d;
    }
}
