// Maxima and averages over windows, and their gradients.
//
// cuDNN does not say which of equal maxima has the gradient: here it is the first in row-major
// order. A window all of padding, which cuDNN does not define, gives NaN.
#include "pooling.h"

#include <algorithm>
#include <cmath>
#include <limits>

std::vector<size_t> Pooling::under(size_t output) const {
    int at[3] = {static_cast<int>(output) / (out[1] * out[2]),
                 static_cast<int>(output) / out[2] % out[1], static_cast<int>(output) % out[2]};
    int first[3], last[3];
    for (int i = 0; i < 3; i++) {
        int begin = at[i] * stride[i] - padding[i];
        first[i] = std::max(begin, 0);
        last[i] = std::min(begin + window[i], in[i]);
    }
    std::vector<size_t> places;
    for (int d = first[0]; d < last[0]; d++) {
        for (int h = first[1]; h < last[1]; h++) {
            for (int w = first[2]; w < last[2]; w++) {
                places.push_back((static_cast<size_t>(d) * in[1] + h) * in[2] + w);
            }
        }
    }
    return places;
}

double Pooling::divisor(size_t inside) const {
    return mode == CUDNN_POOLING_AVERAGE_COUNT_INCLUDE_PADDING
               ? static_cast<double>(window[0]) * window[1] * window[2]
               : static_cast<double>(inside);
}

bool Pooling::is_max() const {
    return mode == CUDNN_POOLING_MAX || mode == CUDNN_POOLING_MAX_DETERMINISTIC;
}

Pooling pooling_of(const PoolingDescriptor* descriptor, const Tensor& x, const Tensor& y) {
    const PoolingDescriptor& source = live(descriptor, "poolingDesc");
    require(source.rank > 0 && source.rank == x.rank - 2 && x.rank == y.rank && x.type == y.type);
    require(x.dims[0] == y.dims[0] && x.dims[1] == y.dims[1]);
    support((x.rank == 4 || x.rank == 5) && is_floating(x.type));
    Pooling v = {};
    v.mode = source.mode;
    v.nan = source.nan;
    v.sums = standin::sums_for(x.number());
    v.maps = static_cast<size_t>(x.dims[0]) * static_cast<size_t>(x.dims[1]);
    int missing = 3 - source.rank;
    for (int i = 0; i < 3; i++) {
        bool given = i >= missing;
        int from = i - missing;
        v.in[i] = given ? x.dims[from + 2] : 1;
        v.out[i] = given ? y.dims[from + 2] : 1;
        v.window[i] = given ? source.window[from] : 1;
        v.padding[i] = given ? source.padding[from] : 0;
        v.stride[i] = given ? source.stride[from] : 1;
        require(v.in[i] + 2 * v.padding[i] >= v.window[i]);
        int least = 1 + (v.in[i] + 2 * v.padding[i] - v.window[i]) / v.stride[i];
        require(v.out[i] == least ||
                (v.out[i] == least + 1 && (v.out[i] - 1) * v.stride[i] < v.in[i] + v.padding[i]));
    }
    return v;
}

namespace {

// The place of the maximum; of a NaN where NaN is handed on.
size_t place_of_max(const Pooling& v, const std::vector<size_t>& places, const double* x) {
    size_t best = places.front();
    for (size_t place : places) {
        bool greater = x[place] > x[best] || (std::isnan(x[best]) && !std::isnan(x[place]));
        if (std::isnan(x[place]) && v.nan == CUDNN_PROPAGATE_NAN) return place;
        if (greater) best = place;
    }
    return best;
}

double pooled(const Pooling& v, const std::vector<size_t>& places, const double* x) {
    if (places.empty()) return std::numeric_limits<double>::quiet_NaN();
    if (v.is_max()) return x[place_of_max(v, places, x)];
    double sum = 0;
    for (size_t place : places) sum = standin::held(v.sums, sum + x[place]);
    return sum / v.divisor(places.size());
}

}  // namespace

CUDNN_CALL(cudnnPoolingForward)
(Handle* handle, const PoolingDescriptor* descriptor, const void* alpha,
 const TensorDescriptor* x_desc, const void* x, const void* beta, const TensorDescriptor* y_desc,
 void* y) {
    return answer(__func__, [&](const char* call) {
        const Tensor xt = tensor(x_desc, "xDesc"), yt = tensor(y_desc, "yDesc");
        const Pooling v = pooling_of(descriptor, xt, yt);
        require(x != nullptr && y != nullptr);
        const Scale s = scale(alpha, beta, yt.type);
        submit(handle, call, [=] {
            std::vector<double> input = read(call, "x", xt, x), output(yt.count());
            for (size_t i = 0; i < v.out_size(); i++) {
                std::vector<size_t> places = v.under(i);
                for (size_t map = 0; map < v.maps; map++) {
                    output[map * v.out_size() + i] =
                        pooled(v, places, input.data() + map * v.in_size());
                }
            }
            write(call, "y", yt, y, output, s);
        });
    });
}

namespace {

void spread(const Pooling& v, const std::vector<size_t>& places, const double* x, double dy,
            double* dx) {
    if (places.empty()) return;
    if (v.is_max()) {
        double& to = dx[place_of_max(v, places, x)];
        to = standin::held(v.sums, to + dy);
        return;
    }
    for (size_t place : places) {
        dx[place] = standin::held(v.sums, dx[place] + dy / v.divisor(places.size()));
    }
}

}  // namespace

CUDNN_CALL(cudnnPoolingBackward)
(Handle* handle, const PoolingDescriptor* descriptor, const void* alpha,
 const TensorDescriptor* y_desc, const void* y, const TensorDescriptor* dy_desc, const void* dy,
 const TensorDescriptor* x_desc, const void* x, const void* beta, const TensorDescriptor* dx_desc,
 void* dx) {
    return answer(__func__, [&](const char* call) {
        const Tensor yt = tensor(y_desc, "yDesc"), dyt = tensor(dy_desc, "dyDesc");
        const Tensor xt = tensor(x_desc, "xDesc"), dxt = tensor(dx_desc, "dxDesc");
        const Pooling v = pooling_of(descriptor, xt, yt);
        require(y != nullptr && dy != nullptr && x != nullptr && dx != nullptr);
        require(yt.same_layout(dyt) && xt.same_layout(dxt));
        const Scale s = scale(alpha, beta, dxt.type);
        submit(handle, call, [=] {
            check(call, "y", yt, y, standin::Access::Read);
            std::vector<double> input = read(call, "x", xt, x),
                                gradient = read(call, "dy", dyt, dy);
            std::vector<double> result(dxt.count(), 0.0);
            for (size_t i = 0; i < v.out_size(); i++) {
                std::vector<size_t> places = v.under(i);
                for (size_t map = 0; map < v.maps; map++) {
                    spread(v, places, input.data() + map * v.in_size(),
                           gradient[map * v.out_size() + i], result.data() + map * v.in_size());
                }
            }
            write(call, "dx", dxt, dx, result, s);
        });
    });
}
