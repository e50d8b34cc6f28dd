// Batch normalization with a ReLU, or with an addition and a ReLU, in one call.
//
// cuDNN does the fused forms for half in NHWC with channels by fours, persistent statistics and
// nothing else; so does the stand-in. Its reserve space is the mask of the ReLU, a bit an element.
#include "batch_norm.h"
#include "dropout.h"

namespace {

enum BatchNormOps : int {
    CUDNN_BATCHNORM_OPS_BN = 0,
    CUDNN_BATCHNORM_OPS_BN_ACTIVATION = 1,
    CUDNN_BATCHNORM_OPS_BN_ADD_ACTIVATION = 2,
};

bool is_fused(BatchNormOps ops) { return ops != CUDNN_BATCHNORM_OPS_BN; }

bool is_added(BatchNormOps ops) { return ops == CUDNN_BATCHNORM_OPS_BN_ADD_ACTIVATION; }

void check_ops(BatchNormMode mode, BatchNormOps ops, const Tensor& x,
               const ActivationDescriptor* descriptor) {
    require(ops >= CUDNN_BATCHNORM_OPS_BN && ops <= CUDNN_BATCHNORM_OPS_BN_ADD_ACTIVATION);
    if (!is_fused(ops)) return;
    require(activation(descriptor).mode == CUDNN_ACTIVATION_RELU);
    support(mode == CUDNN_BATCHNORM_SPATIAL_PERSISTENT && x.type == CUDNN_DATA_HALF);
    support(x.rank == 4 && x.strides[1] == 1 && x.dims[1] % 4 == 0);
}

size_t reserve_bytes(BatchNormOps ops, const Tensor& x) {
    return is_fused(ops) ? mask_bytes(x.count()) : 0;
}

// A mean and a deviation for each channel.
size_t workspace_bytes(BatchNormOps ops, const Tensor& x) {
    return is_fused(ops) ? 8 * static_cast<size_t>(x.dims[1]) : 0;
}

// Workspace and reserve space as the caller gave them.
struct Spaces {
    void* workspace;
    size_t workspace_bytes;
    void* reserve;
    size_t reserve_bytes;
};

void check_spaces(BatchNormOps ops, const Tensor& x, const Spaces& s) {
    require(s.workspace_bytes >= workspace_bytes(ops, x));
    require(s.reserve_bytes >= reserve_bytes(ops, x));
    require(!is_fused(ops) || (s.workspace != nullptr && s.reserve != nullptr));
}

}  // namespace

CUDNN_CALL(cudnnGetBatchNormalizationForwardTrainingExWorkspaceSize)
(Handle* handle, BatchNormMode mode, BatchNormOps ops, const TensorDescriptor* x,
 const TensorDescriptor*, const TensorDescriptor*, const TensorDescriptor*,
 const ActivationDescriptor* activation, size_t* bytes) {
    return answer(__func__, [&](const char*) {
        live(handle, "handle");
        require(bytes != nullptr);
        const Tensor xt = tensor(x, "xDesc");
        check_ops(mode, ops, xt, activation);
        *bytes = workspace_bytes(ops, xt);
    });
}

CUDNN_CALL(cudnnGetBatchNormalizationBackwardExWorkspaceSize)
(Handle* handle, BatchNormMode mode, BatchNormOps ops, const TensorDescriptor* x,
 const TensorDescriptor*, const TensorDescriptor*, const TensorDescriptor*, const TensorDescriptor*,
 const TensorDescriptor*, const ActivationDescriptor* activation, size_t* bytes) {
    return answer(__func__, [&](const char*) {
        live(handle, "handle");
        require(bytes != nullptr);
        const Tensor xt = tensor(x, "xDesc");
        check_ops(mode, ops, xt, activation);
        *bytes = workspace_bytes(ops, xt);
    });
}

CUDNN_CALL(cudnnGetBatchNormalizationTrainingExReserveSpaceSize)
(Handle* handle, BatchNormMode mode, BatchNormOps ops, const ActivationDescriptor* activation,
 const TensorDescriptor* x, size_t* bytes) {
    return answer(__func__, [&](const char*) {
        live(handle, "handle");
        require(bytes != nullptr);
        const Tensor xt = tensor(x, "xDesc");
        check_ops(mode, ops, xt, activation);
        *bytes = reserve_bytes(ops, xt);
    });
}

