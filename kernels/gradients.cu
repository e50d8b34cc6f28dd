// What is done to all gradients at once before an optimizer takes them.
//
//   penalty:     dw <- dw + l1 sign(w) + l2 w            weights only; sign(0) = 0
//   clip_value:  dw <- dw clamped to [-limit, limit]
//   accumulate:  s <- n == 1 ? dw : s + dw           n the number of the batch in its window
//   collect:     dw <- n == 1 ? dw : (s + dw) / n
//   clip_norm:   dw <- scale dw,  scale = min(1, max_norm / (norm + 1e-6)),  norm = sqrt(sum dw^2)
//
//   partial  (chunks)  gradient_squares: the sum of dw^2 over each chunk
//   scale    (1)       gradient_scale: from those
//
// slot[0] is s. Sums of squares in float64, in an order that depends on the parameters' sizes alone. NaN stays NaN; where
// the sum of squares overflows, all gradients become NaN, not 0.
//
// Launch: as parameters.cuh says; gradient_scale block up to THREADS, a multiple of 32,
// grid 1.

#include "parameters.cuh"
#include "reduce.cuh"

extern "C" __global__ void __launch_bounds__(THREADS)
    penalty(const Chunk* chunks, real l1, real l2) {
    Chunk chunk = chunks[blockIdx.x];
    if (!chunk.weight) return;
    FOR_EACH_IN(chunk, i) {
        real w = chunk.w[i];
        chunk.dw[i] += l1 * (w > 0 ? 1 : w < 0 ? -1 : w) + l2 * w;
    }
}

extern "C" __global__ void __launch_bounds__(THREADS)
    accumulate(const Chunk* chunks, const double* control) {
    Chunk chunk = chunks[blockIdx.x];
    bool first = control[OF_STEP] == 1;
    FOR_EACH_IN(chunk, i) chunk.slot[0][i] = first ? chunk.dw[i] : chunk.slot[0][i] + chunk.dw[i];
}

extern "C" __global__ void __launch_bounds__(THREADS)
    collect(const Chunk* chunks, const double* control) {
    Chunk chunk = chunks[blockIdx.x];
    if (control[OF_STEP] == 1) return;
    real share = (real)(1 / control[OF_STEP]);
    FOR_EACH_IN(chunk, i) chunk.dw[i] = share * (chunk.slot[0][i] + chunk.dw[i]);
}

extern "C" __global__ void __launch_bounds__(THREADS) clip_value(const Chunk* chunks, real limit) {
    Chunk chunk = chunks[blockIdx.x];
    FOR_EACH_IN(chunk, i) {
        real g = chunk.dw[i];
        chunk.dw[i] = g > limit ? limit : g < -limit ? -limit : g;
    }
}

extern "C" __global__ void __launch_bounds__(THREADS)
    gradient_squares(const Chunk* chunks, double* partial) {
    Chunk chunk = chunks[blockIdx.x];
    double sum = 0;
    FOR_EACH_IN(chunk, i) sum += (double)chunk.dw[i] * chunk.dw[i];
    sum = block_sum(sum);
    if (threadIdx.x == 0) partial[blockIdx.x] = sum;
}

extern "C" __global__ void __launch_bounds__(THREADS)
    gradient_scale(const double* partial, double max_norm, double* scale, int chunks) {
    double sum = 0;
    for (int i = threadIdx.x; i < chunks; i += blockDim.x) sum += partial[i];
    sum = block_sum(sum);
    double norm = isinf(sum) ? nan("") : sqrt(sum);
    double ratio = max_norm / (norm + 1e-6);
    if (threadIdx.x == 0) scale[0] = ratio > 1 ? 1 : ratio;
}

extern "C" __global__ void __launch_bounds__(THREADS)
    scale_gradients(const Chunk* chunks, const double* scale) {
    Chunk chunk = chunks[blockIdx.x];
    double factor = scale[0];
    FOR_EACH_IN(chunk, i) chunk.dw[i] = (real)(factor * chunk.dw[i]);
}
