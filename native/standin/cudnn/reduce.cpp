// C = alpha reduce(A) + beta C over the dimensions that are 1 in C; for minima and maxima also
// where they were found, as flattened indices within what is reduced.
#include <cmath>
#include <limits>

#include "api.h"
#include "broadcast.h"
#include "math/sum.h"

enum ReduceOperation : int {
    CUDNN_REDUCE_TENSOR_ADD = 0,
    CUDNN_REDUCE_TENSOR_MUL = 1,
    CUDNN_REDUCE_TENSOR_MIN = 2,
    CUDNN_REDUCE_TENSOR_MAX = 3,
    CUDNN_REDUCE_TENSOR_AMAX = 4,
    CUDNN_REDUCE_TENSOR_AVG = 5,
    CUDNN_REDUCE_TENSOR_NORM1 = 6,
    CUDNN_REDUCE_TENSOR_NORM2 = 7,
    CUDNN_REDUCE_TENSOR_MUL_NO_ZEROS = 8,
};

struct ReduceDescriptor {
    static constexpr const char* KIND = "cuDNN reduce-tensor descriptor";
    ReduceOperation operation = CUDNN_REDUCE_TENSOR_ADD;
    DataType compute = CUDNN_DATA_FLOAT;
    NanPropagation nan = CUDNN_NOT_PROPAGATE_NAN;
    int indices = 0;       // 1: flattened
    int indices_type = 0;  // 0: 32 bits, the only one that cuDNN documents as done
    bool is_set = false;
};

CUDNN_CALL(cudnnCreateReduceTensorDescriptor)(ReduceDescriptor** descriptor) {
    return answer(__func__, [&](const char*) { create(descriptor); });
}

CUDNN_CALL(cudnnDestroyReduceTensorDescriptor)(ReduceDescriptor* descriptor) {
    return answer(__func__, [&](const char*) { destroy(descriptor, "reduceTensorDesc"); });
}

CUDNN_CALL(cudnnSetReduceTensorDescriptor)
(ReduceDescriptor* descriptor, ReduceOperation operation, DataType compute, NanPropagation nan,
 int indices, int indices_type) {
    return answer(__func__, [&](const char*) {
        require(operation >= CUDNN_REDUCE_TENSOR_ADD &&
                operation <= CUDNN_REDUCE_TENSOR_MUL_NO_ZEROS);
        require(is_floating(compute));
        require(nan == CUDNN_NOT_PROPAGATE_NAN || nan == CUDNN_PROPAGATE_NAN);
        require(indices >= 0 && indices <= 1 && indices_type >= 0 && indices_type <= 3);
        ReduceDescriptor& target = live(descriptor, "reduceTensorDesc");
        target = {operation, compute, nan, indices, indices_type, true};
    });
}

CUDNN_CALL(cudnnGetReduceTensorDescriptor)
(const ReduceDescriptor* descriptor, ReduceOperation* operation, DataType* compute,
 NanPropagation* nan, int* indices, int* indices_type) {
    return answer(__func__, [&](const char*) {
        const ReduceDescriptor& source = live(descriptor, "reduceTensorDesc");
        answer_with(operation, source.operation);
        answer_with(compute, source.compute);
        answer_with(nan, source.nan);
        answer_with(indices, source.indices);
        answer_with(indices_type, source.indices_type);
    });
}

namespace {

bool is_extreme(ReduceOperation operation) {
    return operation == CUDNN_REDUCE_TENSOR_MIN || operation == CUDNN_REDUCE_TENSOR_MAX ||
           operation == CUDNN_REDUCE_TENSOR_AMAX;
}

bool has_indices(const ReduceDescriptor& d) { return d.indices == 1 && is_extreme(d.operation); }

size_t indices_bytes(const ReduceDescriptor& d, const Tensor& c) {
    return has_indices(d) ? 4 * c.count() : 0;
}

// Partial results, one double an element of C.
size_t workspace_bytes(const Tensor& a, const Tensor& c) {
    return a.same_dims(c) ? 0 : 8 * c.count();
}

// The reduction of one element of C, value by value.
struct Reduction {
    const ReduceDescriptor* d;
    standin::Sum sum;
    double result = 0;
    size_t count = 0;
    size_t index = 0;

    void add(double value) {
        size_t position = count++;
        switch (d->operation) {
            case CUDNN_REDUCE_TENSOR_MUL:
                result = position == 0 ? value : result * value;
                break;
            case CUDNN_REDUCE_TENSOR_MUL_NO_ZEROS:
                if (position == 0) result = 1;
                if (value != 0) result *= value;
                break;
            case CUDNN_REDUCE_TENSOR_NORM1:
                sum.add(std::fabs(value));
                break;
            case CUDNN_REDUCE_TENSOR_NORM2:
                sum.add(value * value);
                break;
            case CUDNN_REDUCE_TENSOR_MIN:
            case CUDNN_REDUCE_TENSOR_MAX:
            case CUDNN_REDUCE_TENSOR_AMAX:
                compare(position, value);
                break;
            default:
                sum.add(value);
        }
    }

