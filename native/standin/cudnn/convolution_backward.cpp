// The three gradients of a convolution: dx, dw and db.
#include "execution.h"
#include "math/sum.h"

using standin::Sum;

CUDNN_CALL(cudnnConvolutionBackwardData)
(Handle* handle, const void* alpha, const FilterDescriptor* w_desc, const void* w,
 const TensorDescriptor* dy_desc, const void* dy, const ConvolutionDescriptor* convolution,
 BackwardDataAlgorithm algorithm, void* space, size_t space_bytes, const void* beta,
 const TensorDescriptor* dx_desc, void* dx) {
    return answer(__func__, [&](const char* call) {
        const Convolution v = convolution_of(dx_desc, w_desc, convolution, dy_desc);
        require(w != nullptr && dy != nullptr && dx != nullptr);
        const Execution execution(backward_data_algorithms(), algorithm, v, space, space_bytes);
        const Scale s = scale(alpha, beta, v.x.type);
        submit(handle, call, [=] {
            execution.begin(call);
            execution.end(
                call, "dx", v.x, dx,
                convolve_backward_data(v, execution.factor(read(call, "w", v.w, w)), execution.factor(read(call, "dy", v.y, dy))), s);
        });
    });
}

CUDNN_CALL(cudnnConvolutionBackwardFilter)
(Handle* handle, const void* alpha, const TensorDescriptor* x_desc, const void* x,
 const TensorDescriptor* dy_desc, const void* dy, const ConvolutionDescriptor* convolution,
 BackwardFilterAlgorithm algorithm, void* space, size_t space_bytes, const void* beta,
 const FilterDescriptor* dw_desc, void* dw) {
    return answer(__func__, [&](const char* call) {
        const Convolution v = convolution_of(x_desc, dw_desc, convolution, dy_desc);
        require(x != nullptr && dy != nullptr && dw != nullptr);
        const Execution execution(backward_filter_algorithms(), algorithm, v, space, space_bytes);
        const Scale s = scale(alpha, beta, v.w.type);
        submit(handle, call, [=] {
            execution.begin(call);
            execution.end(
                call, "dw", v.w, dw,
                convolve_backward_filter(v, execution.factor(read(call, "x", v.x, x)), execution.factor(read(call, "dy", v.y, dy))), s);
        });
    });
}

// db[c] = alpha sum over n and space of dy[n, c, ...] + beta db[c].
CUDNN_CALL(cudnnConvolutionBackwardBias)
(Handle* handle, const void* alpha, const TensorDescriptor* dy_desc, const void* dy,
 const void* beta, const TensorDescriptor* db_desc, void* db) {
    return answer(__func__, [&](const char* call) {
        const Tensor dyt = tensor(dy_desc, "dyDesc");
        const Tensor dbt = tensor(db_desc, "dbDesc");
        require(dy != nullptr && db != nullptr && dbt.rank == dyt.rank && dyt.type == dbt.type);
        for (int i = 0; i < dbt.rank; i++) require(dbt.dims[i] == (i == 1 ? dyt.dims[1] : 1));
        support(is_floating(dyt.type));
        const Scale s = scale(alpha, beta, dbt.type);
        submit(handle, call, [=] {
            std::vector<double> gradient = read(call, "dy", dyt, dy), result;
            std::vector<Sum> sums(dbt.count(), Sum(standin::sums_for(dbt.number())));
            size_t space = dyt.count_from(2);
            for (size_t i = 0; i < gradient.size(); i++) {
                sums[i / space % sums.size()].add(gradient[i]);
            }
            for (const Sum& sum : sums) result.push_back(sum.get());
            write(call, "db", dbt, db, result, s);
        });
    });
}
