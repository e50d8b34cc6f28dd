// Cross-entropy of logits with class labels.
//
//   z        (N, C)  logits, row-major
//   label    (N)     class index, 0 <= label[n] < C
//   weight   (C)     of each class; null for 1
//   top      (N)     max_c z[n,c]
//   others   (N)     sum_c exp(z[n,c] - top[n]), without one 1 of a largest z
//   loss     (N)     sum_c q[n,c] (top[n] - z[n,c] + log(1 + others[n]))
//                    q[n,c] = weight[c] ((1 - eps) [c == label[n]] + eps / C)
//   y        (1)     sum_n loss[n] / D
//   divisor  (1)     D = sum_n weight[label[n]] for the mean, 1 for the sum
//   dy       (1)
//   dz       (N, C)  dz[n,c] = dy / D (exp(z[n,c] - top[n]) / (1 + others[n]) sum_j q[n,j] - q[n,c])
//
// Subtracting the row maximum first keeps every exp() in (0, 1]: no overflow for any finite z. It is
// never added back: next to a large one the digits of the logarithm would be lost. log1p of others
// keeps its digits where they are small. A label out of range gives NaN for its row, in the loss and
// in dz. Rows are summed in float64.
//
// Launch: cross_entropy_rows and _backward block THREADS, a warp for each row, grid
// ceil(N / WARPS); cross_entropy_total block up to THREADS, a multiple of
// 32, grid 1. C >= 1.
// Deterministic: sums run in a fixed order.

#include "real.cuh"
#include "reduce.cuh"

#define THREADS 256
#define WARPS (THREADS / 32)

__device__ static double class_weight(const real* weight, int c) {
    return weight == nullptr ? 1 : weight[c];
}

// e^d: what d is rounded by would be multiplied by d.
__device__ static real exponential(double d) {
    if (sizeof(real) == sizeof(double)) return (real)exp(d);
    real head = (real)d;
    real e = exp(head);
    return e == 0 ? 0 : e + e * (real)(d - head);
}

extern "C" __global__ void __launch_bounds__(THREADS)
    cross_entropy_rows(const real* z, const int* label, const real* weight, double eps,
                       double* top, double* others, double* loss, int rows, int classes) {
    int row = blockIdx.x * WARPS + threadIdx.x / 32;
    int lane = threadIdx.x % 32;
    if (row >= rows) return;
    const real* zs = z + (long long)row * classes;
    real highest = zs[0];
    for (int c = lane; c < classes; c += 32) {
        highest = zs[c] > highest || zs[c] != zs[c] ? zs[c] : highest;
    }
    double peak = warp_max(highest);
    double sum = 0;
    int largest = 0;
    for (int c = lane; c < classes; c += 32) {
        if (zs[c] == peak) largest++;
        else sum += exponential(zs[c] - peak);
    }
    sum = warp_sum(largest) - 1 + warp_sum(sum);
    double log_sum = log1p(sum);
    double smooth = 0;
    for (int c = lane; eps != 0 && c < classes; c += 32) {
        smooth += class_weight(weight, c) * (peak - zs[c] + log_sum);
    }
    smooth = warp_sum(smooth);
    if (lane == 0) {
        int own = label[row];
        top[row] = peak;
        others[row] = sum;
        loss[row] = own < 0 || own >= classes
                        ? nan("")
                        : (1 - eps) * class_weight(weight, own) * (peak - zs[own] + log_sum) +
                              eps / classes * smooth;
    }
}

extern "C" __global__ void __launch_bounds__(THREADS)
    cross_entropy_total(const double* loss, const int* label, const real* weight, int mean,
                        real* y, double* divisor, int rows, int classes) {
    double sum = 0, weights = 0;
    for (int n = threadIdx.x; n < rows; n += blockDim.x) {
        sum += loss[n];
        bool known = label[n] >= 0 && label[n] < classes;
        weights += known ? class_weight(weight, label[n]) : 0;
    }
    sum = block_sum(sum);
    weights = block_sum(weights);
    if (threadIdx.x == 0) {
        divisor[0] = mean ? weights : 1;
        y[0] = (real)(sum / divisor[0]);
    }
}

extern "C" __global__ void __launch_bounds__(THREADS)
    cross_entropy_backward(const real* z, const int* label, const real* weight, double eps,
                           const double* top, const double* others, const double* divisor,
                           const real* dy, real* dz, int rows, int classes) {
    int row = blockIdx.x * WARPS + threadIdx.x / 32;
    int lane = threadIdx.x % 32;
    if (row >= rows) return;
    const real* zs = z + (long long)row * classes;
    real* dzs = dz + (long long)row * classes;
    int own = label[row];
    bool known = own >= 0 && own < classes;
    double scale = known ? dy[0] / divisor[0] : nan("");
    double mass = 0;
    for (int c = lane; eps != 0 && c < classes; c += 32) mass += class_weight(weight, c);
    mass = warp_sum(mass) * eps / classes;
    if (known) mass += (1 - eps) * class_weight(weight, own);
    double share = mass / (1 + others[row]);
    double peak = top[row];
    double smooth = eps / classes;
    for (int c = lane; c < classes; c += 32) {
        double q = class_weight(weight, c) * ((c == own ? 1 - eps : 0) + smooth);
        dzs[c] = (real)(scale * (exponential(zs[c] - peak) * share - q));
    }
}
