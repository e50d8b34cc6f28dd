// Tensor descriptors: two to eight dimensions, any positive strides.
#include <climits>

#include "api.h"

namespace {

bool is_known(DataType type) { return type >= CUDNN_DATA_FLOAT && type <= CUDNN_DATA_BFLOAT16; }

// Vectors of four or 32 bytes as an element.
bool is_vector(DataType type) {
    return type == CUDNN_DATA_INT8x4 || type == CUDNN_DATA_UINT8x4 || type == CUDNN_DATA_INT8x32;
}

void check_dims(DataType type, int rank, const int* dims) {
    require(is_known(type));
    require(rank >= 2 && dims != nullptr);
    support(rank <= MAX_RANK && !is_vector(type));
    double elements = 1;
    for (int i = 0; i < rank; i++) {
        require(dims[i] > 0);
        elements *= dims[i];
    }
    support(elements <= INT_MAX);
}

Tensor strided_tensor(DataType type, int rank, const int* dims, const int* strides) {
    check_dims(type, rank, dims);
    require(strides != nullptr);
    Tensor result;
    result.type = type;
    result.rank = rank;
    for (int i = 0; i < rank; i++) {
        require(strides[i] != 0 || dims[i] == 1);
        support(strides[i] >= 0);
        result.dims[i] = dims[i];
        result.strides[i] = strides[i];
    }
    support(result.extent() <= INT_MAX);
    return result;
}

}  // namespace

Tensor dense_tensor(Format format, DataType type, int rank, const int* dims) {
    check_dims(type, rank, dims);
    require(format >= CUDNN_TENSOR_NCHW && format <= CUDNN_TENSOR_NCHW_VECT_C);
    support(format != CUDNN_TENSOR_NCHW_VECT_C);
    Tensor result;
    result.type = type;
    result.rank = rank;
    for (int i = 0; i < rank; i++) result.dims[i] = dims[i];
    set_dense_strides(result, format);
    return result;
}

CUDNN_CALL(cudnnCreateTensorDescriptor)(TensorDescriptor** descriptor) {
    return answer(__func__, [&](const char*) { create(descriptor); });
}

CUDNN_CALL(cudnnDestroyTensorDescriptor)(TensorDescriptor* descriptor) {
    return answer(__func__, [&](const char*) { destroy(descriptor, "tensorDesc"); });
}

CUDNN_CALL(cudnnSetTensor4dDescriptor)
(TensorDescriptor* descriptor, Format format, DataType type, int n, int c, int h, int w) {
    return answer(__func__, [&](const char*) {
        const int dims[] = {n, c, h, w};
        live(descriptor, "tensorDesc").tensor = dense_tensor(format, type, 4, dims);
    });
}

CUDNN_CALL(cudnnSetTensor4dDescriptorEx)
(TensorDescriptor* descriptor, DataType type, int n, int c, int h, int w, int n_stride,
 int c_stride, int h_stride, int w_stride) {
    return answer(__func__, [&](const char*) {
        const int dims[] = {n, c, h, w};
        const int strides[] = {n_stride, c_stride, h_stride, w_stride};
        live(descriptor, "tensorDesc").tensor = strided_tensor(type, 4, dims, strides);
    });
}

CUDNN_CALL(cudnnSetTensorNdDescriptor)
(TensorDescriptor* descriptor, DataType type, int rank, const int* dims, const int* strides) {
    return answer(__func__, [&](const char*) {
        live(descriptor, "tensorDesc").tensor = strided_tensor(type, rank, dims, strides);
    });
}

CUDNN_CALL(cudnnSetTensorNdDescriptorEx)
(TensorDescriptor* descriptor, Format format, DataType type, int rank, const int* dims) {
    return answer(__func__, [&](const char*) {
        live(descriptor, "tensorDesc").tensor = dense_tensor(format, type, rank, dims);
    });
}

CUDNN_CALL(cudnnGetTensor4dDescriptor)
(const TensorDescriptor* descriptor, DataType* type, int* n, int* c, int* h, int* w, int* n_stride,
 int* c_stride, int* h_stride, int* w_stride) {
    return answer(__func__, [&](const char*) {
        const Tensor t = tensor(descriptor, "tensorDesc");
        require(t.rank == 4);
        answer_with(type, t.type);
        int* dims[] = {n, c, h, w};
        int* strides[] = {n_stride, c_stride, h_stride, w_stride};
        for (int i = 0; i < 4; i++) {
            answer_with(dims[i], t.dims[i]);
            answer_with(strides[i], t.strides[i]);
        }
    });
}

CUDNN_CALL(cudnnGetTensorNdDescriptor)
(const TensorDescriptor* descriptor, int requested, DataType* type, int* rank, int* dims,
 int* strides) {
    return answer(__func__, [&](const char*) {
        const Tensor& t = live(descriptor, "tensorDesc").tensor;
        answer_with(type, t.type);
        answer_with(rank, t.rank);
        for (int i = 0; i < requested && i < t.rank; i++) {
            if (dims != nullptr) dims[i] = t.dims[i];
            if (strides != nullptr) strides[i] = t.strides[i];
        }
    });
}

CUDNN_CALL(cudnnGetTensorSizeInBytes)(const TensorDescriptor* descriptor, size_t* size) {
    return answer(__func__, [&](const char*) {
        require(size != nullptr);
        const Tensor& t = live(descriptor, "tensorDesc").tensor;
        *size = t.extent() * standin::size_of(t.number());
    });
}
