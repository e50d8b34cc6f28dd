// Convolution descriptors and the dimensions of what they compute.
#include "convolution.h"

namespace {

bool is_compute_type(DataType type) {
    return type == CUDNN_DATA_FLOAT || type == CUDNN_DATA_DOUBLE || type == CUDNN_DATA_HALF ||
           type == CUDNN_DATA_INT32;
}

void set(ConvolutionDescriptor* descriptor, int rank, const int* padding, const int* stride,
         const int* dilation, ConvolutionMode mode, DataType compute) {
    ConvolutionDescriptor& target = live(descriptor, "convDesc");
    require(rank > 0 && padding != nullptr && stride != nullptr && dilation != nullptr);
    support(rank <= MAX_RANK - 2);
    require(mode == CUDNN_CONVOLUTION || mode == CUDNN_CROSS_CORRELATION);
    require(is_compute_type(compute));
    for (int i = 0; i < rank; i++) require(padding[i] >= 0 && stride[i] > 0 && dilation[i] > 0);
    target.rank = rank;
    target.mode = mode;
    target.compute = compute;
    for (int i = 0; i < rank; i++) {
        target.padding[i] = padding[i];
        target.stride[i] = stride[i];
        target.dilation[i] = dilation[i];
    }
}

}  // namespace

CUDNN_CALL(cudnnCreateConvolutionDescriptor)(ConvolutionDescriptor** descriptor) {
    return answer(__func__, [&](const char*) { create(descriptor); });
}

CUDNN_CALL(cudnnDestroyConvolutionDescriptor)(ConvolutionDescriptor* descriptor) {
    return answer(__func__, [&](const char*) { destroy(descriptor, "convDesc"); });
}

CUDNN_CALL(cudnnSetConvolution2dDescriptor)
(ConvolutionDescriptor* descriptor, int pad_h, int pad_w, int u, int v, int dilation_h,
 int dilation_w, ConvolutionMode mode, DataType compute) {
    return answer(__func__, [&](const char*) {
        const int padding[] = {pad_h, pad_w};
        const int stride[] = {u, v};
        const int dilation[] = {dilation_h, dilation_w};
        set(descriptor, 2, padding, stride, dilation, mode, compute);
    });
}

CUDNN_CALL(cudnnSetConvolutionNdDescriptor)
(ConvolutionDescriptor* descriptor, int rank, const int* padding, const int* stride,
 const int* dilation, ConvolutionMode mode, DataType compute) {
    return answer(__func__, [&](const char*) {
        set(descriptor, rank, padding, stride, dilation, mode, compute);
    });
}

CUDNN_CALL(cudnnGetConvolution2dDescriptor)
(const ConvolutionDescriptor* descriptor, int* pad_h, int* pad_w, int* u, int* v, int* dilation_h,
 int* dilation_w, ConvolutionMode* mode, DataType* compute) {
    return answer(__func__, [&](const char*) {
        const ConvolutionDescriptor& source = live(descriptor, "convDesc");
        require(source.rank == 2);
        answer_with(pad_h, source.padding[0]);
        answer_with(pad_w, source.padding[1]);
        answer_with(u, source.stride[0]);
        answer_with(v, source.stride[1]);
        answer_with(dilation_h, source.dilation[0]);
        answer_with(dilation_w, source.dilation[1]);
        answer_with(mode, source.mode);
        answer_with(compute, source.compute);
    });
}

CUDNN_CALL(cudnnGetConvolutionNdDescriptor)
(const ConvolutionDescriptor* descriptor, int requested, int* rank, int* padding, int* stride,
 int* dilation, ConvolutionMode* mode, DataType* compute) {
    return answer(__func__, [&](const char*) {
        const ConvolutionDescriptor& source = live(descriptor, "convDesc");
        answer_with(rank, source.rank);
        answer_with(mode, source.mode);
        answer_with(compute, source.compute);
        for (int i = 0; i < requested && i < source.rank; i++) {
            if (padding != nullptr) padding[i] = source.padding[i];
            if (stride != nullptr) stride[i] = source.stride[i];
            if (dilation != nullptr) dilation[i] = source.dilation[i];
        }
    });
}

