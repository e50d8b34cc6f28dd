// Activations element by element.
#pragma once

#include "api.h"

struct ActivationDescriptor {
    static constexpr const char* KIND = "cuDNN activation descriptor";
    ActivationMode mode = CUDNN_ACTIVATION_SIGMOID;
    NanPropagation nan = CUDNN_NOT_PROPAGATE_NAN;
    double coefficient = 0;  // the ceiling of clipped ReLU, ELU's alpha
    double swish_beta = 1;
    bool is_set = false;
};

// A copy of a descriptor that was set.
ActivationDescriptor activation(const ActivationDescriptor* descriptor);

double activate(const ActivationDescriptor& activation, double x);

// dx from x, y = activate(x) and dy.
double activate_backward(const ActivationDescriptor& activation, double x, double y, double dy);
