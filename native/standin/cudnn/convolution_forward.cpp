// y = alpha conv(x, w) + beta y, and the form with bias and activation in one call.
#include <utility>

#include "activation.h"
#include "execution.h"

CUDNN_CALL(cudnnConvolutionForward)
(Handle* handle, const void* alpha, const TensorDescriptor* x_desc, const void* x,
 const FilterDescriptor* w_desc, const void* w, const ConvolutionDescriptor* convolution,
 ForwardAlgorithm algorithm, void* space, size_t space_bytes, const void* beta,
 const TensorDescriptor* y_desc, void* y) {
    return answer(__func__, [&](const char* call) {
        const Convolution v = convolution_of(x_desc, w_desc, convolution, y_desc);
        require(x != nullptr && w != nullptr && y != nullptr);
        const Execution execution(forward_algorithms(), algorithm, v, space, space_bytes);
        const Scale s = scale(alpha, beta, v.y.type);
        submit(handle, call, [=] {
            execution.begin(call);
            execution.end(call, "y", v.y, y,
                          convolve(v, execution.factor(read(call, "x", v.x, x)), execution.factor(read(call, "w", v.w, w))), s);
        });
    });
}

namespace {

// What the fused form asks of its further arguments.
void check_fused(const Convolution& v, const Tensor& z, const Tensor& bias,
                 const ActivationDescriptor& activation, ForwardAlgorithm algorithm) {
    require(z.same_dims(v.y) && bias.rank == v.y.rank);
    for (int i = 0; i < bias.rank; i++) require(bias.dims[i] == (i == 1 ? v.y.dims[1] : 1));
    support(z.type == v.y.type && bias.type == v.y.type);
    support(activation.mode == CUDNN_ACTIVATION_RELU ||
            (activation.mode == CUDNN_ACTIVATION_IDENTITY &&
             algorithm == CUDNN_CONVOLUTION_FWD_ALGO_IMPLICIT_PRECOMP_GEMM));
}

}  // namespace

// y = activation(alpha1 conv(x, w) + alpha2 z + bias).
CUDNN_CALL(cudnnConvolutionBiasActivationForward)
(Handle* handle, const void* alpha1, const TensorDescriptor* x_desc, const void* x,
 const FilterDescriptor* w_desc, const void* w, const ConvolutionDescriptor* convolution,
 ForwardAlgorithm algorithm, void* space, size_t space_bytes, const void* alpha2,
 const TensorDescriptor* z_desc, const void* z, const TensorDescriptor* bias_desc, const void* bias,
 const ActivationDescriptor* activation_desc, const TensorDescriptor* y_desc, void* y) {
    return answer(__func__, [&](const char* call) {
        const Convolution v = convolution_of(x_desc, w_desc, convolution, y_desc);
        const Tensor zt = tensor(z_desc, "zDesc");
        const Tensor bt = tensor(bias_desc, "biasDesc");
        const ActivationDescriptor f = activation(activation_desc);
        require(x != nullptr && w != nullptr && y != nullptr && bias != nullptr);
        check_fused(v, zt, bt, f, algorithm);
        const Execution execution(forward_algorithms(), algorithm, v, space, space_bytes);
        const Scale s = scale(alpha1, alpha2, v.y.type);
        require(s.beta == 0 || z != nullptr);
        submit(handle, call, [=] {
            execution.begin(call);
            std::vector<double> result =
                convolve(v, execution.factor(read(call, "x", v.x, x)), execution.factor(read(call, "w", v.w, w)));
            std::vector<double> added =
                s.beta == 0 ? std::vector<double>(result.size(), 0.0) : read(call, "z", zt, z);
            std::vector<double> shift = read(call, "bias", bt, bias);
            for (size_t i = 0; i < result.size(); i++) {
                double sum = s.alpha * result[i] + shift[i / v.out_size() % shift.size()];
                if (s.beta != 0) sum += s.beta * added[i];
                result[i] = activate(f, sum);
            }
            execution.end(call, "y", v.y, y, std::move(result), {1, 0});
        });
    });
}
