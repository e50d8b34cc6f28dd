// The product of two matrices, and its forms of one precision: plain, batched and strided.
#include "gemm.h"

#include <algorithm>
#include <functional>

#include "math/product.h"

using standin::Number;

Product product(Operation trans_a, Operation trans_b, int m, int n, int k, Numbers numbers, int lda,
                int ldb, int ldc) {
    require(trans_a >= CUBLAS_OP_N && trans_a <= CUBLAS_OP_C);
    require(trans_b >= CUBLAS_OP_N && trans_b <= CUBLAS_OP_C);
    require(m >= 0 && n >= 0 && k >= 0);
    bool a = trans_a == CUBLAS_OP_N, b = trans_b == CUBLAS_OP_N;
    return {trans_a,
            trans_b,
            static_cast<size_t>(k),
            matrix("A", numbers.ab, a ? m : k, a ? k : m, lda),
            matrix("B", numbers.ab, b ? k : n, b ? n : k, ldb),
            matrix("C", numbers.c, m, n, ldc)};
}

void Product::run(const char* call, double alpha, const void* a_at, const void* b_at, double beta,
                  void* c_at) const {
    // Column-major matrices are their transposes in row-major order: Cᵀ = op(B)ᵀ op(A)ᵀ.
    size_t m = c.rows, n = c.columns;
    std::vector<double> left = b.read(call, b_at), right = a.read(call, a_at);
    for (std::vector<double>* factors : {&left, &right}) {
        if (factor == nullptr) break;
        std::transform(factors->begin(), factors->end(), factors->begin(), factor);
    }
    if (trans_b != CUBLAS_OP_N) {
        std::vector<double> turned(left.size());
        standin::transpose(k, n, left.data(), turned.data());
        left.swap(turned);
    }
    if (trans_a != CUBLAS_OP_N) {
        std::vector<double> turned(right.size());
        standin::transpose(m, k, right.data(), turned.data());
        right.swap(turned);
    }
    std::vector<double> values(m * n, 0.0);
    standin::Sums sums = standin::sums_for(c.number == Number::I32 ? c.number : a.number);
    standin::multiply_add(sums, n, m, k, left.data(), k, right.data(), m, values.data(), m);
    c.write(call, c_at, values, alpha, beta);
}

double (*tf32_factor())(double) {
    constexpr int AMPERE = 80;
    return standin::compute_capability() >= AMPERE ? &standin::rounded_to_tf32 : nullptr;
}

namespace {

// The product as the handle's math mode has it: on tensor cores where it allows TF32.
Product in_math_mode(const Handle& handle, Product product) {
    constexpr int MODE = 15, TF32 = 3;
    bool rounds = (handle.math & MODE) == TF32 && product.a.number == Number::F32;
    if (rounds && product.factor == nullptr) product.factor = tf32_factor();
    return product;
}

// Runs body(alpha, beta) in the order of the stream, with the workspace in use.
void submit_scaled(Handle& handle, const char* call, const Gemm& gemm,
                   const std::function<void(double, double)>& body) {
    const Scalar alpha(handle, "alpha", gemm.alpha, gemm.scalars);
    const Scalar beta(handle, "beta", gemm.beta, gemm.scalars);
    if (gemm.product.is_empty()) return;
    const Handle settings = handle;
    submit(handle, call, [=] {
        use_workspace(call, settings);
        body(alpha.get(call), beta.get(call));
    });
}

}  // namespace

void submit_one(Handle& handle, const char* call, const Gemm& gemm, const void* a, const void* b,
                void* c) {
    const Product product = in_math_mode(handle, gemm.product);
    submit_scaled(handle, call, gemm,
                  [=](double alpha, double beta) { product.run(call, alpha, a, b, beta, c); });
}

void submit_array(Handle& handle, const char* call, const Gemm& gemm, const void* const* a,
                  const void* const* b, void* const* c, int batches) {
    require(batches >= 0);
    const Product product = in_math_mode(handle, gemm.product);
    submit_scaled(handle, call, gemm, [=](double alpha, double beta) {
        size_t bytes = static_cast<size_t>(batches) * sizeof(void*);
        standin::device(call, "Aarray", a, bytes, standin::Access::Read);
        standin::device(call, "Barray", b, bytes, standin::Access::Read);
        standin::device(call, "Carray", c, bytes, standin::Access::Read);
        for (int i = 0; i < batches; i++) product.run(call, alpha, a[i], b[i], beta, c[i]);
    });
}

void submit_strided(Handle& handle, const char* call, const Gemm& gemm, const void* a,
                    const void* b, void* c, Strides strides, int batches) {
    require(batches >= 0);
    const Product product = in_math_mode(handle, gemm.product);
    submit_scaled(handle, call, gemm, [=](double alpha, double beta) {
        long long ab = static_cast<long long>(standin::size_of(product.a.number));
        long long out = static_cast<long long>(standin::size_of(product.c.number));
        for (int i = 0; i < batches; i++) {
            product.run(call, alpha, static_cast<const char*>(a) + i * strides.a * ab,
                        static_cast<const char*>(b) + i * strides.b * ab, beta,
                        static_cast<char*>(c) + i * strides.c * out);
        }
    });
}

// One precision's three entry points.
#define GEMM(one, array, strided, number)                                                    \
    CUBLAS_CALL(one)                                                                         \
    (Handle * handle, Operation ta, Operation tb, int m, int n, int k, const void* alpha,    \
     const void* a, int lda, const void* b, int ldb, const void* beta, void* c, int ldc) {   \
        return answer(__func__, handle, [&](const char* call) {                              \
            const Product p = product(ta, tb, m, n, k, {number, number}, lda, ldb, ldc);     \
            submit_one(*handle, call, {p, number, alpha, beta}, a, b, c);                    \
        });                                                                                  \
    }                                                                                        \
    CUBLAS_CALL(array)                                                                       \
    (Handle * handle, Operation ta, Operation tb, int m, int n, int k, const void* alpha,    \
     const void* const* a, int lda, const void* const* b, int ldb, const void* beta,         \
     void* const* c, int ldc, int batches) {                                                 \
        return answer(__func__, handle, [&](const char* call) {                              \
            const Product p = product(ta, tb, m, n, k, {number, number}, lda, ldb, ldc);     \
            submit_array(*handle, call, {p, number, alpha, beta}, a, b, c, batches);         \
        });                                                                                  \
    }                                                                                        \
    CUBLAS_CALL(strided)                                                                     \
    (Handle * handle, Operation ta, Operation tb, int m, int n, int k, const void* alpha,    \
     const void* a, int lda, long long stride_a, const void* b, int ldb, long long stride_b, \
     const void* beta, void* c, int ldc, long long stride_c, int batches) {                  \
        return answer(__func__, handle, [&](const char* call) {                              \
            const Product p = product(ta, tb, m, n, k, {number, number}, lda, ldb, ldc);     \
            submit_strided(*handle, call, {p, number, alpha, beta}, a, b, c,                 \
                           {stride_a, stride_b, stride_c}, batches);                         \
        });                                                                                  \
    }

GEMM(cublasSgemm_v2, cublasSgemmBatched, cublasSgemmStridedBatched, Number::F32)
GEMM(cublasDgemm_v2, cublasDgemmBatched, cublasDgemmStridedBatched, Number::F64)
GEMM(cublasHgemm, cublasHgemmBatched, cublasHgemmStridedBatched, Number::F16)
