// C = op(alpha1 A, alpha2 B) + beta C, where B's dimensions are A's or 1.
#include <algorithm>
#include <cmath>

#include "api.h"
#include "broadcast.h"

enum OpTensor : int {
    CUDNN_OP_TENSOR_ADD = 0,
    CUDNN_OP_TENSOR_MUL = 1,
    CUDNN_OP_TENSOR_MIN = 2,
    CUDNN_OP_TENSOR_MAX = 3,
    CUDNN_OP_TENSOR_SQRT = 4,
    CUDNN_OP_TENSOR_NOT = 5,
};

struct OpTensorDescriptor {
    static constexpr const char* KIND = "cuDNN op-tensor descriptor";
    OpTensor operation = CUDNN_OP_TENSOR_ADD;
    DataType compute = CUDNN_DATA_FLOAT;
    NanPropagation nan = CUDNN_NOT_PROPAGATE_NAN;
    bool is_set = false;
};

CUDNN_CALL(cudnnCreateOpTensorDescriptor)(OpTensorDescriptor** descriptor) {
    return answer(__func__, [&](const char*) { create(descriptor); });
}

CUDNN_CALL(cudnnDestroyOpTensorDescriptor)(OpTensorDescriptor* descriptor) {
    return answer(__func__, [&](const char*) { destroy(descriptor, "opTensorDesc"); });
}

CUDNN_CALL(cudnnSetOpTensorDescriptor)
(OpTensorDescriptor* descriptor, OpTensor operation, DataType compute, NanPropagation nan) {
    return answer(__func__, [&](const char*) {
        require(operation >= CUDNN_OP_TENSOR_ADD && operation <= CUDNN_OP_TENSOR_NOT);
        require(is_floating(compute));
        require(nan == CUDNN_NOT_PROPAGATE_NAN || nan == CUDNN_PROPAGATE_NAN);
        OpTensorDescriptor& target = live(descriptor, "opTensorDesc");
        target.operation = operation;
        target.compute = compute;
        target.nan = nan;
        target.is_set = true;
    });
}

CUDNN_CALL(cudnnGetOpTensorDescriptor)
(const OpTensorDescriptor* descriptor, OpTensor* operation, DataType* compute,
 NanPropagation* nan) {
    return answer(__func__, [&](const char*) {
        const OpTensorDescriptor& source = live(descriptor, "opTensorDesc");
        answer_with(operation, source.operation);
        answer_with(compute, source.compute);
        answer_with(nan, source.nan);
    });
}

namespace {

bool is_unary(const OpTensorDescriptor& d) {
    return d.operation == CUDNN_OP_TENSOR_SQRT || d.operation == CUDNN_OP_TENSOR_NOT;
}

double extreme(const OpTensorDescriptor& d, double a, double b) {
    if (d.nan == CUDNN_PROPAGATE_NAN && (std::isnan(a) || std::isnan(b))) return a + b;
    return d.operation == CUDNN_OP_TENSOR_MIN ? std::fmin(a, b) : std::fmax(a, b);
}

double combined(const OpTensorDescriptor& d, double a, double b) {
    switch (d.operation) {
        case CUDNN_OP_TENSOR_ADD:
            return a + b;
        case CUDNN_OP_TENSOR_MUL:
            return a * b;
        case CUDNN_OP_TENSOR_SQRT:
            return std::sqrt(a);
        case CUDNN_OP_TENSOR_NOT:
            return 1 - a;
        default:
            return extreme(d, a, b);
    }
}

}  // namespace

CUDNN_CALL(cudnnOpTensor)
(Handle* handle, const OpTensorDescriptor* descriptor, const void* alpha1,
 const TensorDescriptor* a_desc, const void* a, const void* alpha2, const TensorDescriptor* b_desc,
 const void* b, const void* beta, const TensorDescriptor* c_desc, void* c) {
    return answer(__func__, [&](const char* call) {
        const OpTensorDescriptor d = live(descriptor, "opTensorDesc");
        const Tensor at = tensor(a_desc, "aDesc"), ct = tensor(c_desc, "cDesc");
        const bool unary = is_unary(d);
        const Tensor bt = unary ? at : tensor(b_desc, "bDesc");
        require(d.is_set && a != nullptr && c != nullptr && (unary || b != nullptr));
        require(at.same_dims(ct) && fits(bt, at) && at.type == ct.type && bt.type == at.type);
        support(is_floating(ct.type) && ct.rank <= 5);
        support((d.compute == CUDNN_DATA_DOUBLE) == (ct.type == CUDNN_DATA_DOUBLE));
        const double first = scalar(alpha1, ct.type);
        const double second = unary ? 0 : scalar(alpha2, ct.type);
        const double keep = scalar(beta, ct.type);
        submit(handle, call, [=] {
            std::vector<double> left = read(call, "A", at, a);
            std::vector<double> right = unary ? left : read(call, "B", bt, b);
            std::vector<size_t> from = broadcast(bt, at);
            for (size_t i = 0; i < left.size(); i++) {
                left[i] = combined(d, first * left[i], second * right[from[i]]);
            }
            write(call, "C", ct, c, left, Scale{1, keep});
        });
    });
}
