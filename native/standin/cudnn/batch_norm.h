// Batch normalization: what its plain and its fused calls share.
#pragma once

#include "activation.h"
#include "api.h"

enum BatchNormMode : int {
    CUDNN_BATCHNORM_PER_ACTIVATION = 0,
    CUDNN_BATCHNORM_SPATIAL = 1,
    CUDNN_BATCHNORM_SPATIAL_PERSISTENT = 2,
};

// The dimensions of scale, bias, means and variances: (1, C, 1, 1) or (1, C, H, W).
Tensor parameters_of(const Tensor& x, BatchNormMode mode);

// A normalization that was checked.
struct BatchNorm {
    Tensor x, parameters;
    double epsilon;

    // The parameter that goes with each element of x.
    std::vector<size_t> owners() const;
    // Elements that a mean is taken over.
    double population() const;
};

BatchNorm batch_norm_of(BatchNormMode mode, const Tensor& x, const Tensor& parameters,
                        double epsilon);

struct Statistics {
    std::vector<double> mean;
    std::vector<double> inverse_deviation;  // 1 / sqrt(variance + epsilon)
    std::vector<double> variance;           // biased
};

Statistics statistics(const BatchNorm& norm, const std::vector<double>& x);

// scale (x - mean) inverse_deviation + bias.
std::vector<double> normalize(const BatchNorm& norm, const Statistics& s,
                              const std::vector<double>& x, const std::vector<double>& scale,
                              const std::vector<double>& bias);

// The arguments of a training step that both calls have.
struct Training {
    const void* x;
    void* y;
    const void* scale;
    const void* bias;
    double factor;
    void* running_mean;
    void* running_variance;
    void* saved_mean;
    void* saved_inverse_deviation;
};

// Refuses x and y that differ, and one of a pair of statistics without the other.
void check_training(const Training& t, const Tensor& x, const Tensor& y);

// Updates the running statistics (running = (1 - factor) running + factor new, with the unbiased
// variance; factor 1 reads nothing) and saves those of the batch.
void keep(const char* call, const BatchNorm& norm, const Training& t, const Statistics& s);

struct Gradients {
    std::vector<double> dx, dscale, dbias;
};

Gradients gradients(const BatchNorm& norm, const Statistics& s, const std::vector<double>& x,
                    const std::vector<double>& dy, const std::vector<double>& scale);

// What a forward pass saved, or the same computed anew where it saved nothing.
Statistics saved_statistics(const char* call, const BatchNorm& norm, const std::vector<double>& x,
                            const void* mean, const void* inverse_deviation);

// Where a backward pass reads and writes.
struct BackwardArguments {
    const void* x;
    const void* dy;
    void* dx;
    const void* scale;
    void* dscale;
    void* dbias;
    const void* saved_mean;
    const void* saved_inverse_deviation;
    Scale data, parameters;
};

void check_backward(const BackwardArguments& b, const Tensor& x, const Tensor& dy,
                    const Tensor& dx);

// From dy on: reads x, scale and what was saved, and writes the three gradients.
void run_backward(const char* call, const BatchNorm& norm, const BackwardArguments& b,
                  const Tensor& dx, const std::vector<double>& dy);
