// Batch normalization in training, in inference, and backward.
#include "batch_norm.h"

#include <cmath>

CUDNN_CALL(cudnnDeriveBNTensorDescriptor)
(TensorDescriptor* derived, const TensorDescriptor* x, BatchNormMode mode) {
    return answer(__func__, [&](const char*) {
        live(derived, "derivedBnDesc").tensor = parameters_of(tensor(x, "xDesc"), mode);
    });
}

CUDNN_CALL(cudnnBatchNormalizationForwardTraining)
(Handle* handle, BatchNormMode mode, const void* alpha, const void* beta,
 const TensorDescriptor* x_desc, const void* x, const TensorDescriptor* y_desc, void* y,
 const TensorDescriptor* parameters, const void* scale_data, const void* bias, double factor,
 void* running_mean, void* running_variance, double epsilon, void* saved_mean,
 void* saved_inverse_deviation) {
    return answer(__func__, [&](const char* call) {
        const Tensor xt = tensor(x_desc, "xDesc"), yt = tensor(y_desc, "yDesc");
        const BatchNorm norm =
            batch_norm_of(mode, xt, tensor(parameters, "bnScaleBiasMeanVarDesc"), epsilon);
        const Training t = {x,
                            y,
                            scale_data,
                            bias,
                            factor,
                            running_mean,
                            running_variance,
                            saved_mean,
                            saved_inverse_deviation};
        check_training(t, xt, yt);
        const Scale s = scale(alpha, beta, yt.type);
        submit(handle, call, [=] {
            std::vector<double> input = read(call, "x", xt, x);
            const Statistics batch = statistics(norm, input);
            write(call, "y", yt, y,
                  normalize(norm, batch, input, read(call, "bnScale", norm.parameters, t.scale),
                            read(call, "bnBias", norm.parameters, t.bias)),
                  s);
            keep(call, norm, t, batch);
        });
    });
}

CUDNN_CALL(cudnnBatchNormalizationForwardInference)
(Handle* handle, BatchNormMode mode, const void* alpha, const void* beta,
 const TensorDescriptor* x_desc, const void* x, const TensorDescriptor* y_desc, void* y,
 const TensorDescriptor* parameters, const void* scale_data, const void* bias, const void* mean,
 const void* variance, double epsilon) {
    return answer(__func__, [&](const char* call) {
        const Tensor xt = tensor(x_desc, "xDesc"), yt = tensor(y_desc, "yDesc");
        const BatchNorm norm =
            batch_norm_of(mode, xt, tensor(parameters, "bnScaleBiasMeanVarDesc"), epsilon);
        require(x != nullptr && y != nullptr && xt.same_dims(yt) && xt.type == yt.type);
        require(scale_data != nullptr && bias != nullptr && mean != nullptr && variance != nullptr);
        const Scale s = scale(alpha, beta, yt.type);
        submit(handle, call, [=] {
            const Tensor& p = norm.parameters;
            Statistics given = {read(call, "estimatedMean", p, mean),
                                read(call, "estimatedVariance", p, variance),
                                {}};
            for (double& value : given.inverse_deviation) {
                value = 1 / std::sqrt(value + norm.epsilon);
            }
            write(call, "y", yt, y,
                  normalize(norm, given, read(call, "x", xt, x),
                            read(call, "bnScale", p, scale_data), read(call, "bnBias", p, bias)),
                  s);
        });
    });
}

CUDNN_CALL(cudnnBatchNormalizationBackward)
(Handle* handle, BatchNormMode mode, const void* alpha_data, const void* beta_data,
 const void* alpha_parameters, const void* beta_parameters, const TensorDescriptor* x_desc,
 const void* x, const TensorDescriptor* dy_desc, const void* dy, const TensorDescriptor* dx_desc,
 void* dx, const TensorDescriptor* parameters, const void* scale_data, void* dscale, void* dbias,
 double epsilon, const void* saved_mean, const void* saved_inverse_deviation) {
    return answer(__func__, [&](const char* call) {
        const Tensor xt = tensor(x_desc, "xDesc"), dyt = tensor(dy_desc, "dyDesc");
        const Tensor dxt = tensor(dx_desc, "dxDesc");
        const BatchNorm norm =
            batch_norm_of(mode, xt, tensor(parameters, "dBnScaleBiasDesc"), epsilon);
        const BackwardArguments b = {
            x,
            dy,
            dx,
            scale_data,
            dscale,
            dbias,
            saved_mean,
            saved_inverse_deviation,
            scale(alpha_data, beta_data, xt.type),
            scale(alpha_parameters, beta_parameters, norm.parameters.type)};
        check_backward(b, xt, dyt, dxt);
        submit(handle, call, [=] { run_backward(call, norm, b, dxt, read(call, "dy", dyt, dy)); });
    });
}
