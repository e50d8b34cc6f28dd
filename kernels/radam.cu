// RAdam over all parameters, in step t of learning rate lr:
//
//   w <- w - lr decay w                          (decoupled)
//   g <- dw + decay w                            (else)
//   m <- beta1 m + (1 - beta1) g
//   v <- beta2 v + (1 - beta2) g^2
//   limit = 2 / (1 - beta2) - 1,  length = limit - 2 t beta2^t / (1 - beta2^t)
//   r = sqrt((length - 4) (length - 2) limit / ((limit - 4) (limit - 2) length))
//   w <- w - lr / (1 - beta1^t) m r sqrt(1 - beta2^t) / (sqrt(v) + eps)   (where length > 5)
//   w <- w - lr / (1 - beta1^t) m                                          (else)
//
// slot[0] is m, slot[1] v. dw keeps its values. What depends on t alone is computed once a block,
// in float64.
//
// Launch: as parameters.cuh says.

#include "parameters.cuh"

extern "C" __global__ void __launch_bounds__(THREADS)
    radam(const Chunk* chunks, const double* control, double beta1, double beta2, real eps,
          int decoupled) {
    Chunk chunk = chunks[blockIdx.x];
    __shared__ double rate;
    __shared__ int rectified;
    if (threadIdx.x == 0) {
        double t = control[STEP];
        double power = pow(beta2, t);
        double limit = 2 / (1 - beta2) - 1;
        double length = limit - 2 * t * power / (1 - power);
        double variance = (length - 4) * (length - 2) * limit;
        double at_limit = (limit - 4) * (limit - 2) * length;
        rectified = length > 5;
        rate = rate_of(chunk, control) / (1 - pow(beta1, t));
        if (rectified) rate *= sqrt(variance / at_limit * (1 - power));
    }
    __syncthreads();
    real step = (real)rate;
    real keep = (real)(decoupled ? 1 - rate_of(chunk, control) * chunk.decay : 1);
    real pull = (real)(decoupled ? 0 : chunk.decay);
    real b1 = (real)beta1, b2 = (real)beta2, c1 = (real)(1 - beta1), c2 = (real)(1 - beta2);
    FOR_EACH_IN(chunk, i) {
        real w = chunk.w[i];
        real g = chunk.dw[i] + pull * w;
        real m = b1 * chunk.slot[0][i] + c1 * g;
        real v = b2 * chunk.slot[1][i] + c2 * g * g;
        chunk.slot[0][i] = m;
        chunk.slot[1][i] = v;
        chunk.w[i] = keep * w - (rectified ? step * m / (sqrt(v) + eps) : step * m);
    }
}
