// PReLU: a rectified linear unit with a trained slope below zero.
//
//   x, y, dy, dx  (N, C, P)
//   w             (C)          C = 1, N = 1 where one slope is for all
//
//   y       = x  for x > 0, else w[c] x
//   dx      = dy for x > 0, else w[c] dy
//   partial (C, shares)  sums of x dy over x <= 0 in each channel's shares; dw[c] is a row's sum
//
// Launch: prelu_forward and _backward any 1-d block and grid; prelu_slopes block up to THREADS, a
// multiple of 32, grid C shares. Sums in float64, in an order that depends on the sizes alone.

#include "channel.cuh"
#include "index.cuh"
#include "real.cuh"
#include "reduce.cuh"

#define THREADS 256

extern "C" __global__ void prelu_forward(const real* x, const real* w, real* y, int channels,
                                         int positions, long long n) {
    FOR_EACH(i, n) y[i] = x[i] > 0 ? x[i] : w[(unsigned)i / positions % channels] * x[i];
}

extern "C" __global__ void prelu_backward(const real* x, const real* w, const real* dy, real* dx,
                                          int channels, int positions, long long n) {
    FOR_EACH(i, n) dx[i] = x[i] > 0 ? dy[i] : w[(unsigned)i / positions % channels] * dy[i];
}

extern "C" __global__ void __launch_bounds__(THREADS)
    prelu_slopes(Channels t, const real* x, const real* dy, double* partial) {
    double sum = 0;
    FOR_EACH_OF_CHANNEL(t, i) sum += x[i] > 0 ? 0 : (double)x[i] * dy[i];
    sum = block_sum(sum);
    if (threadIdx.x == 0) partial[blockIdx.x] = sum;
}
