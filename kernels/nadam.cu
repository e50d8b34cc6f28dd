// NAdam over all parameters, in step t of learning rate lr:
//
//   w <- w - lr decay w                          (decoupled)
//   g <- dw + decay w                            (else)
//   m <- beta1 m + (1 - beta1) g
//   v <- beta2 v + (1 - beta2) g^2
//   mu_i = beta1 (1 - 0.96^(i momentum_decay) / 2),  P_i = mu_1 ... mu_i
//   w <- w - lr ((1 - mu_t) / (1 - P_t) g + mu_t+1 / (1 - P_t+1) m)
//            / (sqrt(v) / sqrt(1 - beta2^t) + eps)
//
//   factors  (3)  nadam_factors: those of g, of m, before a parameter's own, and sqrt(1 - beta2^t),
//                 in float64
//
// slot[0] is m, slot[1] v. dw keeps its values. P is the product of the first factors only, of as
// many as count beside 1: significant.
//
// Launch: as parameters.cuh says; nadam_factors block THREADS, grid 1.

#include "parameters.cuh"
#include "reduce.cuh"

extern "C" __global__ void __launch_bounds__(THREADS)
    nadam_factors(const double* control, double beta1, double beta2, double momentum_decay,
                  int significant, double* factors) {
    double t = control[STEP];
    double sum = 0;
    for (int i = threadIdx.x + 1; i <= significant && i <= t; i += THREADS) {
        sum += log(beta1 * (1 - 0.5 * pow(0.96, i * momentum_decay)));
    }
    double product = exp(block_sum(sum));
    if (threadIdx.x != 0) return;
    double rate = control[LEARNING_RATE];
    double mu = beta1 * (1 - 0.5 * pow(0.96, t * momentum_decay));
    double next = beta1 * (1 - 0.5 * pow(0.96, (t + 1) * momentum_decay));
    factors[0] = rate * (1 - mu) / (1 - product);
    factors[1] = rate * next / (1 - product * next);
    factors[2] = sqrt(1 - pow(beta2, t));
}

extern "C" __global__ void __launch_bounds__(THREADS)
    nadam(const Chunk* chunks, const double* control, const double* factors, double beta1,
          double beta2, real eps, int decoupled) {
    Chunk chunk = chunks[blockIdx.x];
    real of_gradient = (real)(factors[0] * chunk.rate), of_mean = (real)(factors[1] * chunk.rate);
    real root = (real)factors[2];
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
        chunk.w[i] = keep * w - (of_gradient * g + of_mean * m) / (sqrt(v) / root + eps);
    }
}
