// A loss that compares x and target t element by element.
//
//   x        (N)
//   target   (N)     t; with sample > 0 (N / sample, 2, sample): of each sample the t, then the w
//   positive (C)     p of each class, those of of_class neighbours alike; null for 1
//   partial  (B)     sum of w[i] l(x[i], t[i]) over the elements block b strides over
//   dy       (1)
//   dx       (N)     dx[i] = dy / divisor w[i] dl/dx(x[i], t[i])
//
// l is one of operation.PointwiseLossSpec's kinds; a is beta of smooth L1, delta of Huber, gamma of
// focal, eps of Poisson; b is alpha of focal, 1 for a full Poisson. Differences and products are
// float64: of float32 they neither overflow nor vanish. Its functions take real.
//
// Launch: block THREADS, any 1-d grid; B is the grid of the forward kernel. Sums in float64, in an
// order that depends on N and B alone.
//
// Spills: 16 bytes on sm_86 and sm_89 in float32, which ptxas 13.0 chooses itself: it may take 255
// registers.

#include "index.cuh"
#include "real.cuh"
#include "reduce.cuh"

#define THREADS 256

// operation.PointwiseLossSpec.Kind
enum Kind {
    MSE,
    L1,
    SMOOTH_L1,
    HUBER,
    BCE_WITH_LOGITS,
    KL_DIV,
    FOCAL,
    POISSON_NLL,
    POISSON_NLL_LOG
};

__device__ static double sign(double d) { return d > 0 ? 1 : d < 0 ? -1 : d; }

struct Element {
    real t;
    double w;
    double p;
};

__device__ static Element element(const real* target, const real* positive, int sample,
                                  int of_class, int classes, long long i) {
    Element e = {0, 1, 1};
    long long at = sample == 0 ? i : i / sample * 2 * sample + i % sample;
    e.t = target[at];
    if (sample != 0) e.w = target[at + sample];
    if (positive != nullptr) e.p = positive[i / of_class % classes];
    return e;
}

// Of focal: sigmoid(-|x|) as e / (1 + e), the entropy, and q, the probability of a mistake.
struct Focal {
    double e;
    double entropy;
    double q;
    double weight;
};

__device__ static Focal focal(double alpha, real x, double t) {
    double e = exp(-fabs(x));
    Focal f;
    f.e = e;
    f.entropy = (x > 0 ? x * (1 - t) : -x * t) + log1p((real)e);
    f.q = (x >= 0 ? 1 - t + t * e : t + (1 - t) * e) / (1 + e);
    f.weight = alpha < 0 ? 1 : alpha * t + (1 - alpha) * (1 - t);
    return f;
}

// About log t!.
__device__ static double stirling(real t) {
    const double half_log_two_pi = 0.91893853320467274178;
    return t <= 1 ? 0 : (t + 0.5) * (double)log(t) - t + half_log_two_pi;
}

__device__ static double value(int kind, double a, double b, real x, real t, double p) {
    double d = (double)x - t;
    double size = fabs(d);
    switch (kind) {
        case MSE: return d * d;
        case L1: return size;
        case SMOOTH_L1: return size < a ? size / a * size / 2 : size - a / 2;
        case HUBER: return size <= a ? d / 2 * d : a * (size - a / 2);
        // Of t in [0, 1] a sum of two terms above 0; e^-|x| lies in (0, 1].
        case BCE_WITH_LOGITS:
            return (x > 0 ? (double)x * (1 - (double)t) : -(double)x * t * p) +
                   (1 - (double)t + p * t) * log1p(exp(-fabs(x)));
        case KL_DIV: return t != 0 ? (double)t * ((double)log(t) - x) : x != x ? x : 0;
        case FOCAL: {
            Focal f = focal(b, x, t);
            return f.weight * pow((real)f.q, (real)a) * f.entropy;
        }
        case POISSON_NLL: return x - t * log(x + a) + (b != 0 ? stirling(t) : 0);
        case POISSON_NLL_LOG: return exp(x) - (double)t * x + (b != 0 ? stirling(t) : 0);
    }
    return nan("");
}

__device__ static double derivative(int kind, double a, double b, real x, real t, double p) {
    double d = (double)x - t;
    double size = fabs(d);
    switch (kind) {
        case MSE: return 2 * d;
        case L1: return sign(d);
        case SMOOTH_L1: return size < a ? d / a : sign(d);
        case HUBER: return size <= a ? d : a * sign(d);
        // sigmoid(x) - t as (1 - t) sigmoid(x) - t sigmoid(-x), which keeps its digits near 0.
        case BCE_WITH_LOGITS: {
            real e = exp(-fabs(x));
            return ((1 - (double)t) * (x >= 0 ? 1 : e) - p * t * (x >= 0 ? e : 1)) / (1 + e);
        }
        case KL_DIV: return -t;
        // weight q^gamma (l' + gamma l q'/q): q'/q is at most 1, where q vanishes it is 0.
        case FOCAL: {
            Focal f = focal(b, x, t);
            double s = 1 + f.e;
            double slope = ((1 - (double)t) * (x >= 0 ? 1 : f.e) - t * (x >= 0 ? f.e : 1)) / s;
            double ratio = f.q == 0 ? 0 : (1 - 2 * (double)t) * f.e / (s * s) / f.q;
            return f.weight * pow((real)f.q, (real)a) * (slope + a * f.entropy * ratio);
        }
        case POISSON_NLL: return 1 - t / (x + a);
        case POISSON_NLL_LOG: return exp(x) - (double)t;
    }
    return nan("");
}

extern "C" __global__ void __launch_bounds__(THREADS)
    pointwise_loss_forward(int kind, double a, double b, const real* x, const real* target,
                           const real* positive, int sample, int of_class, int classes,
                           double* partial, long long n) {
    double sum = 0;
    FOR_EACH(i, n) {
        Element e = element(target, positive, sample, of_class, classes, i);
        sum += e.w * value(kind, a, b, x[i], e.t, e.p);
    }
    sum = block_sum(sum);
    if (threadIdx.x == 0) partial[blockIdx.x] = sum;
}

extern "C" __global__ void __launch_bounds__(THREADS)
    pointwise_loss_backward(int kind, double a, double b, const real* x, const real* target,
                            const real* positive, int sample, int of_class, int classes,
                            const real* dy, double divisor, real* dx, long long n) {
    double scale = dy[0] / divisor;
    FOR_EACH(i, n) {
        Element e = element(target, positive, sample, of_class, classes, i);
        dx[i] = (real)(scale * e.w * derivative(kind, a, b, x[i], e.t, e.p));
    }
}
