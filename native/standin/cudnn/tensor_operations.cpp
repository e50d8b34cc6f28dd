// Sums, scalings, fillings and copies of tensors.
#include "api.h"
#include "broadcast.h"

// C = alpha A + beta C, where A's dimensions are C's or 1.
CUDNN_CALL(cudnnAddTensor)
(Handle* handle, const void* alpha, const TensorDescriptor* a_desc, const void* a, const void* beta,
 const TensorDescriptor* c_desc, void* c) {
    return answer(__func__, [&](const char* call) {
        const Tensor at = tensor(a_desc, "aDesc"), ct = tensor(c_desc, "cDesc");
        require(a != nullptr && c != nullptr && fits(at, ct));
        support(at.type == ct.type && is_floating(ct.type) && ct.rank <= 5);
        const Scale s = scale(alpha, beta, ct.type);
        submit(handle, call, [=] {
            std::vector<double> values = read(call, "A", at, a), spread;
            for (size_t from : broadcast(at, ct)) spread.push_back(values[from]);
            write(call, "C", ct, c, spread, s);
        });
    });
}

// y = value; the value is of y's own type.
CUDNN_CALL(cudnnSetTensor)
(Handle* handle, const TensorDescriptor* y_desc, void* y, const void* value) {
    return answer(__func__, [&](const char* call) {
        const Tensor yt = tensor(y_desc, "yDesc");
        require(y != nullptr && value != nullptr);
        const double constant = standin::load(yt.number(), value, 0);
        submit(handle, call,
               [=] { write(call, "y", yt, y, std::vector<double>(yt.count(), constant)); });
    });
}

// y = alpha y.
CUDNN_CALL(cudnnScaleTensor)
(Handle* handle, const TensorDescriptor* y_desc, void* y, const void* alpha) {
    return answer(__func__, [&](const char* call) {
        const Tensor yt = tensor(y_desc, "yDesc");
        require(y != nullptr);
        support(is_floating(yt.type));
        const double factor = scalar(alpha, yt.type);
        submit(handle, call, [=] {
            write(call, "y", yt, y, std::vector<double>(yt.count(), 0.0), Scale{1, factor});
        });
    });
}

// y = alpha x + beta y, between layouts of the same dimensions and type.
CUDNN_CALL(cudnnTransformTensor)
(Handle* handle, const void* alpha, const TensorDescriptor* x_desc, const void* x, const void* beta,
 const TensorDescriptor* y_desc, void* y) {
    return answer(__func__, [&](const char* call) {
        const Tensor xt = tensor(x_desc, "xDesc"), yt = tensor(y_desc, "yDesc");
        require(x != nullptr && y != nullptr && xt.same_dims(yt) && xt.type == yt.type);
        const Scale s = scale(alpha, beta, yt.type);
        submit(handle, call, [=] { write(call, "y", yt, y, read(call, "x", xt, x), s); });
    });
}
