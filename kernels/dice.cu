// Soft Dice of the regions of classes, each of a sample's P positions.
//
//   z      (N, C, P)  logits
//   label  (N, P)     class index, 0 <= label < C, or ignored; null where there is share
//   share  (N, C, P)  probabilities t; null where there is label: then t = [c == label]
//   top    (N, P)     max_c z; 0 with sigmoid
//   sum    (N, P)     sum_c exp(z - top); 1 with sigmoid
//   whole  (N, C)     U = sum over positions of p + t, + smooth
//   loss   (N, C)     sum over positions of p (1 - t) + (1 - p) t, / U: 1 - Dice without a difference
//   dy     (1)
//   dz     (N, C, P)  p (g - sum_j g_j p_j), with sigmoid p (1 - p) g; 0 of ignored positions
//                     g = dy / divisor (1 - 2 t - loss) / U
//
// A label out of range gives NaN. Sums in float64, in a fixed order.
//
// Launch: dice_rows and dice_backward block THREADS, a thread for each position, grid
// ceil(N P / THREADS). dice_forward a block for each sample and class, of up to THREADS, a multiple of 32.
//
// Spills: 8 bytes on sm_100 in float64, which ptxas 13.0 chooses itself: it may take 255 registers.

#include "real.cuh"
#include "reduce.cuh"

#define THREADS 256

// operation.DiceSpec.Form
enum Form { LABELS, PROBABILITIES, SIGMOID };

__device__ static double probability(int form, real z, double top, double sum) {
    if (form == LABELS || form == PROBABILITIES) return exp((real)(z - top)) / sum;
    double e = exp(-fabs(z));
    return (z >= 0 ? 1 : e) / (1 + e);
}

// t of class c, whose share lies at i; NaN of a label out of range.
__device__ static double truth(int form, const int* label, const real* share, long long row, int c,
                               int classes, long long i) {
    if (form != LABELS) return share[i];
    int own = label[row];
    return own < 0 || own >= classes ? nan("") : own == c;
}

extern "C" __global__ void __launch_bounds__(THREADS)
    dice_rows(int form, const real* z, double* top, double* sum, int classes, int positions,
              int rows) {
    int row = blockIdx.x * THREADS + threadIdx.x;
    if (row >= rows) return;
    long long first = (long long)(row / positions) * classes * positions + row % positions;
    double peak = 0, total = 1;
    if (form != SIGMOID) {
        peak = z[first];
        for (int c = 1; c < classes; c++) {
            double x = z[first + (long long)c * positions];
            peak = x > peak || x != x ? x : peak;
        }
        total = 0;
        for (int c = 0; c < classes; c++) {
            total += exp((real)(z[first + (long long)c * positions] - peak));
        }
    }
    top[row] = peak;
    sum[row] = total;
}

extern "C" __global__ void __launch_bounds__(THREADS)
    dice_forward(int form, const real* z, const int* label, const real* share, const double* top,
                 const double* sum, double smooth, int ignored, double* whole, double* loss,
                 int classes, int positions) {
    int n = blockIdx.x / classes;
    int c = blockIdx.x % classes;
    double all = 0, missed = 0;
    for (int j = threadIdx.x; j < positions; j += blockDim.x) {
        long long row = (long long)n * positions + j;
        if (label != nullptr && label[row] == ignored) continue;
        long long i = (long long)blockIdx.x * positions + j;
        double p = probability(form, z[i], top[row], sum[row]);
        double t = truth(form, label, share, row, c, classes, i);
        all += p + t;
        missed += p * (1 - t) + (1 - p) * t;
    }
    all = block_sum(all) + smooth;
    missed = block_sum(missed);
    if (threadIdx.x == 0) {
        whole[blockIdx.x] = all;
        loss[blockIdx.x] = missed / all;
    }
}

extern "C" __global__ void __launch_bounds__(THREADS)
    dice_backward(int form, const real* z, const int* label, const real* share, const double* top,
                  const double* sum, int ignored, const double* whole, const double* loss,
                  const real* dy, double divisor, real* dz, int classes, int positions, int rows) {
    int row = blockIdx.x * THREADS + threadIdx.x;
    if (row >= rows) return;
    int n = row / positions;
    long long first = (long long)n * classes * positions + row % positions;
    bool counts = label == nullptr || label[row] != ignored;
    double scale = dy[0] / divisor;
    double mean = 0;
    for (int pass = form == SIGMOID ? 1 : 0; pass < 2; pass++) {
        for (int c = 0; c < classes; c++) {
            long long i = first + (long long)c * positions;
            int region = n * classes + c;
            double p = probability(form, z[i], top[row], sum[row]);
            double t = truth(form, label, share, row, c, classes, i);
            double g = scale * (1 - 2 * t - loss[region]) / whole[region];
            if (pass == 0) mean += g * p;
            else dz[i] = counts ? (real)(p * (form == SIGMOID ? (1 - p) * g : g - mean)) : 0;
        }
    }
}