CUDNN_CALL(cudnnSetConvolutionMathType)(ConvolutionDescriptor* descriptor, MathType math) {
    return answer(__func__, [&](const char*) {
        require(math >= CUDNN_DEFAULT_MATH && math <= CUDNN_FMA_MATH);
        live(descriptor, "convDesc").math = math;
    });
}

CUDNN_CALL(cudnnGetConvolutionMathType)(const ConvolutionDescriptor* descriptor, MathType* math) {
    return answer(__func__, [&](const char*) {
        require(math != nullptr);
        *math = live(descriptor, "convDesc").math;
    });
}

CUDNN_CALL(cudnnSetConvolutionGroupCount)(ConvolutionDescriptor* descriptor, int groups) {
    return answer(__func__, [&](const char*) {
        require(groups >= 1);
        live(descriptor, "convDesc").groups = groups;
    });
}

CUDNN_CALL(cudnnGetConvolutionGroupCount)(const ConvolutionDescriptor* descriptor, int* groups) {
    return answer(__func__, [&](const char*) {
        require(groups != nullptr);
        *groups = live(descriptor, "convDesc").groups;
    });
}

CUDNN_CALL(cudnnSetConvolutionReorderType)(ConvolutionDescriptor* descriptor, int reorder) {
    return answer(__func__, [&](const char*) {
        require(reorder == 0 || reorder == 1);
        live(descriptor, "convDesc").reorder = reorder;
    });
}

CUDNN_CALL(cudnnGetConvolutionReorderType)(const ConvolutionDescriptor* descriptor, int* reorder) {
    return answer(__func__, [&](const char*) {
        require(reorder != nullptr);
        *reorder = live(descriptor, "convDesc").reorder;
    });
}

void output_dims(const ConvolutionDescriptor& convolution, const Tensor& x, const Tensor& w,
                 int* dims) {
    require(x.rank == w.rank && convolution.rank == x.rank - 2);
    require(x.dims[1] == convolution.groups * w.dims[1]);
    dims[0] = x.dims[0];
    dims[1] = w.dims[0];
    for (int i = 0; i < convolution.rank; i++) {
        int window = (w.dims[i + 2] - 1) * convolution.dilation[i] + 1;
        int room = x.dims[i + 2] + 2 * convolution.padding[i] - window;
        require(room >= 0);
        dims[i + 2] = 1 + room / convolution.stride[i];
    }
}

CUDNN_CALL(cudnnGetConvolutionNdForwardOutputDim)
(const ConvolutionDescriptor* convolution, const TensorDescriptor* x, const FilterDescriptor* w,
 int rank, int* dims) {
    return answer(__func__, [&](const char*) {
        const Tensor input = tensor(x, "inputTensorDesc");
        require(dims != nullptr && rank >= 0 && rank <= input.rank);
        int all[MAX_RANK];
        output_dims(live(convolution, "convDesc"), input, live(w, "filterDesc").filter, all);
        for (int i = 0; i < rank; i++) dims[i] = all[i];
    });
}

CUDNN_CALL(cudnnGetConvolution2dForwardOutputDim)
(const ConvolutionDescriptor* convolution, const TensorDescriptor* x, const FilterDescriptor* w,
 int* n, int* c, int* h, int* width) {
    return answer(__func__, [&](const char*) {
        const Tensor input = tensor(x, "inputTensorDesc");
        require(input.rank == 4);
        int dims[MAX_RANK];
        output_dims(live(convolution, "convDesc"), input, live(w, "filterDesc").filter, dims);
        int* answers[] = {n, c, h, width};
        for (int i = 0; i < 4; i++) answer_with(answers[i], dims[i]);
    });
}
