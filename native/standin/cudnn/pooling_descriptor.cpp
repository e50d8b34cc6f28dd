// Pooling descriptors and the dimensions of what they compute.
#include "pooling.h"

namespace {

void set(PoolingDescriptor* descriptor, PoolingMode mode, NanPropagation nan, int rank,
         const int* window, const int* padding, const int* stride) {
    PoolingDescriptor& target = live(descriptor, "poolingDesc");
    require(mode >= CUDNN_POOLING_MAX && mode <= CUDNN_POOLING_MAX_DETERMINISTIC);
    require(nan == CUDNN_NOT_PROPAGATE_NAN || nan == CUDNN_PROPAGATE_NAN);
    require(rank > 0 && window != nullptr && padding != nullptr && stride != nullptr);
    support(rank <= MAX_RANK - 2);
    for (int i = 0; i < rank; i++) {
        require(window[i] > 0 && stride[i] > 0);
        support(padding[i] >= 0);
    }
    target.rank = rank;
    target.mode = mode;
    target.nan = nan;
    for (int i = 0; i < rank; i++) {
        target.window[i] = window[i];
        target.padding[i] = padding[i];
        target.stride[i] = stride[i];
    }
}

// 1 + (x + 2 padding - window) / stride, for every spatial dimension.
void output_dims(const PoolingDescriptor& pooling, const Tensor& x, int* dims) {
    require(pooling.rank == x.rank - 2);
    dims[0] = x.dims[0];
    dims[1] = x.dims[1];
    for (int i = 0; i < pooling.rank; i++) {
        int room = x.dims[i + 2] + 2 * pooling.padding[i] - pooling.window[i];
        require(room >= 0);
        dims[i + 2] = 1 + room / pooling.stride[i];
    }
}

}  // namespace

CUDNN_CALL(cudnnCreatePoolingDescriptor)(PoolingDescriptor** descriptor) {
    return answer(__func__, [&](const char*) { create(descriptor); });
}

CUDNN_CALL(cudnnDestroyPoolingDescriptor)(PoolingDescriptor* descriptor) {
    return answer(__func__, [&](const char*) { destroy(descriptor, "poolingDesc"); });
}

CUDNN_CALL(cudnnSetPooling2dDescriptor)
(PoolingDescriptor* descriptor, PoolingMode mode, NanPropagation nan, int window_h, int window_w,
 int pad_h, int pad_w, int stride_h, int stride_w) {
    return answer(__func__, [&](const char*) {
        const int window[] = {window_h, window_w};
        const int padding[] = {pad_h, pad_w};
        const int stride[] = {stride_h, stride_w};
        set(descriptor, mode, nan, 2, window, padding, stride);
    });
}

CUDNN_CALL(cudnnSetPoolingNdDescriptor)
(PoolingDescriptor* descriptor, PoolingMode mode, NanPropagation nan, int rank, const int* window,
 const int* padding, const int* stride) {
    return answer(__func__,
                  [&](const char*) { set(descriptor, mode, nan, rank, window, padding, stride); });
}

CUDNN_CALL(cudnnGetPooling2dDescriptor)
(const PoolingDescriptor* descriptor, PoolingMode* mode, NanPropagation* nan, int* window_h,
 int* window_w, int* pad_h, int* pad_w, int* stride_h, int* stride_w) {
    return answer(__func__, [&](const char*) {
        const PoolingDescriptor& source = live(descriptor, "poolingDesc");
        require(source.rank == 2);
        answer_with(mode, source.mode);
        answer_with(nan, source.nan);
        answer_with(window_h, source.window[0]);
        answer_with(window_w, source.window[1]);
        answer_with(pad_h, source.padding[0]);
        answer_with(pad_w, source.padding[1]);
        answer_with(stride_h, source.stride[0]);
        answer_with(stride_w, source.stride[1]);
    });
}

CUDNN_CALL(cudnnGetPoolingNdDescriptor)
(const PoolingDescriptor* descriptor, int requested, PoolingMode* mode, NanPropagation* nan,
 int* rank, int* window, int* padding, int* stride) {
    return answer(__func__, [&](const char*) {
        const PoolingDescriptor& source = live(descriptor, "poolingDesc");
        answer_with(mode, source.mode);
        answer_with(nan, source.nan);
        answer_with(rank, source.rank);
        for (int i = 0; i < requested && i < source.rank; i++) {
            if (window != nullptr) window[i] = source.window[i];
            if (padding != nullptr) padding[i] = source.padding[i];
            if (stride != nullptr) stride[i] = source.stride[i];
        }
    });
}

CUDNN_CALL(cudnnGetPoolingNdForwardOutputDim)
(const PoolingDescriptor* descriptor, const TensorDescriptor* x, int rank, int* dims) {
    return answer(__func__, [&](const char*) {
        const Tensor input = tensor(x, "inputTensorDesc");
        require(dims != nullptr && rank >= 0 && rank <= input.rank);
        int all[MAX_RANK];
        output_dims(live(descriptor, "poolingDesc"), input, all);
        for (int i = 0; i < rank; i++) dims[i] = all[i];
    });
}

CUDNN_CALL(cudnnGetPooling2dForwardOutputDim)
(const PoolingDescriptor* descriptor, const TensorDescriptor* x, int* n, int* c, int* h, int* w) {
    return answer(__func__, [&](const char*) {
        const Tensor input = tensor(x, "inputTensorDesc");
        require(input.rank == 4);
        int dims[MAX_RANK];
        output_dims(live(descriptor, "poolingDesc"), input, dims);
        int* answers[] = {n, c, h, w};
        for (int i = 0; i < 4; i++) answer_with(answers[i], dims[i]);
    });
}
