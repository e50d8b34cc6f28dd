// y = alpha f(x) + beta y for cuDNN's activations, and dx = alpha f'(x) dy + beta dx.
//
// NaN: every function hands it on but ReLU and clipped ReLU, which do so only where the descriptor
// says CUDNN_PROPAGATE_NAN and take it for 0 otherwise. Identity is for the fused convolution
// alone.
#include "activation.h"

#include <algorithm>
#include <cmath>

namespace {

double sigmoid(double x) { return 1 / (1 + std::exp(-x)); }

bool is_relu(const ActivationDescriptor& f) {
    return f.mode == CUDNN_ACTIVATION_RELU || f.mode == CUDNN_ACTIVATION_CLIPPED_RELU;
}

}  // namespace

ActivationDescriptor activation(const ActivationDescriptor* descriptor) {
    ActivationDescriptor result = live(descriptor, "activationDesc");
    require(result.is_set);
    return result;
}

double activate(const ActivationDescriptor& f, double x) {
    if (std::isnan(x)) return is_relu(f) && f.nan == CUDNN_NOT_PROPAGATE_NAN ? 0 : x;
    switch (f.mode) {
        case CUDNN_ACTIVATION_SIGMOID:
            return sigmoid(x);
        case CUDNN_ACTIVATION_RELU:
            return std::max(x, 0.0);
        case CUDNN_ACTIVATION_TANH:
            return std::tanh(x);
        case CUDNN_ACTIVATION_CLIPPED_RELU:
            return std::min(std::max(x, 0.0), f.coefficient);
        case CUDNN_ACTIVATION_ELU:
            return x >= 0 ? x : f.coefficient * std::expm1(x);
        case CUDNN_ACTIVATION_SWISH:
            return x * sigmoid(f.swish_beta * x);
        default:
            return x;
    }
}

double activate_backward(const ActivationDescriptor& f, double x, double y, double dy) {
    switch (f.mode) {
        case CUDNN_ACTIVATION_SIGMOID:
            return dy * y * (1 - y);
        case CUDNN_ACTIVATION_RELU:
            return x > 0 || (std::isnan(x) && f.nan == CUDNN_PROPAGATE_NAN) ? dy : 0;
        case CUDNN_ACTIVATION_TANH:
            return dy * (1 - y * y);
        case CUDNN_ACTIVATION_CLIPPED_RELU:
            if (std::isnan(x)) return f.nan == CUDNN_PROPAGATE_NAN ? dy : 0;
            return x > 0 && x < f.coefficient ? dy : 0;
        case CUDNN_ACTIVATION_ELU:
            return x >= 0 ? dy : dy * (y + f.coefficient);
        case CUDNN_ACTIVATION_SWISH: {
            double s = sigmoid(f.swish_beta * x);
            return dy * (s + f.swish_beta * x * s * (1 - s));
        }
        default:
            return dy;
    }
}

CUDNN_CALL(cudnnCreateActivationDescriptor)(ActivationDescriptor** descriptor) {
    return answer(__func__, [&](const char*) { create(descriptor); });
}

CUDNN_CALL(cudnnDestroyActivationDescriptor)(ActivationDescriptor* descriptor) {
    return answer(__func__, [&](const char*) { destroy(descriptor, "activationDesc"); });
}

CUDNN_CALL(cudnnSetActivationDescriptor)
(ActivationDescriptor* descriptor, ActivationMode mode, NanPropagation nan, double coefficient) {
    return answer(__func__, [&](const char*) {
        ActivationDescriptor& target = live(descriptor, "activationDesc");
        require(mode >= CUDNN_ACTIVATION_SIGMOID && mode <= CUDNN_ACTIVATION_SWISH);
        require(nan == CUDNN_NOT_PROPAGATE_NAN || nan == CUDNN_PROPAGATE_NAN);
        target.mode = mode;
        target.nan = nan;
        target.coefficient = coefficient;
        target.is_set = true;
    });
}

CUDNN_CALL(cudnnGetActivationDescriptor)
(const ActivationDescriptor* descriptor, ActivationMode* mode, NanPropagation* nan,
 double* coefficient) {
    return answer(__func__, [&](const char*) {
        const ActivationDescriptor& source = live(descriptor, "activationDesc");
        answer_with(mode, source.mode);
        answer_with(nan, source.nan);
        answer_with(coefficient, source.coefficient);
    });
}

CUDNN_CALL(cudnnSetActivationDescriptorSwishBeta)(ActivationDescriptor* descriptor, double beta) {
    return answer(__func__,
                  [&](const char*) { live(descriptor, "activationDesc").swish_beta = beta; });
}

CUDNN_CALL(cudnnGetActivationDescriptorSwishBeta)
(const ActivationDescriptor* descriptor, double* beta) {
    return answer(__func__, [&](const char*) {
        require(beta != nullptr);
        *beta = live(descriptor, "activationDesc").swish_beta;
    });
}

CUDNN_CALL(cudnnActivationForward)
(Handle* handle, const ActivationDescriptor* descriptor, const void* alpha,
 const TensorDescriptor* x_desc, const void* x, const void* beta, const TensorDescriptor* y_desc,
 void* y) {
    return answer(__func__, [&](const char* call) {
        const ActivationDescriptor f = activation(descriptor);
        const Tensor xt = tensor(x_desc, "xDesc"), yt = tensor(y_desc, "yDesc");
        require(x != nullptr && y != nullptr);
        require(xt.same_dims(yt) && xt.type == yt.type && (x != y || xt.same_layout(yt)));
        support(is_floating(xt.type) && f.mode != CUDNN_ACTIVATION_IDENTITY);
        const Scale s = scale(alpha, beta, yt.type);
        submit(handle, call, [=] {
            std::vector<double> values = read(call, "x", xt, x);
            for (double& value : values) value = activate(f, value);
            write(call, "y", yt, y, values, s);
        });
    });
}

CUDNN_CALL(cudnnActivationBackward)
(Handle* handle, const ActivationDescriptor* descriptor, const void* alpha,
 const TensorDescriptor* y_desc, const void* y, const TensorDescriptor* dy_desc, const void* dy,
 const TensorDescriptor* x_desc, const void* x, const void* beta, const TensorDescriptor* dx_desc,
 void* dx) {
    return answer(__func__, [&](const char* call) {
        const ActivationDescriptor f = activation(descriptor);
        const Tensor yt = tensor(y_desc, "yDesc"), dyt = tensor(dy_desc, "dyDesc");
        const Tensor xt = tensor(x_desc, "xDesc"), dxt = tensor(dx_desc, "dxDesc");
        require(y != nullptr && dy != nullptr && x != nullptr && dx != nullptr);
        require(xt.same_dims(yt) && xt.same_dims(dyt) && xt.same_dims(dxt));
        require(xt.type == yt.type && xt.type == dyt.type && xt.type == dxt.type);
        require(dy != dx || dyt.same_layout(dxt));
        support(is_floating(xt.type) && f.mode != CUDNN_ACTIVATION_IDENTITY);
        const Scale s = scale(alpha, beta, dxt.type);
        submit(handle, call, [=] {
            std::vector<double> values = read(call, "x", xt, x), outputs = read(call, "y", yt, y);
            std::vector<double> gradient = read(call, "dy", dyt, dy);
            for (size_t i = 0; i < gradient.size(); i++) {
                gradient[i] = activate_backward(f, values[i], outputs[i], gradient[i]);
            }
            write(call, "dx", dxt, dx, gradient, s);
        });
    });
}
