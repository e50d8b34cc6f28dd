#include "tensor.h"

#include <algorithm>
#include <cstring>
#include <numeric>
#include <type_traits>

using standin::Access;

standin::Number number_of(DataType type) {
    switch (type) {
        case CUDNN_DATA_DOUBLE:
            return standin::Number::F64;
        case CUDNN_DATA_HALF:
            return standin::Number::F16;
        case CUDNN_DATA_BFLOAT16:
            return standin::Number::BF16;
        case CUDNN_DATA_INT8:
            return standin::Number::I8;
        case CUDNN_DATA_UINT8:
            return standin::Number::U8;
        case CUDNN_DATA_INT32:
            return standin::Number::I32;
        default:
            return standin::Number::F32;
    }
}

standin::Number Tensor::number() const { return number_of(type); }

size_t Tensor::count() const { return count_from(0); }

size_t Tensor::count_from(int first) const {
    size_t result = rank == 0 ? 0 : 1;
    for (int i = first; i < rank; i++) result *= static_cast<size_t>(dims[i]);
    return result;
}

size_t Tensor::extent() const {
    if (rank == 0) return 0;
    size_t last = 0;
    for (int i = 0; i < rank; i++) {
        last += static_cast<size_t>(dims[i] - 1) * static_cast<size_t>(strides[i]);
    }
    return last + 1;
}

std::vector<size_t> Tensor::offsets() const {
    std::vector<size_t> result = {0};
    for (int i = 0; i < rank; i++) {
        size_t length = static_cast<size_t>(dims[i]);
        std::vector<size_t> longer(result.size() * length);
        for (size_t j = 0; j < longer.size(); j++) {
            longer[j] = result[j / length] + j % length * static_cast<size_t>(strides[i]);
        }
        result.swap(longer);
    }
    return result;
}

bool Tensor::same_dims(const Tensor& other) const {
    return rank == other.rank && std::equal(dims, dims + rank, other.dims);
}

bool Tensor::same_layout(const Tensor& other) const {
    return type == other.type && same_dims(other) &&
           std::equal(strides, strides + rank, other.strides);
}

bool Tensor::dense() const { return extent() == count(); }

void set_dense_strides(Tensor& tensor, Format format) {
    int stride = 1;
    int spatial_end = 2;
    if (format == CUDNN_TENSOR_NHWC) {
        tensor.strides[1] = 1;
        stride = tensor.dims[1];
    } else {
        spatial_end = 1;
    }
    for (int i = tensor.rank - 1; i >= spatial_end; i--) {
        tensor.strides[i] = stride;
        stride *= tensor.dims[i];
    }
    tensor.strides[0] = stride;
}

namespace {

// The tensor's dimensions above 1 from the innermost out, those that lie end to end made one.
struct Runs {
    std::vector<size_t> lengths;
    std::vector<size_t> strides;

    explicit Runs(const Tensor& tensor) {
        std::vector<int> order(static_cast<size_t>(tensor.rank));
        std::iota(order.begin(), order.end(), 0);
        std::stable_sort(order.begin(), order.end(),
                         [&](int i, int j) { return tensor.strides[i] < tensor.strides[j]; });
        lengths = {1};
        strides = {1};
        for (int i : order) {
            size_t length = static_cast<size_t>(tensor.dims[i]);
            size_t stride = static_cast<size_t>(tensor.strides[i]);
            if (length == 1) continue;
            if (stride == lengths.back() * strides.back()) {
                lengths.back() *= length;
            } else {
                lengths.push_back(length);
                strides.push_back(stride);
            }
        }
        while (lengths.size() < 2) {
            lengths.push_back(1);
            strides.push_back(lengths.front());
        }
    }
};

}  // namespace

void check(const char* call, const char* argument, const Tensor& tensor, const void* p,
           Access access) {
    if (tensor.count() == 0) return;
    Runs runs(tensor);
    size_t size = standin::size_of(tensor.number());
    std::vector<size_t> index(runs.lengths.size(), 0);
    while (true) {
        size_t offset = 0;
        for (size_t i = 2; i < index.size(); i++) offset += index[i] * runs.strides[i];
        standin::device(call, argument, static_cast<const char*>(p) + offset * size,
                        runs.lengths[1], runs.lengths[0] * size, runs.strides[1] * size, access);
        size_t i = 2;
        while (i < index.size() && ++index[i] == runs.lengths[i]) index[i++] = 0;
        if (i >= index.size()) return;
    }
}

std::vector<double> read(const char* call, const char* argument, const Tensor& tensor,
                         const void* p) {
    check(call, argument, tensor, p, Access::Read);
    std::vector<size_t> offsets = tensor.offsets();
    std::vector<double> result(tensor.count());
    standin::with_type(tensor.number(), [&](auto* type) {
        auto* elements = static_cast<const std::remove_pointer_t<decltype(type)>*>(p);
        for (size_t i = 0; i < result.size(); i++)
            result[i] = standin::decode(elements[offsets[i]]);
    });
    return result;
}

void write(const char* call, const char* argument, const Tensor& tensor, void* p,
           const std::vector<double>& result, Scale scale) {
    check(call, argument, tensor, p, scale.beta == 0 ? Access::Write : Access::ReadWrite);
    std::vector<size_t> offsets = tensor.offsets();
    standin::with_type(tensor.number(), [&](auto* type) {
        auto* elements = static_cast<std::remove_pointer_t<decltype(type)>*>(p);
        for (size_t i = 0; i < result.size(); i++) {
            auto* y = elements + offsets[i];
            double value = scale.alpha * result[i];
            if (scale.beta != 0) value += scale.beta * standin::decode(*y);
            standin::encode(value, y);
        }
    });
}

void write(const char* call, const char* argument, const Tensor& tensor, void* p,
           const std::vector<double>& result) {
    write(call, argument, tensor, p, result, Scale{1, 0});
}

void use_workspace(const char* call, void* workspace, size_t bytes) {
    if (bytes == 0) return;
    standin::device(call, "workSpace", workspace, bytes, Access::Write);
    std::memset(workspace, 0xff, bytes);
}
