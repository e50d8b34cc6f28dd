// Local response normalization across channels: y = x s^-beta with s = k + alpha / n times the sum
// of x² over n channels, floor((n - 1) / 2) of them before the channel and the rest after it.
#include <cmath>

#include "api.h"
#include "math/sum.h"

struct LrnDescriptor {
    static constexpr const char* KIND = "cuDNN LRN descriptor";
    unsigned n = 5;
    double alpha = 1e-4;
    double beta = 0.75;
    double k = 2;
};

CUDNN_CALL(cudnnCreateLRNDescriptor)(LrnDescriptor** descriptor) {
    return answer(__func__, [&](const char*) { create(descriptor); });
}

CUDNN_CALL(cudnnDestroyLRNDescriptor)(LrnDescriptor* descriptor) {
    return answer(__func__, [&](const char*) { destroy(descriptor, "normDesc"); });
}

CUDNN_CALL(cudnnSetLRNDescriptor)
(LrnDescriptor* descriptor, unsigned n, double alpha, double beta, double k) {
    return answer(__func__, [&](const char*) {
        require(n >= 1 && n <= 16 && beta >= 0.01 && k >= 1e-5);
        LrnDescriptor& target = live(descriptor, "normDesc");
        target.n = n;
        target.alpha = alpha;
        target.beta = beta;
        target.k = k;
    });
}

CUDNN_CALL(cudnnGetLRNDescriptor)
(const LrnDescriptor* descriptor, unsigned* n, double* alpha, double* beta, double* k) {
    return answer(__func__, [&](const char*) {
        const LrnDescriptor& source = live(descriptor, "normDesc");
        answer_with(n, source.n);
        answer_with(alpha, source.alpha);
        answer_with(beta, source.beta);
        answer_with(k, source.k);
    });
}

namespace {

// The channels of one place of one image.
struct Channels {
    size_t first, step, count;
    standin::Sums sums;

    size_t at(size_t channel) const { return first + channel * step; }
};

template <class Body>
void for_each_place(const Tensor& tensor, Body body) {
    size_t channels = static_cast<size_t>(tensor.dims[1]);
    size_t image = tensor.count_from(1), space = image / channels;
    standin::Sums sums = standin::sums_for(tensor.number());
    for (size_t begin = 0; begin < tensor.count(); begin += image) {
        for (size_t i = 0; i < space; i++) body(Channels{begin + i, space, channels, sums});
    }
}

// The sum over the channels from c - before to c + after of f(channel).
template <class F>
double sum_around(const Channels& channels, size_t c, size_t before, size_t after, F f) {
    size_t first = c < before ? 0 : c - before;
    double sum = 0;
    for (size_t i = first; i <= c + after && i < channels.count; i++) {
        sum = standin::held(channels.sums, sum + f(i));
    }
    return sum;
}

std::vector<double> scales(const LrnDescriptor& d, const Channels& channels,
                           const std::vector<double>& x) {
    size_t before = (d.n - 1) / 2, after = d.n - before - 1;
    std::vector<double> result(channels.count);
    for (size_t c = 0; c < channels.count; c++) {
        result[c] = d.k + d.alpha / d.n * sum_around(channels, c, before, after, [&](size_t i) {
                              return x[channels.at(i)] * x[channels.at(i)];
                          });
    }
    return result;
}

// dx[j] = dy[j] s[j]^-beta - 2 alpha beta / n x[j] sum of dy[c] x[c] s[c]^(-beta - 1) over the
// channels c whose window holds j.
void backward(const LrnDescriptor& d, const Channels& channels, const std::vector<double>& x,
              const std::vector<double>& dy, std::vector<double>& dx) {
    size_t before = (d.n - 1) / 2, after = d.n - before - 1;
    std::vector<double> s = scales(d, channels, x);
    for (size_t j = 0; j < channels.count; j++) {
        double sum = sum_around(channels, j, after, before, [&](size_t c) {
            size_t at = channels.at(c);
            return dy[at] * x[at] * std::pow(s[c], -d.beta - 1);
        });
        size_t at = channels.at(j);
        dx[at] = dy[at] * std::pow(s[j], -d.beta) - 2 * d.alpha * d.beta / d.n * x[at] * sum;
    }
}

void check_mode(int mode, const Tensor& tensor) {
    require(mode == 0);
    support((tensor.rank == 4 || tensor.rank == 5) && is_floating(tensor.type));
}

}  // namespace

CUDNN_CALL(cudnnLRNCrossChannelForward)
(Handle* handle, const LrnDescriptor* descriptor, int mode, const void* alpha,
 const TensorDescriptor* x_desc, const void* x, const void* beta, const TensorDescriptor* y_desc,
 void* y) {
    return answer(__func__, [&](const char* call) {
        const LrnDescriptor d = live(descriptor, "normDesc");
        const Tensor xt = tensor(x_desc, "xDesc"), yt = tensor(y_desc, "yDesc");
        check_mode(mode, xt);
        require(x != nullptr && y != nullptr && xt.same_dims(yt) && xt.type == yt.type);
        const Scale s = scale(alpha, beta, yt.type);
        submit(handle, call, [=] {
            std::vector<double> input = read(call, "x", xt, x), output(input.size());
            for_each_place(xt, [&](const Channels& channels) {
                std::vector<double> divisors = scales(d, channels, input);
                for (size_t c = 0; c < channels.count; c++) {
                    size_t at = channels.at(c);
                    output[at] = input[at] * std::pow(divisors[c], -d.beta);
                }
            });
            write(call, "y", yt, y, output, s);
        });
    });
}

CUDNN_CALL(cudnnLRNCrossChannelBackward)
(Handle* handle, const LrnDescriptor* descriptor, int mode, const void* alpha,
 const TensorDescriptor* y_desc, const void* y, const TensorDescriptor* dy_desc, const void* dy,
 const TensorDescriptor* x_desc, const void* x, const void* beta, const TensorDescriptor* dx_desc,
 void* dx) {
    return answer(__func__, [&](const char* call) {
        const LrnDescriptor d = live(descriptor, "normDesc");
        const Tensor yt = tensor(y_desc, "yDesc"), dyt = tensor(dy_desc, "dyDesc");
        const Tensor xt = tensor(x_desc, "xDesc"), dxt = tensor(dx_desc, "dxDesc");
        check_mode(mode, xt);
        require(y != nullptr && dy != nullptr && x != nullptr && dx != nullptr);
        require(xt.same_dims(yt) && xt.same_dims(dyt) && xt.same_dims(dxt));
        require(xt.type == yt.type && xt.type == dyt.type && xt.type == dxt.type);
        const Scale s = scale(alpha, beta, dxt.type);
        submit(handle, call, [=] {
            check(call, "y", yt, y, standin::Access::Read);
            std::vector<double> input = read(call, "x", xt, x),
                                gradient = read(call, "dy", dyt, dy);
            std::vector<double> result(input.size());
            for_each_place(xt, [&](const Channels& channels) {
                backward(d, channels, input, gradient, result);
            });
            write(call, "dx", dxt, dx, result, s);
        });
    });
}
