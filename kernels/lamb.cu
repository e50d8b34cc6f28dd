// LAMB over all parameters, in step t of learning rate lr:
//
//   m <- beta1 m + (1 - beta1) dw
//   v <- beta2 v + (1 - beta2) dw^2
//   u <- m / (1 - beta1^t) / (sqrt(v) / sqrt(1 - beta2^t) + eps) + decay w
//   w <- w - lr |w| / |u| u                 (w <- w - lr u where either norm is 0)
//
//   squares  (chunks, 2)  lamb_moments: the sums of w^2 and of u^2 over each chunk, in float64
//
// slot[0] is m, slot[1] v. dw keeps its values. lamb_moments computes m, v and the sums, lamb u
// again, and the norms of each chunk's parameter in an order that depends on its size alone.
//
// Launch: as parameters.cuh says.
//
// Spills: some 24 bytes on sm_80 to sm_90, which ptxas 13.0 chooses itself: it may take 255 registers.

#include "parameters.cuh"
#include "reduce.cuh"

struct Correction {
    real mean;
    real root;
};

// Once a block, in float64; all threads take part.
__device__ static Correction correction(const double* control, double beta1, double beta2) {
    __shared__ Correction shared;
    if (threadIdx.x == 0) {
        shared.mean = (real)(1 / (1 - pow(beta1, control[STEP])));
        shared.root = (real)sqrt(1 - pow(beta2, control[STEP]));
    }
    __syncthreads();
    return shared;
}

__device__ static real update(const Chunk& chunk, int i, Correction by, real eps) {
    real mean = by.mean * chunk.slot[0][i];
    return mean / (sqrt(chunk.slot[1][i]) / by.root + eps) + (real)chunk.decay * chunk.w[i];
}

extern "C" __global__ void __launch_bounds__(THREADS)
    lamb_moments(const Chunk* chunks, const double* control, double beta1, double beta2, real eps,
                 double* squares) {
    Chunk chunk = chunks[blockIdx.x];
    Correction by = correction(control, beta1, beta2);
    real b1 = (real)beta1, b2 = (real)beta2, c1 = (real)(1 - beta1), c2 = (real)(1 - beta2);
    double of_weight = 0, of_update = 0;
    FOR_EACH_IN(chunk, i) {
        real g = chunk.dw[i];
        chunk.slot[0][i] = b1 * chunk.slot[0][i] + c1 * g;
        chunk.slot[1][i] = b2 * chunk.slot[1][i] + c2 * g * g;
        double w = chunk.w[i];
        double u = update(chunk, i, by, eps);
        of_weight += w * w;
        of_update += u * u;
    }
    of_weight = block_sum(of_weight);
    of_update = block_sum(of_update);
    if (threadIdx.x == 0) {
        squares[2 * blockIdx.x] = of_weight;
        squares[2 * blockIdx.x + 1] = of_update;
    }
}

extern "C" __global__ void __launch_bounds__(THREADS)
    lamb(const Chunk* chunks, const double* control, double beta1, double beta2, real eps,
         const double* squares) {
    Chunk chunk = chunks[blockIdx.x];
    Correction by = correction(control, beta1, beta2);
    double of_weight = 0, of_update = 0;
    for (int k = threadIdx.x; k < chunk.chunks; k += THREADS) {
        of_weight += squares[2 * (chunk.first + k)];
        of_update += squares[2 * (chunk.first + k) + 1];
    }
    of_weight = block_sum(of_weight);
    of_update = block_sum(of_update);
    double trust = of_weight == 0 || of_update == 0 ? 1 : sqrt(of_weight / of_update);
    real rate = (real)(rate_of(chunk, control) * trust);
    FOR_EACH_IN(chunk, i) chunk.w[i] -= rate * update(chunk, i, by, eps);
}