CUDNN_CALL(cudnnBatchNormalizationForwardTrainingEx)
(Handle* handle, BatchNormMode mode, BatchNormOps ops, const void* alpha, const void* beta,
 const TensorDescriptor* x_desc, const void* x, const TensorDescriptor* z_desc, const void* z,
 const TensorDescriptor* y_desc, void* y, const TensorDescriptor* parameters,
 const void* scale_data, const void* bias, double factor, void* running_mean,
 void* running_variance, double epsilon, void* saved_mean, void* saved_inverse_deviation,
 const ActivationDescriptor* activation, void* space, size_t space_bytes, void* reserve,
 size_t reserved) {
    return answer(__func__, [&](const char* call) {
        const Tensor xt = tensor(x_desc, "xDesc"), yt = tensor(y_desc, "yDesc");
        const BatchNorm norm =
            batch_norm_of(mode, xt, tensor(parameters, "bnScaleBiasMeanVarDesc"), epsilon);
        check_ops(mode, ops, xt, activation);
        const Tensor zt = is_added(ops) ? tensor(z_desc, "zDesc") : xt;
        const Training t = {x,
                            y,
                            scale_data,
                            bias,
                            factor,
                            running_mean,
                            running_variance,
                            saved_mean,
                            saved_inverse_deviation};
        require(zt.same_dims(xt) && zt.type == xt.type && (!is_added(ops) || z != nullptr));
        check_training(t, xt, yt);
        check_spaces(ops, xt, {space, space_bytes, reserve, reserved});
        const Scale s = scale(alpha, beta, yt.type);
        submit(handle, call, [=] {
            use_workspace(call, space, workspace_bytes(ops, xt));
            std::vector<double> input = read(call, "x", xt, x);
            const Statistics batch = statistics(norm, input);
            std::vector<double> output =
                normalize(norm, batch, input, read(call, "bnScale", norm.parameters, t.scale),
                          read(call, "bnBias", norm.parameters, t.bias));
            std::vector<bool> passed(output.size(), true);
            std::vector<double> added =
                is_added(ops) ? read(call, "z", zt, z) : std::vector<double>(output.size(), 0.0);
            for (size_t i = 0; is_fused(ops) && i < output.size(); i++) {
                output[i] += added[i];
                passed[i] = output[i] > 0;
                if (!passed[i]) output[i] = 0;
            }
            if (is_fused(ops)) write_mask(call, reserve, passed);
            write(call, "y", yt, y, output, s);
            keep(call, norm, t, batch);
        });
    });
}

CUDNN_CALL(cudnnBatchNormalizationBackwardEx)
(Handle* handle, BatchNormMode mode, BatchNormOps ops, const void* alpha_data,
 const void* beta_data, const void* alpha_parameters, const void* beta_parameters,
 const TensorDescriptor* x_desc, const void* x, const TensorDescriptor*, const void*,
 const TensorDescriptor* dy_desc, const void* dy, const TensorDescriptor* dz_desc, void* dz,
 const TensorDescriptor* dx_desc, void* dx, const TensorDescriptor* parameters,
 const void* scale_data, const void*, void* dscale, void* dbias, double epsilon,
 const void* saved_mean, const void* saved_inverse_deviation,
 const ActivationDescriptor* activation, void* space, size_t space_bytes, void* reserve,
 size_t reserved) {
    return answer(__func__, [&](const char* call) {
        const Tensor xt = tensor(x_desc, "xDesc"), dyt = tensor(dy_desc, "dyDesc");
        const Tensor dxt = tensor(dx_desc, "dxDesc");
        const BatchNorm norm =
            batch_norm_of(mode, xt, tensor(parameters, "dBnScaleBiasDesc"), epsilon);
        check_ops(mode, ops, xt, activation);
        const Tensor dzt = is_added(ops) ? tensor(dz_desc, "dzDesc") : xt;
        require(xt.same_dims(dzt) && (!is_added(ops) || dz != nullptr));
        check_spaces(ops, xt, {space, space_bytes, reserve, reserved});
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
        submit(handle, call, [=] {
            use_workspace(call, space, workspace_bytes(ops, xt));
            std::vector<double> gradient = read(call, "dy", dyt, dy);
            if (is_fused(ops)) {
                std::vector<bool> passed = read_mask(call, reserve, gradient.size());
                for (size_t i = 0; i < gradient.size(); i++) {
                    if (!passed[i]) gradient[i] = 0;
                }
            }
            if (is_added(ops)) write(call, "dz", dzt, dz, gradient);
            run_backward(call, norm, b, dxt, gradient);
        });
    });
}
