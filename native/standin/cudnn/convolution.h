// Convolutions: their descriptors, their shapes, and the three dense computations.
#pragma once

#include <vector>

#include "api.h"

struct FilterDescriptor {
    static constexpr const char* KIND = "cuDNN filter descriptor";
    Tensor filter;  // (K, C / groups, spatial ...)
    Format format = CUDNN_TENSOR_NCHW;
};

struct ConvolutionDescriptor {
    static constexpr const char* KIND = "cuDNN convolution descriptor";
    int rank = 0;  // spatial dimensions
    int padding[MAX_RANK] = {};
    int stride[MAX_RANK] = {};
    int dilation[MAX_RANK] = {};
    ConvolutionMode mode = CUDNN_CONVOLUTION;
    DataType compute = CUDNN_DATA_FLOAT;
    MathType math = CUDNN_DEFAULT_MATH;
    int groups = 1;
    int reorder = 0;
};

// The output's dimensions, as cudnnGetConvolutionNdForwardOutputDim gives them: for every spatial
// dimension 1 + (x + 2 padding - ((w - 1) dilation + 1)) / stride.
void output_dims(const ConvolutionDescriptor& convolution, const Tensor& x, const Tensor& w,
                 int* dims);

// A convolution that was checked: spatial dimensions are three, 2d ones having depth 1.
struct Convolution {
    Tensor x, w, y;
    Format format;
    int rank;  // spatial dimensions before they were made three
    DataType compute;
    MathType math;
    bool flip;               // true convolution: the filter is turned around
    size_t groups, n, c, k;  // c and k in a group
    size_t in[3], out[3], filter[3];
    int padding[3], stride[3], dilation[3];

    size_t filter_size() const { return filter[0] * filter[1] * filter[2]; }
    size_t in_size() const { return in[0] * in[1] * in[2]; }
    size_t out_size() const { return out[0] * out[1] * out[2]; }
};

// Refuses what cudnnConvolutionForward documents to refuse, whatever the algorithm.
Convolution convolution_of(const TensorDescriptor* x, const FilterDescriptor* w,
                           const ConvolutionDescriptor* convolution, const TensorDescriptor* y);

// y (N, K, out) from x (N, C, in) and w (K, C / groups, filter), all dense and row-major.
std::vector<double> convolve(const Convolution& convolution, const std::vector<double>& x,
                             const std::vector<double>& w);

// dx, the adjoint of convolve() in x.
std::vector<double> convolve_backward_data(const Convolution& convolution,
                                           const std::vector<double>& w,
                                           const std::vector<double>& dy);

// dw, the adjoint of convolve() in w.
std::vector<double> convolve_backward_filter(const Convolution& convolution,
                                             const std::vector<double>& x,
                                             const std::vector<double>& dy);
