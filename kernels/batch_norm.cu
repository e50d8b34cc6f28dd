// Batch normalisation by running statistics, which are constants: inference, and its gradients.
// Normalising by the batch's statistics is cuDNN's; where they have no number, batch_norm_lost says so.
//
//   x, y, dy, dx      (N, C, P)
//   w, b, mean, var   (C)        s = 1 / sqrt(var + eps); NaN, not 0, of an infinite var
//
//   y  = w[c] (x - mean[c]) s[c] + b[c]
//   dx = w[c] s[c] dy
//   partial_w, partial_b  (C, shares)  sums of dy (x - mean[c]) s[c] and of dy over each channel's
//                                      shares; dw[c] and db[c] are the sums of a row
//   batch_norm_lost: y[n,c,p] = NaN where s[c] = 0, as cuDNN has it of an infinite variance
//
// Launch: batch_norm_forward and _backward any 1-d block and grid; batch_norm_parameters block up
// to THREADS, a multiple of 32, grid C shares; batch_norm_lost any block, the same grid. Sums in float64, in an order that depends on the sizes alone.

#include "channel.cuh"
#include "index.cuh"
#include "real.cuh"
#include "reduce.cuh"

#define THREADS 256

__device__ static real deviation(real var, real eps) {
    return isinf(var) ? (real)nan("") : sqrt(var + eps);
}

extern "C" __global__ void batch_norm_forward(const real* x, const real* w, const real* b,
                                              const real* mean, const real* var, real eps, real* y,
                                              int channels, int positions, long long n) {
    FOR_EACH(i, n) {
        int c = (unsigned)i / positions % channels;
        y[i] = w[c] * ((x[i] - mean[c]) / deviation(var[c], eps)) + b[c];
    }
}

extern "C" __global__ void batch_norm_backward(const real* w, const real* var, real eps,
                                               const real* dy, real* dx, int channels,
                                               int positions, long long n) {
    FOR_EACH(i, n) {
        int c = (unsigned)i / positions % channels;
        dx[i] = w[c] / deviation(var[c], eps) * dy[i];
    }
}

extern "C" __global__ void __launch_bounds__(THREADS)
    batch_norm_parameters(Channels t, const real* x, const real* mean, const real* var, real eps,
                          const real* dy, double* partial_w, double* partial_b) {
    double centre = mean[channel(t)];
    double dw = 0, db = 0;
    FOR_EACH_OF_CHANNEL(t, i) {
        dw += dy[i] * (x[i] - centre);
        db += dy[i];
    }
    dw = block_sum(dw);
    db = block_sum(db);
    if (threadIdx.x == 0) {
        partial_w[blockIdx.x] = dw / sqrt((double)var[channel(t)] + eps);
        partial_b[blockIdx.x] = db;
    }
}

extern "C" __global__ void batch_norm_lost(Channels t, const real* s, real* y) {
    if (s[channel(t)] != 0) return;
    FOR_EACH_OF_CHANNEL(t, i) y[i] = (real)nan("");
}
