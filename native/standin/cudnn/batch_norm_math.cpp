#include <algorithm>
#include <cmath>

#include "batch_norm.h"
#include "broadcast.h"
#include "math/sum.h"

// As PyTorch's authors found: aten/src/ATen/native/Normalization.cpp.
constexpr int kMostSamples = 880801;

Tensor parameters_of(const Tensor& x, BatchNormMode mode) {
    require(mode >= CUDNN_BATCHNORM_PER_ACTIVATION && mode <= CUDNN_BATCHNORM_SPATIAL_PERSISTENT);
    Tensor result = x;
    result.type = x.type == CUDNN_DATA_DOUBLE ? CUDNN_DATA_DOUBLE : CUDNN_DATA_FLOAT;
    for (int i = 0; i < x.rank; i++) {
        bool kept = i == 1 || (i > 1 && mode == CUDNN_BATCHNORM_PER_ACTIVATION);
        result.dims[i] = kept ? x.dims[i] : 1;
    }
    set_dense_strides(result, CUDNN_TENSOR_NCHW);
    return result;
}

std::vector<size_t> BatchNorm::owners() const { return broadcast(parameters, x); }

double BatchNorm::population() const {
    return static_cast<double>(x.count()) / static_cast<double>(parameters.count());
}

BatchNorm batch_norm_of(BatchNormMode mode, const Tensor& x, const Tensor& parameters,
                        double epsilon) {
    const Tensor wanted = parameters_of(x, mode);
    require(epsilon >= 0 && parameters.same_dims(wanted) && parameters.type == wanted.type);
    support((x.rank == 4 || x.rank == 5) && is_floating(x.type));
    support(mode == CUDNN_BATCHNORM_PER_ACTIVATION || x.dims[0] <= kMostSamples);
    return {x, parameters, epsilon};
}

namespace {

using standin::Sum;

standin::Sums sums_of(const BatchNorm& norm) { return standin::sums_for(norm.parameters.number()); }

// For each parameter the sum over its elements of summand(i).
template <class F>
std::vector<double> sums_by_owner(const BatchNorm& norm, const std::vector<size_t>& owner,
                                  F summand) {
    std::vector<Sum> sums(norm.parameters.count(), Sum(sums_of(norm)));
    for (size_t i = 0; i < owner.size(); i++) sums[owner[i]].add(summand(i));
    std::vector<double> results;
    for (const Sum& sum : sums) results.push_back(sum.get());
    return results;
}

}  // namespace

Statistics statistics(const BatchNorm& norm, const std::vector<double>& x) {
    std::vector<size_t> owner = norm.owners();
    auto mean_of = [&](std::vector<double> sums) {
        for (double& sum : sums) sum = standin::held(sums_of(norm), sum / norm.population());
        return sums;
    };
    Statistics s;
    s.mean = mean_of(sums_by_owner(norm, owner, [&](size_t i) { return x[i]; }));
    s.variance = mean_of(sums_by_owner(norm, owner, [&](size_t i) {
        double distance = standin::held(sums_of(norm), x[i] - s.mean[owner[i]]);
        return distance * distance;
    }));
    for (double variance : s.variance) {
        double inverse = 1 / std::sqrt(variance + norm.epsilon);
        s.inverse_deviation.push_back(standin::held(sums_of(norm), inverse));
    }
    return s;
}

std::vector<double> normalize(const BatchNorm& norm, const Statistics& s,
                              const std::vector<double>& x, const std::vector<double>& scale,
                              const std::vector<double>& bias) {
    std::vector<size_t> owner = norm.owners();
    std::vector<double> y(x.size());
    for (size_t i = 0; i < x.size(); i++) {
        size_t c = owner[i];
        y[i] = scale[c] * (x[i] - s.mean[c]) * s.inverse_deviation[c] + bias[c];
    }
    return y;
}

void check_training(const Training& t, const Tensor& x, const Tensor& y) {
    require(t.x != nullptr && t.y != nullptr && x.same_dims(y) && x.type == y.type);
    require(t.scale != nullptr && t.bias != nullptr);
    require((t.running_mean == nullptr) == (t.running_variance == nullptr));
    require((t.saved_mean == nullptr) == (t.saved_inverse_deviation == nullptr));
}

void keep(const char* call, const BatchNorm& norm, const Training& t, const Statistics& s) {
    const Tensor& p = norm.parameters;
    if (t.running_mean != nullptr) {
        double n = norm.population();
        std::vector<double> unbiased = s.variance;
        for (double& variance : unbiased) variance *= n > 1 ? n / (n - 1) : 1;
        const Scale mix = {t.factor, 1 - t.factor};
        write(call, "resultRunningMean", p, t.running_mean, s.mean, mix);
        write(call, "resultRunningVariance", p, t.running_variance, unbiased, mix);
    }
    if (t.saved_mean != nullptr) {
        write(call, "resultSaveMean", p, t.saved_mean, s.mean);
        write(call, "resultSaveInvVariance", p, t.saved_inverse_deviation, s.inverse_deviation);
    }
}

Gradients gradients(const BatchNorm& norm, const Statistics& s, const std::vector<double>& x,
                    const std::vector<double>& dy, const std::vector<double>& scale) {
    std::vector<size_t> owner = norm.owners();
    auto normalized = [&](size_t i) {
        double value = (x[i] - s.mean[owner[i]]) * s.inverse_deviation[owner[i]];
        return standin::held(sums_of(norm), value);
    };
    Gradients g = {std::vector<double>(x.size()),
                   sums_by_owner(norm, owner, [&](size_t i) { return dy[i] * normalized(i); }),
                   sums_by_owner(norm, owner, [&](size_t i) { return dy[i]; })};
    double n = norm.population();
    for (size_t i = 0; i < x.size(); i++) {
        size_t c = owner[i];
        g.dx[i] = scale[c] * s.inverse_deviation[c] *
                  (dy[i] - (g.dbias[c] + normalized(i) * g.dscale[c]) / n);
    }
    return g;
}

Statistics saved_statistics(const char* call, const BatchNorm& norm, const std::vector<double>& x,
                            const void* mean, const void* inverse_deviation) {
    if (mean == nullptr) return statistics(norm, x);
    return {read(call, "savedMean", norm.parameters, mean),
            read(call, "savedInvVariance", norm.parameters, inverse_deviation),
            {}};
}

void check_backward(const BackwardArguments& b, const Tensor& x, const Tensor& dy,
                    const Tensor& dx) {
    require(x.same_dims(dy) && x.same_dims(dx) && x.type == dy.type && x.type == dx.type);
    require(b.x != nullptr && b.dy != nullptr && b.dx != nullptr && b.scale != nullptr);
    require(b.dscale != nullptr && b.dbias != nullptr);
    require((b.saved_mean == nullptr) == (b.saved_inverse_deviation == nullptr));
}

void run_backward(const char* call, const BatchNorm& norm, const BackwardArguments& b,
                  const Tensor& dx, const std::vector<double>& dy) {
    std::vector<double> x = read(call, "x", norm.x, b.x);
    const Statistics s = saved_statistics(call, norm, x, b.saved_mean, b.saved_inverse_deviation);
    const Gradients g = gradients(norm, s, x, dy, read(call, "bnScale", norm.parameters, b.scale));
    write(call, "dx", dx, b.dx, g.dx, b.data);
    write(call, "dBnScale", norm.parameters, b.dscale, g.dscale, b.parameters);
    write(call, "dBnBias", norm.parameters, b.dbias, g.dbias, b.parameters);
}
