// Connectionist temporal classification of logits by label sequences.
//
//   z        (T, N, C)  logits; (N, T, C) with batch_first
//   target   (N, 2 + S) length T_n of the input, length S_n of the target, labels
//   log_sum  (T N)      log(sum_c exp z[row,c]) of each row of z, in z's order
//   alpha    (N, T, 2 S + 1)  of the paths to each state: l' = blank, l_1, blank, l_2, ..., blank
//   loss     (N)        -log of the probability of all paths; infinite if there is none
//   beta     (N, T, 2 S + 1)  of the paths from each state, then
//                       exp(alpha + beta - log p[t, l'[s]] + loss), the state's probability
//   y        (1)        sum_n loss[n] / D[n]    D[n] = N max(1, S_n) for the mean, 1 for the sum
//   dy       (1)
//   dz                  dy / D[n] (exp(z - log_sum) - sum of beta[n,t,s] over l'[s] = c), t < T_n
//                       0 for t >= T_n, and of infinite losses with zero_infinity
//
// Logarithms of probabilities, whose sums take out the largest; all in float64. Lengths and labels
// out of range give NaN for their sample. The gradient of an infinite loss is NaN.
//
// Launch: block THREADS. ctc_log_sums and ctc_gradient: a warp for each row, grid
// ceil(T N / (THREADS / 32)). ctc_forward, ctc_backward: a block for each sample, grid N. ctc_total:
// block up to THREADS, a multiple of 32, grid 1.
// Deterministic: sums run in a fixed order.
// Spills: some 24 bytes on sm_120, around the calls of exp and log, which ptxas 13.0 chooses itself.

#include "real.cuh"
#include "reduce.cuh"

#define THREADS 256
#define NEVER (-1.0 / 0.0)

// log(e^a + e^b + e^c)
__device__ static double log_sum_exp(double a, double b, double c) {
    double top = fmax(a, fmax(b, c));
    if (isnan(a) || isnan(b) || isnan(c)) return nan("");
    if (top == NEVER) return top;
    return top + log(exp(a - top) + exp(b - top) + exp(c - top));
}

// One sample: its lengths, and where its rows and states lie.
struct Sample {
    const int* labels;
    int length;
    int count;
    int states;
    bool valid;
    int n;
    int blank;
    int batch_first;
    int batch;
    int steps;

    __device__ int state(int s) const { return s % 2 == 0 ? blank : labels[s / 2]; }

    // Whether a path may leave out the blank between states s and s - 2.
    __device__ bool skips(int s) const {
        return s >= 2 && state(s) != blank && state(s) != state(s - 2);
    }

    __device__ long long row(int t) const {
        return batch_first ? (long long)n * steps + t : (long long)t * batch + n;
    }
};

__device__ static Sample sample(const int* target, int n, int blank, int batch_first, int batch,
                                int steps, int classes, int width) {
    const int* mine = target + (long long)n * width;
    Sample it = {mine + 2, mine[0], mine[1], 0, true, n, blank, batch_first, batch, steps};
    it.valid = it.length >= 0 && it.length <= steps && it.count >= 0 && it.count <= width - 2;
    for (int i = 0; it.valid && i < it.count; i++) {
        it.valid = it.labels[i] >= 0 && it.labels[i] < classes;
    }
    it.states = it.valid ? 2 * it.count + 1 : 0;
    if (!it.valid) it.length = 0;
    return it;
}

extern "C" __global__ void __launch_bounds__(THREADS)
    ctc_log_sums(const real* z, double* log_sum, int rows, int classes) {
    int row = (blockIdx.x * THREADS + threadIdx.x) / 32;
    int lane = threadIdx.x % 32;
    if (row >= rows) return;
    const real* zs = z + (long long)row * classes;
    real highest = zs[0];
    for (int c = lane; c < classes; c += 32) {
        highest = zs[c] > highest || zs[c] != zs[c] ? zs[c] : highest;
    }
    double top = warp_max(highest);
    double sum = 0;
    for (int c = lane; c < classes; c += 32) sum += exp(zs[c] - top);
    sum = warp_sum(sum);
    if (lane == 0) log_sum[row] = top + log(sum);
}

