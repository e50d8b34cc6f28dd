// A loss that compares x and target t element by element.
//
//   x, t     (N)
//   partial  (B)  partial[b] = sum of l(x[i], t[i]) over the elements block b strides over
//   dy       (1)
//   dx       (N)  dx[i] = dy / divisor dl/dx(x[i], t[i])
//
// l is one of operation.PointwiseLossSpec's kinds; a is beta of smooth L1, delta of Huber. Differences
// and products are float64: of float32 they neither overflow nor vanish. Its functions take real.
//
// Launch: block THREADS, any 1-d grid; B is the grid of the forward kernel. Sums in float64, in an
// order that depends on N and B alone.

#include "index.cuh"
#include "real.cuh"
#include "reduce.cuh"

#define THREADS 256

// operation.PointwiseLossSpec.Kind
enum Kind { MSE, L1, SMOOTH_L1, HUBER, BCE_WITH_LOGITS, KL_DIV };

__device__ static double sign(double d) { return d > 0 ? 1 : d < 0 ? -1 : d; }

__device__ static double value(int kind, double a, real x, real t) {
    double d = (double)x - t;
    double size = fabs(d);
    switch (kind) {
        case MSE: return d * d;
        case L1: return size;
        case SMOOTH_L1: return size < a ? size / a * size / 2 : size - a / 2;
        case HUBER: return size <= a ? d / 2 * d : a * (size - a / 2);
        // Of t in [0, 1] a sum of two terms above 0; e^-|x| lies in (0, 1].
        case BCE_WITH_LOGITS:
            return (x > 0 ? (double)x * (1 - (double)t) : -(double)x * t) + log1p(exp(-fabs(x)));
        case KL_DIV: return t != 0 ? (double)t * ((double)log(t) - x) : x != x ? x : 0;
    }
    return nan("");
}

__device__ static double derivative(int kind, double a, real x, real t) {
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
            return ((1 - (double)t) * (x >= 0 ? 1 : e) - (double)t * (x >= 0 ? e : 1)) / (1 + e);
        }
        case KL_DIV: return -t;
    }
    return nan("");
}

extern "C" __global__ void __launch_bounds__(THREADS)
    pointwise_loss_forward(int kind, double a, const real* x, const real* t, double* partial,
                           long long n) {
    double sum = 0;
    FOR_EACH(i, n) sum += value(kind, a, x[i], t[i]);
    sum = block_sum(sum);
    if (threadIdx.x == 0) partial[blockIdx.x] = sum;
}

extern "C" __global__ void __launch_bounds__(THREADS)
    pointwise_loss_backward(int kind, double a, const real* x, const real* t, const real* dy,
                            double divisor, real* dx, long long n) {
    double scale = dy[0] / divisor;
    FOR_EACH(i, n) dx[i] = (real)(scale * derivative(kind, a, x[i], t[i]));
}
