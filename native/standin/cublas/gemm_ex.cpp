// Products of mixed precision. Only the combinations of types that cuBLAS documents are done.
#include <algorithm>
#include <iterator>

#include "gemm.h"

using standin::Number;

namespace {

enum ComputeType : int {
    CUBLAS_COMPUTE_16F = 64,
    CUBLAS_COMPUTE_16F_PEDANTIC = 65,
    CUBLAS_COMPUTE_32F = 68,
    CUBLAS_COMPUTE_32F_PEDANTIC = 69,
    CUBLAS_COMPUTE_64F = 70,
    CUBLAS_COMPUTE_64F_PEDANTIC = 71,
    CUBLAS_COMPUTE_32I = 72,
    CUBLAS_COMPUTE_32I_PEDANTIC = 73,
    CUBLAS_COMPUTE_32F_FAST_16F = 74,
    CUBLAS_COMPUTE_32F_FAST_16BF = 75,
    CUBLAS_COMPUTE_32F_FAST_TF32 = 77,
};

enum Family { HALF, INTEGER, SINGLE, FAST_SINGLE, DOUBLE };

Family family(ComputeType compute) {
    switch (compute) {
        case CUBLAS_COMPUTE_16F:
        case CUBLAS_COMPUTE_16F_PEDANTIC:
            return HALF;
        case CUBLAS_COMPUTE_32I:
        case CUBLAS_COMPUTE_32I_PEDANTIC:
            return INTEGER;
        case CUBLAS_COMPUTE_32F:
        case CUBLAS_COMPUTE_32F_PEDANTIC:
            return SINGLE;
        case CUBLAS_COMPUTE_32F_FAST_16F:
        case CUBLAS_COMPUTE_32F_FAST_16BF:
        case CUBLAS_COMPUTE_32F_FAST_TF32:
            return FAST_SINGLE;
        case CUBLAS_COMPUTE_64F:
        case CUBLAS_COMPUTE_64F_PEDANTIC:
            return DOUBLE;
    }
    throw Refusal{CUBLAS_STATUS_INVALID_VALUE};
}

struct Combination {
    Family family;
    DataType ab, c;
    Number scalars;
};

constexpr Combination COMBINATIONS[] = {
        {HALF, CUDA_R_16F, CUDA_R_16F, Number::F16},
        {INTEGER, CUDA_R_8I, CUDA_R_32I, Number::I32},
        {SINGLE, CUDA_R_16BF, CUDA_R_16BF, Number::F32},
        {SINGLE, CUDA_R_16F, CUDA_R_16F, Number::F32},
        {SINGLE, CUDA_R_8I, CUDA_R_32F, Number::F32},
        {SINGLE, CUDA_R_16BF, CUDA_R_32F, Number::F32},
        {SINGLE, CUDA_R_16F, CUDA_R_32F, Number::F32},
        {SINGLE, CUDA_R_32F, CUDA_R_32F, Number::F32},
        {FAST_SINGLE, CUDA_R_32F, CUDA_R_32F, Number::F32},
        {DOUBLE, CUDA_R_64F, CUDA_R_64F, Number::F64},
};

struct Types {
    DataType a, b, c;
    ComputeType compute;
    int algorithm;
};

// CUBLAS_GEMM_DEFAULT, the 24 algorithms, and the same with tensor cores.
bool is_algorithm(int algorithm) {
    return (algorithm >= -1 && algorithm <= 23) || (algorithm >= 99 && algorithm <= 115) ||
           algorithm == 999;
}

struct Sizes {
    Operation trans_a, trans_b;
    int m, n, k, lda, ldb, ldc;
};

// The product with A and B rounded as the compute type allows.
Product taken_for(ComputeType compute, Product product) {
    if (compute == CUBLAS_COMPUTE_32F_FAST_TF32) product.factor = tf32_factor();
    if (compute == CUBLAS_COMPUTE_32F_FAST_16F) {
        product.factor = [](double value) { return standin::rounded(Number::F16, value); };
    }
    if (compute == CUBLAS_COMPUTE_32F_FAST_16BF) {
        product.factor = [](double value) { return standin::rounded(Number::BF16, value); };
    }
    return product;
}

Gemm mixed(const Types& types, const Sizes& s, const void* alpha, const void* beta) {
    Family wanted = family(types.compute);
    auto found = std::find_if(std::begin(COMBINATIONS), std::end(COMBINATIONS),
                              [&](const Combination& it) {
                                  return it.family == wanted && it.ab == types.a &&
                                         types.a == types.b && it.c == types.c;
                              });
    support(found != std::end(COMBINATIONS) && is_algorithm(types.algorithm));
    const Product p = product(s.trans_a, s.trans_b, s.m, s.n, s.k,
                              {number_of(types.a), number_of(types.c)}, s.lda, s.ldb, s.ldc);
    support(types.a != CUDA_R_8I || (s.lda % 4 == 0 && s.ldb % 4 == 0));
    return {taken_for(types.compute, p), found->scalars, alpha, beta};
}

}  // namespace

