// Normalisation of rows, each by its own mean and variance: layer norm and group norm. Without b the
// mean is taken to be 0, and dx has no sum of g: root mean square norm.
//
//   x, y, dy, dx  (R, L)
//   w, b          (W)     element i of all R L has parameter p(i) = i / P mod W
//   mean, scale   (R)     of each row, in float64: scale = 1 / sqrt(var + eps)
//
//   n  = (x - mean[r]) scale[r]        y = w[p] n + b[p]
//   g  = w[p] dy
//   dx = scale[r] (g - sum g / L - n sum g n / L)        sums over row r
//   partial_w, partial_b  (W, shares)  sums of dy n and of dy over each parameter's shares; dw[p]
//                                      and db[p] are the sums of a row
//
// A parameter's elements are those of channel p of a tensor (R L / (W P), W, P).
//
// Launch: block up to THREADS, a multiple of 32; row_norm_forward and _backward a block for each
// row, row_norm_parameters grid W shares. Sums in float64, in an order that depends on the sizes alone. The variance is
// summed after the mean is known: no cancellation. One that overflows makes the row NaN, not 0.

#include "channel.cuh"
#include "real.cuh"
#include "reduce.cuh"

#define THREADS 256

extern "C" __global__ void __launch_bounds__(THREADS)
    row_norm_forward(const real* x, const real* w, const real* b, double eps, real* y,
                     double* mean, double* scale, int length, int parameters, int positions) {
    long long row = (long long)blockIdx.x * length;
    double sum = 0;
    for (int i = threadIdx.x; b && i < length; i += blockDim.x) sum += x[row + i];
    double centre = b ? block_sum(sum) / length : 0;
    double squares = 0;
    for (int i = threadIdx.x; i < length; i += blockDim.x) {
        double d = x[row + i] - centre;
        squares += d * d;
    }
    double var = block_sum(squares) / length + eps;
    double s = isinf(var) ? nan("") : 1 / sqrt(var);
    for (int i = threadIdx.x; i < length; i += blockDim.x) {
        int p = (unsigned)(row + i) / positions % parameters;
        y[row + i] = (real)(w[p] * ((x[row + i] - centre) * s) + (b ? b[p] : 0));
    }
    if (threadIdx.x == 0) {
        mean[blockIdx.x] = centre;
        scale[blockIdx.x] = s;
    }
}

extern "C" __global__ void __launch_bounds__(THREADS)
    row_norm_backward(int centred, const real* x, const real* w, const double* mean,
                      const double* scale, const real* dy, real* dx, int length, int parameters,
                      int positions) {
    long long row = (long long)blockIdx.x * length;
    double centre = mean[blockIdx.x], s = scale[blockIdx.x];
    double sum = 0, product = 0;
    for (int i = threadIdx.x; i < length; i += blockDim.x) {
        double g = (double)w[(unsigned)(row + i) / positions % parameters] * dy[row + i];
        sum += g;
        product += g * (x[row + i] - centre) * s;
    }
    sum = centred ? block_sum(sum) : 0;
    product = block_sum(product);
    for (int i = threadIdx.x; i < length; i += blockDim.x) {
        double g = (double)w[(unsigned)(row + i) / positions % parameters] * dy[row + i];
        double n = (x[row + i] - centre) * s;
        dx[row + i] = (real)(s * (g - (sum + n * product) / length));
    }
}

// For 8 blocks a multiprocessor there are too few registers, and ptxas spills, on sm_120 for 6 too;
// Turing has room for 4.
#if defined(__CUDA_ARCH__) && (__CUDA_ARCH__ < 800 || __CUDA_ARCH__ >= 1200)
#define BLOCKS 4
#else
#define BLOCKS 6
#endif

extern "C" __global__ void __launch_bounds__(THREADS, BLOCKS)
    row_norm_parameters(Channels t, const real* x, const double* mean, const double* scale,
                        const real* dy, double* partial_w, double* partial_b, int length) {
    double dw = 0, db = 0;
    FOR_EACH_OF_CHANNEL(t, i) {
        unsigned row = (unsigned)i / length;
        dw += dy[i] * (x[i] - mean[row]) * scale[row];
        db += dy[i];
    }
    dw = block_sum(dw);
    db = block_sum(db);
    if (threadIdx.x == 0) {
        partial_w[blockIdx.x] = dw;
        if (partial_b) partial_b[blockIdx.x] = db;
    }
}
