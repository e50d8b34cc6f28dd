// Cross-entropy with class labels or probabilities. A row is a sample, or one position of a sample.
//
//   z        (N, C, P)  logits, or log-probabilities: top and others are 0 then
//   label    (N, P)     class index, 0 <= label[r] < C, or ignored; null where there is share
//   share    (N, C, P)  probabilities t; null where there is label: then t[r,c] = [c == label[r]]
//   weight   (C)        of each class; null for 1
//   top      (N P)      max_c z[r,c]
//   others   (N P)      sum_c exp(z[r,c] - top[r]), without one 1 of a largest z
//   loss     (N P)      sum_c q[r,c] (top[r] - z[r,c] + log(1 + others[r]))
//                       q[r,c] = weight[c] ((1 - eps) t[r,c] + eps / C), 0 of an ignored row
//   y        (1)        sum_r loss[r] / D
//   divisor  (1)        D = sum_r weight[label[r]], or with share N P, for the mean, 1 for the sum
//   dy       (1)
//   dz       (N, C, P)  dy / D (exp(z[r,c] - top[r]) / (1 + others[r]) sum_j q[r,j] - q[r,c])
//                       -dy / D q[r,c] of log-probabilities
//
// Subtracting the row maximum first keeps every exp() in (0, 1]: no overflow for any finite z. It is
// never added back: next to a large one the digits of the logarithm would be lost. log1p of others
// keeps its digits where they are small. A label out of range gives NaN for its row, in the loss and
// in dz. Rows are summed in float64.
//
// Launch: cross_entropy_rows and _backward block THREADS, with P = 1 a warp for each row, grid
// ceil(N / (THREADS / 32)), else a thread for each row, grid ceil(N P / THREADS): neighbouring threads read
// neighbouring numbers. cross_entropy_total block up to THREADS, a multiple of 32, grid 1. C >= 1.
// Deterministic: sums run in a fixed order.

#include "real.cuh"
#include "reduce.cuh"

#define THREADS 256

// operation.CrossEntropySpec.Form
enum Form { LABELS, PROBABILITIES, LOG_PROBABILITIES };

// What is given, and the row of a thread, of which it takes each LANES-th class.
struct Given {
    int form;
    const real* z;
    const int* label;
    const real* share;
    const real* weight;
    double eps;
    int ignored;
    int rows;
    int classes;
    int positions;
};

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

template <int LANES, typename T>
__device__ static T lanes_sum(T value) {
    return LANES == 1 ? value : warp_sum(value);
}

// Where z[r,0] lies; z[r,c] lies c positions further.
__device__ static long long start(const Given& g, int row) {
    return (long long)(row / g.positions) * g.classes * g.positions + row % g.positions;
}

__device__ static double q(const Given& g, long long at, int own, int c) {
    double t = g.form == PROBABILITIES ? (double)g.share[at] : c == own;
    return class_weight(g.weight, c) * ((1 - g.eps) * t + g.eps / g.classes);
}

// NaN where the row's label is out of range, 0 where it is ignored, else 1.
__device__ static double counts(const Given& g, int own) {
    if (g.form == LABELS || g.form == LOG_PROBABILITIES) {
        if (own == g.ignored) return 0;
        return own < 0 || own >= g.classes ? nan("") : 1;
    }
    return 1;
}

template <int LANES>
__device__ static void forward(Given g, double* top, double* others, double* loss) {
    int row = (blockIdx.x * THREADS + threadIdx.x) / LANES;
    int lane = threadIdx.x % LANES;
    if (row >= g.rows) return;
    long long first = start(g, row);
    double peak = 0, rest = 0;
    if (g.form != LOG_PROBABILITIES) {
        real highest = g.z[first];
        for (int c = lane; c < g.classes; c += LANES) {
            real z = g.z[first + (long long)c * g.positions];
            highest = z > highest || z != z ? z : highest;
        }
        peak = LANES == 1 ? highest : warp_max(highest);
        int largest = 0;
        for (int c = lane; c < g.classes; c += LANES) {
            real z = g.z[first + (long long)c * g.positions];
            if (z == peak) largest++;
            else rest += exponential(z - peak);
        }
        rest = lanes_sum<LANES>(largest) - 1 + lanes_sum<LANES>(rest);
    }
    double log_sum = log1p(rest);
    int own = g.form == PROBABILITIES ? -1 : g.label[row];
    double sum = 0;
    for (int c = lane; c < g.classes; c += LANES) {
        long long at = first + (long long)c * g.positions;
        double share = q(g, at, own, c);
        if (share != 0) sum += share * (peak - g.z[at] + log_sum);
    }
    sum = lanes_sum<LANES>(sum);
    if (lane == 0) {
        double count = counts(g, own);
        top[row] = peak;
        others[row] = rest;
        loss[row] = count == 0 ? 0 : count * sum;
    }
}

template <int LANES>
__device__ static void backward(Given g, const double* top, const double* others,
                                const double* divisor, const real* dy, real* dz) {
    int row = (blockIdx.x * THREADS + threadIdx.x) / LANES;
    int lane = threadIdx.x % LANES;
    if (row >= g.rows) return;
    long long first = start(g, row);
    int own = g.form == PROBABILITIES ? -1 : g.label[row];
    double count = counts(g, own);
    double scale = count == 0 ? 0 : count * dy[0] / divisor[0];
    double mass = 0;
    for (int c = lane; c < g.classes; c += LANES) {
        mass += q(g, first + (long long)c * g.positions, own, c);
    }
    double share = lanes_sum<LANES>(mass) / (1 + others[row]);
    double peak = top[row];
    for (int c = lane; c < g.classes; c += LANES) {
        long long at = first + (long long)c * g.positions;
        double p = g.form == LOG_PROBABILITIES ? 0 : exponential(g.z[at] - peak) * share;
        dz[at] = count == 0 ? 0 : (real)(scale * (p - q(g, at, own, c)));
    }
}

extern "C" __global__ void __launch_bounds__(THREADS)
    cross_entropy_rows(int form, const real* z, const int* label, const real* share,
                       const real* weight, double eps, int ignored, double* top, double* others,
                       double* loss, int rows, int classes, int positions) {
    Given g = {form, z, label, share, weight, eps, ignored, rows, classes, positions};
    if (positions == 1) forward<32>(g, top, others, loss);
    else forward<1>(g, top, others, loss);
}

extern "C" __global__ void __launch_bounds__(THREADS)
    cross_entropy_total(const double* loss, const int* label, const real* weight, int mean,
                        int ignored, real* y, double* divisor, int rows, int classes) {
    double sum = 0, weights = 0;
    for (int r = threadIdx.x; r < rows; r += blockDim.x) {
        sum += loss[r];
        if (label == nullptr) weights++;
        else if (label[r] != ignored && label[r] >= 0 && label[r] < classes) {
            weights += class_weight(weight, label[r]);
        }
    }
    sum = block_sum(sum);
    weights = block_sum(weights);
    if (threadIdx.x == 0) {
        divisor[0] = mean ? weights : 1;
        y[0] = (real)(sum / divisor[0]);
    }
}

extern "C" __global__ void __launch_bounds__(THREADS)
    cross_entropy_backward(int form, const real* z, const int* label, const real* share,
                           const real* weight, double eps, int ignored, const double* top,
                           const double* others, const double* divisor, const real* dy, real* dz,
                           int rows, int classes, int positions) {
    Given g = {form, z, label, share, weight, eps, ignored, rows, classes, positions};
    if (positions == 1) backward<32>(g, top, others, divisor, dy, dz);
    else backward<1>(g, top, others, divisor, dy, dz);
}
