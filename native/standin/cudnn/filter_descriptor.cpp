// Filter descriptors: K, C, spatial dimensions, in KCRS or KRSC order, always dense.
#include "convolution.h"

namespace {

void set(FilterDescriptor* descriptor, DataType type, Format format, int rank, const int* dims) {
    FilterDescriptor& target = live(descriptor, "filterDesc");
    require(rank > 2);
    target.filter = dense_tensor(format, type, rank, dims);
    target.format = format;
}

}  // namespace

CUDNN_CALL(cudnnCreateFilterDescriptor)(FilterDescriptor** descriptor) {
    return answer(__func__, [&](const char*) { create(descriptor); });
}

CUDNN_CALL(cudnnDestroyFilterDescriptor)(FilterDescriptor* descriptor) {
    return answer(__func__, [&](const char*) { destroy(descriptor, "filterDesc"); });
}

CUDNN_CALL(cudnnSetFilter4dDescriptor)
(FilterDescriptor* descriptor, DataType type, Format format, int k, int c, int h, int w) {
    return answer(__func__, [&](const char*) {
        const int dims[] = {k, c, h, w};
        set(descriptor, type, format, 4, dims);
    });
}

CUDNN_CALL(cudnnSetFilterNdDescriptor)
(FilterDescriptor* descriptor, DataType type, Format format, int rank, const int* dims) {
    return answer(__func__, [&](const char*) { set(descriptor, type, format, rank, dims); });
}

CUDNN_CALL(cudnnGetFilter4dDescriptor)
(const FilterDescriptor* descriptor, DataType* type, Format* format, int* k, int* c, int* h,
 int* w) {
    return answer(__func__, [&](const char*) {
        const FilterDescriptor& source = live(descriptor, "filterDesc");
        require(source.filter.rank == 4);
        answer_with(type, source.filter.type);
        answer_with(format, source.format);
        int* dims[] = {k, c, h, w};
        for (int i = 0; i < 4; i++) answer_with(dims[i], source.filter.dims[i]);
    });
}

CUDNN_CALL(cudnnGetFilterNdDescriptor)
(const FilterDescriptor* descriptor, int requested, DataType* type, Format* format, int* rank,
 int* dims) {
    return answer(__func__, [&](const char*) {
        const FilterDescriptor& source = live(descriptor, "filterDesc");
        answer_with(type, source.filter.type);
        answer_with(format, source.format);
        answer_with(rank, source.filter.rank);
        for (int i = 0; i < requested && i < source.filter.rank; i++) {
            if (dims != nullptr) dims[i] = source.filter.dims[i];
        }
    });
}

CUDNN_CALL(cudnnGetFilterSizeInBytes)(const FilterDescriptor* descriptor, size_t* size) {
    return answer(__func__, [&](const char*) {
        require(size != nullptr);
        const Tensor& filter = live(descriptor, "filterDesc").filter;
        *size = filter.extent() * standin::size_of(filter.number());
    });
}
