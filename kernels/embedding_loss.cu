// Losses of embeddings, rows of E numbers: their distances, or their cosine.
//
//   a, p, n   (R, E)  of anchors, positives and negatives
//   distances (R, 3)  d(a, p), d(a, n), d(p, n), the last one infinite without swap
//                     d(u, v) = (sum |u - v + eps|^norm)^(1 / norm)
//   x, z      (R, E)  of pairs; target (R) 1 or -1
//   lengths   (R, 3)  cosine c, X = sum x^2 + 1e-12, Z = sum z^2 + 1e-12
//   loss      (R)     max(0, margin + d(a, p) - min(d(a, n), d(p, n)))
//                     1 - c for target 1, max(0, c - margin) for target -1, else 0
//   dy        (1)
//   da .. dz  (R, E)  gradients; null where nobody wants one
//
// A minimum of two equal distances gives each half of the gradient. Powers are of what is divided by
// the largest, so that none overflows. All sums in float64, in a fixed order.
//
// Launch: block THREADS, a warp for each row, grid ceil(R / (THREADS / 32)). E >= 1.
//
// Spills: 8 bytes from sm_80 to sm_90 in float64, which ptxas 13.0 chooses itself: it may take 255
// registers.

#include "real.cuh"
#include "reduce.cuh"

#define THREADS 256
#define INFINITE (1.0 / 0.0)

#define ROW_AND_LANE                                                     \
    int row = (int)((blockIdx.x * (long long)THREADS + threadIdx.x) / 32); \
    int lane = threadIdx.x % 32;                                         \
    if (row >= rows) return;                                             \
    long long first = (long long)row * length;

__device__ static double difference(const real* u, const real* v, double eps, long long i) {
    return (double)u[i] - v[i] + eps;
}

__device__ static double power(double x, double exponent) {
    return exponent == 2 ? x * x : exponent == 1 ? x : pow(x, exponent);
}

// In every lane.
__device__ static double distance(const real* u, const real* v, double norm, double eps,
                                  long long first, int lane, int length) {
    double most = 0;
    for (int e = lane; e < length; e += 32) {
        double size = fabs(difference(u, v, eps, first + e));
        most = size > most || size != size ? size : most;
    }
    most = warp_max(most);
    if (most == 0 || most == INFINITE) return most;
    double sum = 0;
    for (int e = lane; e < length; e += 32) {
        sum += power(fabs(difference(u, v, eps, first + e)) / most, norm);
    }
    sum = warp_sum(sum);
    return most * (norm == 2 ? sqrt(sum) : pow(sum, 1 / norm));
}

// The derivative of d(u, v) by u.
__device__ static double slope(const real* u, const real* v, double norm, double eps, double d,
                               long long i) {
    if (d == 0) return 0;
    double share = difference(u, v, eps, i) / d;
    if (norm == 2) return share;
    double size = power(fabs(share), norm - 1);
    return share > 0 ? size : share < 0 ? -size : share;
}

__device__ static double excess(double margin, const double* d) {
    return margin + d[0] - (d[2] < d[1] || d[2] != d[2] ? d[2] : d[1]);
}

__device__ static double above_0(double x) { return x < 0 ? 0 : x; }

extern "C" __global__ void __launch_bounds__(THREADS)
    triplet_margin_forward(double margin, double norm, double eps, int swap, const real* a,
                           const real* p, const real* n, double* distances, double* loss,
                           int rows, int length) {
    ROW_AND_LANE
    double d[3];
    d[0] = distance(a, p, norm, eps, first, lane, length);
    d[1] = distance(a, n, norm, eps, first, lane, length);
    d[2] = swap ? distance(p, n, norm, eps, first, lane, length) : INFINITE;
    if (lane < 3) distances[3LL * row + lane] = d[lane];
    if (lane == 0) loss[row] = above_0(excess(margin, d));
}

extern "C" __global__ void __launch_bounds__(THREADS)
    triplet_margin_backward(double margin, double norm, double eps, const real* a, const real* p,
                            const real* n, const double* distances, const real* dy,
                            double divisor, real* da, real* dp, real* dn, int rows, int length) {
    ROW_AND_LANE
    const double* d = distances + 3LL * row;
    double scale = excess(margin, d) < 0 ? 0 : dy[0] / divisor;
    double of_anchor = d[1] < d[2] ? 1 : d[1] == d[2] ? 0.5 : 0;
    double of_positive = 1 - of_anchor;
    for (int e = lane; e < length; e += 32) {
        long long i = first + e;
        double ap = slope(a, p, norm, eps, d[0], i);
        double an = of_anchor == 0 ? 0 : of_anchor * slope(a, n, norm, eps, d[1], i);
        double pn = of_positive == 0 ? 0 : of_positive * slope(p, n, norm, eps, d[2], i);
        if (da != nullptr) da[i] = (real)(scale * (ap - an));
        if (dp != nullptr) dp[i] = (real)(-scale * (ap + pn));
        if (dn != nullptr) dn[i] = (real)(scale * (an + pn));
    }
}

extern "C" __global__ void __launch_bounds__(THREADS)
    cosine_embedding_forward(double margin, const real* x, const real* z, const real* target,
                             double* lengths, double* loss, int rows, int length) {
    ROW_AND_LANE
    double xx = 0, zz = 0, xz = 0;
    for (int e = lane; e < length; e += 32) {
        double u = x[first + e], v = z[first + e];
        xx += u * u;
        zz += v * v;
        xz += u * v;
    }
    xx = warp_sum(xx) + 1e-12f;
    zz = warp_sum(zz) + 1e-12f;
    double cosine = warp_sum(xz) / (sqrt(xx) * sqrt(zz));
    if (lane != 0) return;
    lengths[3LL * row] = cosine;
    lengths[3LL * row + 1] = xx;
    lengths[3LL * row + 2] = zz;
    real t = target[row];
    loss[row] = t == 1 ? 1 - cosine : t == -1 ? above_0(cosine - margin) : 0;
}

extern "C" __global__ void __launch_bounds__(THREADS)
    cosine_embedding_backward(double margin, const real* x, const real* z, const real* target,
                              const double* lengths, const real* dy, double divisor, real* dx,
                              real* dz, int rows, int length) {
    ROW_AND_LANE
    double cosine = lengths[3LL * row];
    double xx = lengths[3LL * row + 1], zz = lengths[3LL * row + 2];
    real t = target[row];
    double sign = t == 1 ? -1 : t == -1 && !(cosine < margin) ? 1 : 0;
    double scale = sign * dy[0] / divisor;
    double both = sqrt(xx) * sqrt(zz);
    for (int e = lane; e < length; e += 32) {
        long long i = first + e;
        double u = x[i], v = z[i];
        if (dx != nullptr) dx[i] = (real)(scale * (v / both - cosine * u / xx));
        if (dz != nullptr) dz[i] = (real)(scale * (u / both - cosine * v / zz));
    }
}
