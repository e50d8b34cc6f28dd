// The vector calls in single and double precision.
#include "vector.h"

using standin::Number;

#define LEVEL_1(prefix, number)                                                                    \
    CUBLAS_CALL(cublas##prefix##axpy_v2)                                                           \
    (Handle * handle, int n, const void* alpha, const void* x, int x_step, void* y, int y_step) {  \
        return answer(__func__, handle, [&](const char* call) {                                    \
            axpy(*handle, call, n, alpha, number, {number, x, x_step}, {number, y, y_step});       \
        });                                                                                        \
    }                                                                                              \
    CUBLAS_CALL(cublas##prefix##scal_v2)                                                           \
    (Handle * handle, int n, const void* alpha, void* x, int x_step) {                             \
        return answer(__func__, handle, [&](const char* call) {                                    \
            scal(*handle, call, n, alpha, number, {number, x, x_step});                            \
        });                                                                                        \
    }                                                                                              \
    CUBLAS_CALL(cublas##prefix##copy_v2)                                                           \
    (Handle * handle, int n, const void* x, int x_step, void* y, int y_step) {                     \
        return answer(__func__, handle, [&](const char* call) {                                    \
            copy(*handle, call, n, {number, x, x_step}, {number, y, y_step});                      \
        });                                                                                        \
    }                                                                                              \
    CUBLAS_CALL(cublas##prefix##swap_v2)                                                           \
    (Handle * handle, int n, void* x, int x_step, void* y, int y_step) {                           \
        return answer(__func__, handle, [&](const char* call) {                                    \
            swap(*handle, call, n, {number, x, x_step}, {number, y, y_step});                      \
        });                                                                                        \
    }                                                                                              \
    CUBLAS_CALL(cublas##prefix##dot_v2)                                                            \
    (Handle * handle, int n, const void* x, int x_step, const void* y, int y_step, void* result) { \
        return answer(__func__, handle, [&](const char* call) {                                    \
            dot(*handle, call, n, {number, x, x_step}, {number, y, y_step}, result, number);       \
        });                                                                                        \
    }                                                                                              \
    CUBLAS_CALL(cublas##prefix##nrm2_v2)                                                           \
    (Handle * handle, int n, const void* x, int x_step, void* result) {                            \
        return answer(__func__, handle, [&](const char* call) {                                    \
            nrm2(*handle, call, n, {number, x, x_step}, result, number);                           \
        });                                                                                        \
    }                                                                                              \
    CUBLAS_CALL(cublas##prefix##asum_v2)                                                           \
    (Handle * handle, int n, const void* x, int x_step, void* result) {                            \
        return answer(__func__, handle, [&](const char* call) {                                    \
            asum(*handle, call, n, {number, x, x_step}, result, number);                           \
        });                                                                                        \
    }

LEVEL_1(S, Number::F32)
LEVEL_1(D, Number::F64)

#define EXTREME(name, operation, number)                                          \
    CUBLAS_CALL(name)(Handle * handle, int n, const void* x, int step, int* at) { \
        return answer(__func__, handle, [&](const char* call) {                   \
            operation(*handle, call, n, {number, x, step}, at);                   \
        });                                                                       \
    }

EXTREME(cublasIsamax_v2, amax, Number::F32)
EXTREME(cublasIdamax_v2, amax, Number::F64)
EXTREME(cublasIsamin_v2, amin, Number::F32)
EXTREME(cublasIdamin_v2, amin, Number::F64)
