// Local response normalisation across channels.
//
//   x, y, s, dy, dx  (N, C, P)
//
//   s[c] = k + alpha / size sum_j x[j]^2    j from c - size / 2 to c + (size - 1) / 2, within 0...C - 1
//   y[c] = x[c] s[c]^-beta
//
//   dx[j] = dy[j] s[j]^-beta - 2 alpha beta / size sum_c dy[c] y[c] (x[j] / s[c])
//                                                       over all c whose window holds j
//
// Where s overflows, y is NaN, not 0.
//
// Launch: any 1-d block and grid.

#include "index.cuh"
#include "real.cuh"

extern "C" __global__ void local_response_norm_forward(const real* x, real* s, real* y, int size,
                                                       real alpha, real beta, real k, int channels,
                                                       int positions, long long n) {
    FOR_EACH(i, n) {
        int c = (unsigned)i / positions % channels;
        long long first = max(0ll, (long long)c - size / 2);
        long long last = min(channels - 1ll, (long long)c + (size - 1) / 2);
        real sum = 0;
        for (long long j = first; j <= last; j++) {
            real value = x[i + (j - c) * positions];
            sum += value * value;
        }
        s[i] = k + alpha / size * sum;
        y[i] = isinf(s[i]) ? (real)nan("") : x[i] * pow(s[i], -beta);
    }
}

extern "C" __global__ void local_response_norm_backward(const real* x, const real* s,
                                                        const real* y, const real* dy, real* dx,
                                                        int size, real alpha, real beta,
                                                        int channels, int positions, long long n) {
    FOR_EACH(i, n) {
        int j = (unsigned)i / positions % channels;
        long long first = max(0ll, (long long)j - (size - 1) / 2);
        long long last = min(channels - 1ll, (long long)j + size / 2);
        real sum = 0;
        for (long long c = first; c <= last; c++) {
            long long reader = i + (c - j) * positions;
            sum += dy[reader] * y[reader] * (x[i] / s[reader]);
        }
        dx[i] = dy[i] * pow(s[i], -beta) - 2 * alpha * beta / size * sum;
    }
}
