// A tensor in device memory: type, dimensions, strides in elements; and how to read and write one.
#pragma once

#include <cstddef>
#include <vector>

#include "common/standin.h"
#include "math/number.h"
#include "types.h"

constexpr int MAX_RANK = 8;

struct Tensor {
    DataType type = CUDNN_DATA_FLOAT;
    int rank = 0;
    int dims[MAX_RANK] = {};
    int strides[MAX_RANK] = {};

    standin::Number number() const;
    // Elements.
    size_t count() const;
    // Elements from the first to the last, gaps included.
    size_t extent() const;
    // Product of the dimensions from the first on.
    size_t count_from(int first) const;
    // The offset of every element, in row-major order of the indices.
    std::vector<size_t> offsets() const;
    bool same_dims(const Tensor& other) const;
    bool same_layout(const Tensor& other) const;
    // No gaps, in any order of the dimensions.
    bool dense() const;
};

standin::Number number_of(DataType type);

// alpha and beta as cuDNN passes them: double for double tensors, float for all others.
struct Scale {
    double alpha;
    double beta;
};

// Strides of a dense tensor in the format's order.
void set_dense_strides(Tensor& tensor, Format format);

// Fails the run unless every element lies in live device memory; see standin::device.
void check(const char* call, const char* argument, const Tensor& tensor, const void* p,
           standin::Access access);

// The elements in row-major order of the indices, whatever the strides.
std::vector<double> read(const char* call, const char* argument, const Tensor& tensor,
                         const void* p);

// y = alpha result + beta y; y is not read where beta is 0.
void write(const char* call, const char* argument, const Tensor& tensor, void* p,
           const std::vector<double>& result, Scale scale);

// The same without alpha and beta.
void write(const char* call, const char* argument, const Tensor& tensor, void* p,
           const std::vector<double>& result);

// Takes a workspace of so many bytes: checks it, and fills it with NaN so that nobody comes to
// rely on what a call leaves there.
void use_workspace(const char* call, void* workspace, size_t bytes);