CUBLAS_CALL(cublasGemmEx)
(Handle* handle, Operation trans_a, Operation trans_b, int m, int n, int k, const void* alpha,
 const void* a, DataType a_type, int lda, const void* b, DataType b_type, int ldb, const void* beta,
 void* c, DataType c_type, int ldc, ComputeType compute, int algorithm) {
    return answer(__func__, handle, [&](const char* call) {
        submit_one(*handle, call,
                   mixed({a_type, b_type, c_type, compute, algorithm},
                         {trans_a, trans_b, m, n, k, lda, ldb, ldc}, alpha, beta),
                   a, b, c);
    });
}

CUBLAS_CALL(cublasGemmBatchedEx)
(Handle* handle, Operation trans_a, Operation trans_b, int m, int n, int k, const void* alpha,
 const void* const* a, DataType a_type, int lda, const void* const* b, DataType b_type, int ldb,
 const void* beta, void* const* c, DataType c_type, int ldc, int batches, ComputeType compute,
 int algorithm) {
    return answer(__func__, handle, [&](const char* call) {
        submit_array(*handle, call,
                     mixed({a_type, b_type, c_type, compute, algorithm},
                           {trans_a, trans_b, m, n, k, lda, ldb, ldc}, alpha, beta),
                     a, b, c, batches);
    });
}

CUBLAS_CALL(cublasGemmStridedBatchedEx)
(Handle* handle, Operation trans_a, Operation trans_b, int m, int n, int k, const void* alpha,
 const void* a, DataType a_type, int lda, long long stride_a, const void* b, DataType b_type,
 int ldb, long long stride_b, const void* beta, void* c, DataType c_type, int ldc,
 long long stride_c, int batches, ComputeType compute, int algorithm) {
    return answer(__func__, handle, [&](const char* call) {
        submit_strided(*handle, call,
                       mixed({a_type, b_type, c_type, compute, algorithm},
                             {trans_a, trans_b, m, n, k, lda, ldb, ldc}, alpha, beta),
                       a, b, c, {stride_a, stride_b, stride_c}, batches);
    });
}

// Single precision's scalars and sums over matrices of half, bfloat16 or float.
CUBLAS_CALL(cublasSgemmEx)
(Handle* handle, Operation trans_a, Operation trans_b, int m, int n, int k, const float* alpha,
 const void* a, DataType a_type, int lda, const void* b, DataType b_type, int ldb,
 const float* beta, void* c, DataType c_type, int ldc) {
    return answer(__func__, handle, [&](const char* call) {
        submit_one(*handle, call,
                   mixed({a_type, b_type, c_type, CUBLAS_COMPUTE_32F, -1},
                         {trans_a, trans_b, m, n, k, lda, ldb, ldc}, alpha, beta),
                   a, b, c);
    });
}