extern "C" __global__ void __launch_bounds__(THREADS)
    ctc_forward(const real* z, const int* target, const double* log_sum, double* alpha,
                double* loss, int blank, int batch_first, int batch, int steps, int classes,
                int width) {
    Sample it = sample(target, blockIdx.x, blank, batch_first, batch, steps, classes, width);
    int stride = 2 * (width - 2) + 1;
    double* now = alpha + (long long)it.n * steps * stride;
    for (int t = 0; t < it.length; t++, now += stride) {
        const double* before = now - stride;
        long long row = it.row(t);
        for (int s = threadIdx.x; s < it.states; s += THREADS) {
            double from = s < 2 ? 0 : NEVER;
            if (t > 0) {
                from = log_sum_exp(before[s], s < 1 ? NEVER : before[s - 1],
                                   it.skips(s) ? before[s - 2] : NEVER);
            }
            now[s] = from + (z[row * classes + it.state(s)] - log_sum[row]);
        }
        __syncthreads();
    }
    if (threadIdx.x != 0) return;
    const double* end = now - stride + 2 * it.count;
    double none = it.count == 0 ? 0 : 1.0 / 0.0;
    loss[it.n] = !it.valid        ? nan("")
                 : it.length == 0 ? none
                                  : -log_sum_exp(end[0], it.count == 0 ? NEVER : end[-1], NEVER);
}

__device__ static double divisor(int mean, int batch, int count) {
    return mean ? (double)batch * (count > 1 ? count : 1) : 1;
}

extern "C" __global__ void __launch_bounds__(THREADS)
    ctc_total(const double* loss, const int* target, int mean, int zero_infinity, real* y,
              int batch, int width) {
    double sum = 0;
    for (int n = threadIdx.x; n < batch; n += blockDim.x) {
        double l = loss[n] / divisor(mean, batch, target[(long long)n * width + 1]);
        sum += zero_infinity && l == 1.0 / 0.0 ? 0 : l;
    }
    sum = block_sum(sum);
    if (threadIdx.x == 0) y[0] = (real)sum;
}

extern "C" __global__ void __launch_bounds__(THREADS)
    ctc_backward(const real* z, const int* target, const double* log_sum, const double* alpha,
                 const double* loss, double* beta, int blank, int batch_first, int batch,
                 int steps, int classes, int width) {
    Sample it = sample(target, blockIdx.x, blank, batch_first, batch, steps, classes, width);
    int stride = 2 * (width - 2) + 1;
    int last = it.states - 1;
    long long first = (long long)it.n * steps * stride;
    for (int t = it.length - 1; t >= 0; t--) {
        double* now = beta + first + (long long)t * stride;
        const double* after = now + stride;
        long long row = it.row(t);
        for (int s = threadIdx.x; s < it.states; s += THREADS) {
            double to = s >= last - 1 ? 0 : NEVER;
            if (t < it.length - 1) {
                to = log_sum_exp(after[s], s < last ? after[s + 1] : NEVER,
                                 s + 2 <= last && it.skips(s + 2) ? after[s + 2] : NEVER);
            }
            now[s] = to + (z[row * classes + it.state(s)] - log_sum[row]);
        }
        __syncthreads();
    }
    for (int i = threadIdx.x; i < it.length * stride; i += THREADS) {
        int t = i / stride, s = i % stride;
        if (s >= it.states) continue;
        long long row = it.row(t);
        double lp = z[row * classes + it.state(s)] - log_sum[row];
        beta[first + i] = exp(alpha[first + i] + beta[first + i] - lp + loss[it.n]);
    }
}

extern "C" __global__ void __launch_bounds__(THREADS)
    ctc_gradient(const real* z, const int* target, const double* log_sum, const double* loss,
                 const double* states, const real* dy, real* dz, int mean, int zero_infinity,
                 int blank, int batch_first, int batch, int steps, int classes, int width) {
    int row = (blockIdx.x * THREADS + threadIdx.x) / 32;
    int lane = threadIdx.x % 32;
    if (row >= batch * steps) return;
    int n = batch_first ? row / steps : row % batch;
    int t = batch_first ? row % steps : row / batch;
    Sample it = sample(target, n, blank, batch_first, batch, steps, classes, width);
    bool infinite = loss[n] == 1.0 / 0.0;
    bool counts = t < it.length && !(infinite && zero_infinity);
    double scale = dy[0] / divisor(mean, batch, it.count);
    const double* mine = states + ((long long)n * steps + t) * (2 * (width - 2) + 1);
    for (int c = lane; c < classes; c += 32) {
        long long at = (long long)row * classes + c;
        double sum = 0;
        for (int s = 0; counts && s < it.states; s++) {
            if (it.state(s) == c) sum += mine[s];
        }
        double p = infinite ? nan("") : exp(z[at] - log_sum[row]);
        dz[at] = !it.valid ? (real)nan("") : counts ? (real)(scale * (p - sum)) : 0;
    }
}
