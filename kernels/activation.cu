// Activation: a function of one number, applied to each element.
//
//   x   (N)
//   y   (N)  y[i]  = f(x[i])
//   dy  (N)
//   dx  (N)  dx[i] = f'(x[i]) dy[i]
//
// Backward may take ReLU's y in x's place: both are above 0 at the same places.
//
// f is one of operation.ActivationSpec's kinds, alpha its parameter; at kinks and for large numbers
// as backend.reference.ReferenceActivation, term by term: 1 - sigmoid(x) is written sigmoid(-x) and
// 1 - tanh(x)^2 is written 1 / cosh(x)^2, which lose no digits where they are small.
//
// Launch: any 1-d block and grid. y may be x, dx may be dy. All threads take the same branch.

#include "index.cuh"
#include "real.cuh"

// operation.ActivationSpec.Kind
enum Kind {
    RELU,
    LEAKY_RELU,
    ELU,
    SIGMOID,
    TANH,
    SOFTPLUS,
    SOFTSIGN,
    SILU,
    GELU,
    MISH,
    HARDTANH,
    HARDSWISH,
    RELU6,
    SELU,
    CELU,
    HARDSIGMOID,
    LOGSIGMOID,
    TANHSHRINK,
    GELU_TANH
};

// Above this softplus is x itself.
#define THRESHOLD 20

#define SELU_ALPHA (real)1.6732632423543772848170429916717
#define SELU_SCALE (real)1.0507009873554804934193349852946
#define TWO_ROOT_2_OVER_PI (real)1.5957691216057308

__device__ static real sigmoid(real x) {
    real e = exp(-fabs(x));
    return (x >= 0 ? 1 : e) / (1 + e);
}

// log(1 + e^x), without overflow.
__device__ static real softplus(real x) { return fmax(x, (real)0) + log1p(exp(-fabs(x))); }

// The density of the standard normal distribution: e^(-x^2 / 2) by a part of x with an exact
// square, because what x^2 is rounded by would be multiplied by x^2. Beyond 64 it is 0.
__device__ static real normal_density(real x) {
    real size = fabs(x);
    if (size > 64) return 0;
    real head = rint(size * 16) / 16;
    real rest = (size - head) * (size + head);
    return exp(-head * head / 2) * exp(-rest / 2) * (real)0.39894228040143268;
}

// 1 / cosh(x)^2, whose denominator may overflow.
__device__ static real sech_squared(real x) {
    real c = cosh(x);
    return 1 / c / c;
}

// NaN stays NaN.
__device__ static real clamp(real x, real low, real high) {
    return x < low ? low : x > high ? high : x;
}

// x - tanh(x); near 0 sum_k 2 k x^(2 k + 1) / (2 k + 1)! over cosh(x), whose terms have one sign.
__device__ static real tanh_shrink(real x) {
    if (!(fabs(x) < 1)) return x - tanh(x);
    real sum = 0, power = x;
    for (int k = 1; k <= 9; k++) {
        power *= x * x / (2 * k * (2 * k + 1));
        sum += 2 * k * power;
    }
    return sum / cosh(x);
}

// 2 sqrt(2 / pi) (x + 0.044715 x^3), of which the sigmoid is (1 + tanh of half of it) / 2.
__device__ static real normal_logit(real x) {
    return TWO_ROOT_2_OVER_PI * (x + (real)0.044715 * x * x * x);
}

// With p = sigmoid(logit(x)): p + x p (1 - p) logit'(x); beyond 40 the last term is 0.
__device__ static real gelu_tanh_slope(real x) {
    real c = clamp(x, -40, 40);
    real logit = normal_logit(c);
    real slope = TWO_ROOT_2_OVER_PI * (1 + (real)(3 * 0.044715) * c * c);
    return sigmoid(logit) * (1 + c * sigmoid(-logit) * slope);
}

__device__ static real value(int kind, real alpha, real x) {
    switch (kind) {
        case RELU: return x < 0 ? 0 : x;
        case LEAKY_RELU: return x > 0 ? x : alpha * x;
        case ELU: return x > 0 ? x : alpha * expm1(x);
        case SIGMOID: return sigmoid(x);
        case TANH: return tanh(x);
        case SOFTPLUS: return x > THRESHOLD ? x : softplus(x);
        case SOFTSIGN: return x / (1 + fabs(x));
        case SILU: return x * sigmoid(x);
        case GELU: return x * normcdf(x);
        case MISH: return x * tanh(softplus(x));
        case HARDTANH: return clamp(x, -1, 1);
        case HARDSWISH: return x * (clamp(x + 3, 0, 6) / 6);
        case RELU6: return clamp(x, 0, 6);
        case SELU: return SELU_SCALE * (x > 0 ? x : SELU_ALPHA * expm1(x));
        case CELU: return x > 0 ? x : alpha * expm1(x / alpha);
        case HARDSIGMOID: return clamp(x + 3, 0, 6) / 6;
        case LOGSIGMOID: return -softplus(-x);
        case TANHSHRINK: return tanh_shrink(x);
        case GELU_TANH: return x * sigmoid(normal_logit(x));
    }
    return (real)nan("");
}

__device__ static real derivative(int kind, real alpha, real x) {
    switch (kind) {
        case RELU: return x > 0;
        case LEAKY_RELU: return x > 0 ? 1 : alpha;
        case ELU: return x > 0 ? 1 : alpha * exp(x);
        case SIGMOID: return sigmoid(x) * sigmoid(-x);
        case TANH: return sech_squared(x);
        case SOFTPLUS: return x > THRESHOLD ? 1 : sigmoid(x);
        case SOFTSIGN: return 1 / (1 + fabs(x)) / (1 + fabs(x));
        case SILU: return sigmoid(x) * (1 + x * sigmoid(-x));
        case GELU: return normcdf(x) + x * normal_density(x);
        case MISH: {
            real s = softplus(x);
            return tanh(s) + x * sigmoid(x) * sech_squared(s);
        }
        case HARDTANH: return x > -1 && x < 1;
        case HARDSWISH: return x <= -3 ? 0 : x < 3 ? x / 3 + (real)0.5 : 1;
        case RELU6: return x > 0 && x < 6;
        case SELU: return SELU_SCALE * (x > 0 ? 1 : SELU_ALPHA * exp(x));
        case CELU: return x > 0 ? 1 : exp(x / alpha);
        case HARDSIGMOID: return x > -3 && x < 3 ? (real)(1.0 / 6) : 0;
        case LOGSIGMOID: return sigmoid(-x);
        case TANHSHRINK: return tanh(x) * tanh(x);
        case GELU_TANH: return gelu_tanh_slope(x);
    }
    return (real)nan("");
}

extern "C" __global__ void activation_forward(int kind, real alpha, const real* x, real* y,
                                              long long n) {
    FOR_EACH(i, n) y[i] = value(kind, alpha, x[i]);
}

extern "C" __global__ void activation_backward(int kind, real alpha, const real* x, const real* dy,
                                               real* dx, long long n) {
    FOR_EACH(i, n) dx[i] = derivative(kind, alpha, x[i]) * dy[i];
}