    double get() const {
        switch (d->operation) {
            case CUDNN_REDUCE_TENSOR_ADD:
            case CUDNN_REDUCE_TENSOR_NORM1:
                return sum.get();
            case CUDNN_REDUCE_TENSOR_AVG:
                return sum.get() / static_cast<double>(count);
            case CUDNN_REDUCE_TENSOR_NORM2:
                return std::sqrt(sum.get());
            default:
                return result;
        }
    }

 private:
    // The first of equal values stays. NaN wins where it is handed on, and loses otherwise.
    void compare(size_t position, double value) {
        if (d->operation == CUDNN_REDUCE_TENSOR_AMAX) value = std::fabs(value);
        bool wins = d->operation == CUDNN_REDUCE_TENSOR_MIN ? value < result : value > result;
        if (std::isnan(result)) wins = d->nan == CUDNN_NOT_PROPAGATE_NAN;
        if (std::isnan(value)) wins = d->nan == CUDNN_PROPAGATE_NAN && !std::isnan(result);
        if (position > 0 && !wins) return;
        result = value;
        index = position;
    }
};

void check_arguments(const ReduceDescriptor& d, const Tensor& a, const Tensor& c) {
    require(d.is_set && fits(c, a));
    support(a.type == c.type && is_floating(a.type));
    support((d.compute == CUDNN_DATA_DOUBLE) == (a.type == CUDNN_DATA_DOUBLE));
    support(!has_indices(d) || d.indices_type == 0);
}

}  // namespace

CUDNN_CALL(cudnnGetReductionIndicesSize)
(Handle* handle, const ReduceDescriptor* descriptor, const TensorDescriptor* a,
 const TensorDescriptor* c, size_t* bytes) {
    return answer(__func__, [&](const char*) {
        live(handle, "handle");
        const ReduceDescriptor& d = live(descriptor, "reduceTensorDesc");
        const Tensor ct = tensor(c, "cDesc");
        require(bytes != nullptr && d.is_set && fits(ct, tensor(a, "aDesc")));
        *bytes = indices_bytes(d, ct);
    });
}

CUDNN_CALL(cudnnGetReductionWorkspaceSize)
(Handle* handle, const ReduceDescriptor* descriptor, const TensorDescriptor* a,
 const TensorDescriptor* c, size_t* bytes) {
    return answer(__func__, [&](const char*) {
        live(handle, "handle");
        live(descriptor, "reduceTensorDesc");
        const Tensor at = tensor(a, "aDesc"), ct = tensor(c, "cDesc");
        require(bytes != nullptr && fits(ct, at));
        *bytes = workspace_bytes(at, ct);
    });
}

CUDNN_CALL(cudnnReduceTensor)
(Handle* handle, const ReduceDescriptor* descriptor, void* indices, size_t indices_size,
 void* space, size_t space_bytes, const void* alpha, const TensorDescriptor* a_desc, const void* a,
 const void* beta, const TensorDescriptor* c_desc, void* c) {
    return answer(__func__, [&](const char* call) {
        const ReduceDescriptor d = live(descriptor, "reduceTensorDesc");
        const Tensor at = tensor(a_desc, "aDesc"), ct = tensor(c_desc, "cDesc");
        require(a != nullptr && c != nullptr);
        check_arguments(d, at, ct);
        const size_t wanted = workspace_bytes(at, ct), index_bytes = indices_bytes(d, ct);
        require(space_bytes >= wanted && (wanted == 0 || space != nullptr));
        require(indices_size >= index_bytes && (index_bytes == 0 || indices != nullptr));
        const Scale s = scale(alpha, beta, ct.type);
        submit(handle, call, [=] {
            use_workspace(call, space, wanted);
            std::vector<double> values = read(call, "A", at, a), results;
            const standin::Sum none(standin::sums_for(at.number()));
            std::vector<Reduction> reductions(ct.count(), Reduction{&d, none});
            std::vector<size_t> to = broadcast(ct, at);
            for (size_t i = 0; i < values.size(); i++) reductions[to[i]].add(values[i]);
            for (const Reduction& reduction : reductions) results.push_back(reduction.get());
            standin::device(call, "indices", indices, index_bytes, standin::Access::Write);
            for (size_t i = 0; i < index_bytes / 4; i++) {
                static_cast<uint32_t*>(indices)[i] = static_cast<uint32_t>(reductions[i].index);
            }
            write(call, "C", ct, c, results, s);
        });
    });
}
