// Negative log-likelihood of targets that are normally distributed.
//
//   x, target (R, G)   means, and what was measured
//   variance  (R)      of the G elements of a row; w = max(variance, eps), NaN of one below 0
//   partial   (B)      sum of (log w + (x - target)^2 / w) / 2 + constant over block b's rows
//   dy        (1)
//   dx        (R, G)   dy / divisor (x - target) / w; null if nobody wants it
//   dv        (R)      dy / divisor sum of (1 - (x - target)^2 / w) / (2 w); null likewise
//
// The derivative by w is that of variance even where eps takes its place.
//
// Launch: block THREADS; with G = 1 a thread for each row, grid B = ceil(R / THREADS), else a warp,
// grid B = ceil(R / (THREADS / 32)). Sums in float64, in a fixed order.

#include "real.cuh"
#include "reduce.cuh"

#define THREADS 256

__device__ static double width(real variance, double eps) {
    if (variance < 0 || variance != variance) return nan("");
    return variance < eps ? eps : variance;
}

extern "C" __global__ void __launch_bounds__(THREADS)
    gaussian_nll_forward(double eps, double constant, const real* x, const real* variance,
                         const real* target, double* partial, int rows, int group) {
    int lanes = group == 1 ? 1 : 32;
    int row = (int)((blockIdx.x * (long long)THREADS + threadIdx.x) / lanes);
    double sum = 0;
    if (row < rows) {
        double w = width(variance[row], eps);
        double log_width = log(w) / 2 + constant;
        long long first = (long long)row * group;
        for (int g = threadIdx.x % lanes; g < group; g += lanes) {
            double d = (double)x[first + g] - target[first + g];
            sum += log_width + d / w * d / 2;
        }
    }
    sum = block_sum(sum);
    if (threadIdx.x == 0) partial[blockIdx.x] = sum;
}

extern "C" __global__ void __launch_bounds__(THREADS)
    gaussian_nll_backward(double eps, const real* x, const real* variance, const real* target,
                          const real* dy, double divisor, real* dx, real* dv, int rows,
                          int group) {
    int lanes = group == 1 ? 1 : 32;
    int row = (int)((blockIdx.x * (long long)THREADS + threadIdx.x) / lanes);
    if (row >= rows) return;
    double w = width(variance[row], eps);
    double scale = dy[0] / divisor;
    long long first = (long long)row * group;
    double sum = 0;
    for (int g = threadIdx.x % lanes; g < group; g += lanes) {
        double d = (double)x[first + g] - target[first + g];
        sum += 1 - d / w * d;
        if (dx != nullptr) dx[first + g] = (real)(scale * d / w);
    }
    if (lanes == 32) sum = warp_sum(sum);
    if (dv != nullptr && threadIdx.x % lanes == 0) dv[row] = (real)(scale * sum / (2 * w));
}
