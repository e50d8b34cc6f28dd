// Softmax over all of an image (instance) or over its channels at every place (channel).
//
// Fast takes exp(x) as it is, which overflows in float beyond 88; accurate and log subtract the
// greatest x first.
#include <algorithm>
#include <cmath>

#include "api.h"
#include "math/sum.h"

namespace {

enum SoftmaxAlgorithm : int {
    CUDNN_SOFTMAX_FAST = 0,
    CUDNN_SOFTMAX_ACCURATE = 1,
    CUDNN_SOFTMAX_LOG = 2,
};

enum SoftmaxMode : int { CUDNN_SOFTMAX_MODE_INSTANCE = 0, CUDNN_SOFTMAX_MODE_CHANNEL = 1 };

void check_choice(SoftmaxAlgorithm algorithm, SoftmaxMode mode, const Tensor& tensor) {
    require(algorithm >= CUDNN_SOFTMAX_FAST && algorithm <= CUDNN_SOFTMAX_LOG);
    require(mode == CUDNN_SOFTMAX_MODE_INSTANCE || mode == CUDNN_SOFTMAX_MODE_CHANNEL);
    support(is_floating(tensor.type));
}

// Calls body(first, step, length) for every set of elements that a softmax runs over.
template <class Body>
void for_each_row(const Tensor& tensor, SoftmaxMode mode, Body body) {
    size_t image = tensor.count_from(1);
    bool channels = mode == CUDNN_SOFTMAX_MODE_CHANNEL;
    size_t step = channels ? tensor.count_from(2) : 1;
    for (size_t begin = 0; begin < tensor.count(); begin += image) {
        for (size_t i = 0; i < step; i++) body(begin + i, step, image / step);
    }
}

void softmax(std::vector<double>& x, SoftmaxAlgorithm algorithm, standin::Sums sums, size_t first,
             size_t step, size_t length) {
    double shift = 0;
    if (algorithm != CUDNN_SOFTMAX_FAST) {
        shift = x[first];
        for (size_t i = 0; i < length; i++) shift = std::max(shift, x[first + i * step]);
    }
    auto exponential = [&](double value) { return standin::held(sums, std::exp(value - shift)); };
    standin::Sum added(sums);
    for (size_t i = 0; i < length; i++) added.add(exponential(x[first + i * step]));
    double sum = added.get();
    for (size_t i = 0; i < length; i++) {
        double& value = x[first + i * step];
        value = algorithm == CUDNN_SOFTMAX_LOG ? value - shift - std::log(sum)
                                               : exponential(value) / sum;
    }
}

// Turns dy into dx.
void softmax_backward(const std::vector<double>& y, std::vector<double>& dy,
                      SoftmaxAlgorithm algorithm, standin::Sums sums, size_t first, size_t step,
                      size_t length) {
    bool log = algorithm == CUDNN_SOFTMAX_LOG;
    standin::Sum added(sums);
    for (size_t i = 0; i < length; i++) {
        size_t at = first + i * step;
        added.add(log ? dy[at] : y[at] * dy[at]);
    }
    double sum = added.get();
    for (size_t i = 0; i < length; i++) {
        size_t at = first + i * step;
        dy[at] = log ? dy[at] - std::exp(y[at]) * sum : y[at] * (dy[at] - sum);
    }
}

}  // namespace

CUDNN_CALL(cudnnSoftmaxForward)
(Handle* handle, SoftmaxAlgorithm algorithm, SoftmaxMode mode, const void* alpha,
 const TensorDescriptor* x_desc, const void* x, const void* beta, const TensorDescriptor* y_desc,
 void* y) {
    return answer(__func__, [&](const char* call) {
        const Tensor xt = tensor(x_desc, "xDesc"), yt = tensor(y_desc, "yDesc");
        check_choice(algorithm, mode, xt);
        require(x != nullptr && y != nullptr && xt.same_dims(yt) && xt.type == yt.type);
        const Scale s = scale(alpha, beta, yt.type);
        submit(handle, call, [=] {
            std::vector<double> values = read(call, "x", xt, x);
            standin::Sums sums = standin::sums_for(xt.number());
            for_each_row(xt, mode, [&](size_t first, size_t step, size_t length) {
                softmax(values, algorithm, sums, first, step, length);
            });
            write(call, "y", yt, y, values, s);
        });
    });
}

CUDNN_CALL(cudnnSoftmaxBackward)
(Handle* handle, SoftmaxAlgorithm algorithm, SoftmaxMode mode, const void* alpha,
 const TensorDescriptor* y_desc, const void* y, const TensorDescriptor* dy_desc, const void* dy,
 const void* beta, const TensorDescriptor* dx_desc, void* dx) {
    return answer(__func__, [&](const char* call) {
        const Tensor yt = tensor(y_desc, "yDesc"), dyt = tensor(dy_desc, "dyDesc");
        const Tensor dxt = tensor(dx_desc, "dxDesc");
        check_choice(algorithm, mode, yt);
        require(y != nullptr && dy != nullptr && dx != nullptr);
        require(yt.same_dims(dyt) && yt.same_dims(dxt));
        require(yt.type == dyt.type && yt.type == dxt.type);
        const Scale s = scale(alpha, beta, dxt.type);
        submit(handle, call, [=] {
            std::vector<double> output = read(call, "y", yt, y), result = read(call, "dy", dyt, dy);
            for_each_row(yt, mode, [&](size_t first, size_t step, size_t length) {
                softmax_backward(output, result, algorithm, standin::sums_for(yt.number()), first,
                                 step, length);
            });
            write(call, "dx", dxt, dx, result, s);
        });
    });
}
