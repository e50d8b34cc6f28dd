// The vector calls of any precision. Documented are: half and bfloat16 computed in float (scalars
// of their own type or float), float in float, double in double.
#include "vector.h"

using standin::Number;

namespace {

// The number of a vector that is computed on in the execution type.
Number computed(DataType vector, DataType execution) {
    bool narrow = vector == CUDA_R_16F || vector == CUDA_R_16BF || vector == CUDA_R_32F;
    support((narrow && execution == CUDA_R_32F) ||
            (vector == CUDA_R_64F && execution == CUDA_R_64F));
    return number_of(vector);
}

Number scalar(DataType type, DataType vector, DataType execution) {
    support(type == vector || type == execution);
    return number_of(type);
}

}  // namespace

CUBLAS_CALL(cublasAxpyEx)
(Handle* handle, int n, const void* alpha, DataType alpha_type, const void* x, DataType x_type,
 int x_step, void* y, DataType y_type, int y_step, DataType execution) {
    return answer(__func__, handle, [&](const char* call) {
        support(x_type == y_type);
        Number number = computed(x_type, execution);
        axpy(*handle, call, n, alpha, scalar(alpha_type, x_type, execution), {number, x, x_step},
             {number, y, y_step});
    });
}

CUBLAS_CALL(cublasScalEx)
(Handle* handle, int n, const void* alpha, DataType alpha_type, void* x, DataType x_type,
 int x_step, DataType execution) {
    return answer(__func__, handle, [&](const char* call) {
        scal(*handle, call, n, alpha, scalar(alpha_type, x_type, execution),
             {computed(x_type, execution), x, x_step});
    });
}

CUBLAS_CALL(cublasDotEx)
(Handle* handle, int n, const void* x, DataType x_type, int x_step, const void* y, DataType y_type,
 int y_step, void* result, DataType result_type, DataType execution) {
    return answer(__func__, handle, [&](const char* call) {
        support(x_type == y_type && result_type == x_type);
        Number number = computed(x_type, execution);
        dot(*handle, call, n, {number, x, x_step}, {number, y, y_step}, result, number);
    });
}

CUBLAS_CALL(cublasNrm2Ex)
(Handle* handle, int n, const void* x, DataType x_type, int x_step, void* result,
 DataType result_type, DataType execution) {
    return answer(__func__, handle, [&](const char* call) {
        support(result_type == x_type);
        Number number = computed(x_type, execution);
        nrm2(*handle, call, n, {number, x, x_step}, result, number);
    });
}

CUBLAS_CALL(cublasAsumEx)
(Handle* handle, int n, const void* x, DataType x_type, int x_step, void* result,
 DataType result_type, DataType execution) {
    return answer(__func__, handle, [&](const char* call) {
        support(result_type == x_type);
        Number number = computed(x_type, execution);
        asum(*handle, call, n, {number, x, x_step}, result, number);
    });
}

CUBLAS_CALL(cublasIamaxEx)
(Handle* handle, int n, const void* x, DataType x_type, int x_step, int* result) {
    return answer(__func__, handle, [&](const char* call) {
        amax(*handle, call, n, {number_of(x_type), x, x_step}, result);
    });
}

CUBLAS_CALL(cublasCopyEx)
(Handle* handle, int n, const void* x, DataType x_type, int x_step, void* y, DataType y_type,
 int y_step) {
    return answer(__func__, handle, [&](const char* call) {
        support(x_type == y_type);
        copy(*handle, call, n, {number_of(x_type), x, x_step}, {number_of(y_type), y, y_step});
    });
}

CUBLAS_CALL(cublasSwapEx)
(Handle* handle, int n, void* x, DataType x_type, int x_step, void* y, DataType y_type,
 int y_step) {
    return answer(__func__, handle, [&](const char* call) {
        support(x_type == y_type);
        swap(*handle, call, n, {number_of(x_type), x, x_step}, {number_of(y_type), y, y_step});
    });
}
