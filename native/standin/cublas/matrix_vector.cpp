// y = alpha op(A) x + beta y, and A += alpha x yᵀ.
#include "api.h"
#include "math/product.h"

using standin::Number;

namespace {

struct Scaled {
    const void* alpha;
    const void* beta;
};

void gemv(Handle& handle, const char* call, Operation trans, const Matrix& a, const void* a_at,
          Scaled scaled, int x_step, const void* x, int y_step, void* y) {
    require(trans >= CUBLAS_OP_N && trans <= CUBLAS_OP_C && x_step != 0 && y_step != 0);
    const Scalar alpha(handle, "alpha", scaled.alpha, a.number);
    const Scalar beta(handle, "beta", scaled.beta, a.number);
    if (a.rows == 0 || a.columns == 0) return;
    bool turned = trans != CUBLAS_OP_N;
    int rows = static_cast<int>(a.rows), columns = static_cast<int>(a.columns);
    const Vector from = vector("x", a.number, turned ? rows : columns, x_step);
    const Vector to = vector("y", a.number, turned ? columns : rows, y_step);
    submit(handle, call, [=] {
        std::vector<double> m = a.read(call, a_at), v = from.read(call, x);
        std::vector<double> sums(to.count, 0.0);
        standin::Sums kind = standin::sums_for(a.number);
        for (size_t j = 0; j < a.columns; j++) {
            for (size_t i = 0; i < a.rows; i++) {
                double element = m[j * a.rows + i];
                double& sum = turned ? sums[j] : sums[i];
                sum = standin::held(kind, sum + element * (turned ? v[i] : v[j]));
            }
        }
        double factor = alpha.get(call), keep = beta.get(call);
        std::vector<double> old = keep == 0 ? std::vector<double>() : to.read(call, y);
        for (size_t i = 0; i < sums.size(); i++) {
            sums[i] *= factor;
            if (keep != 0) sums[i] += keep * old[i];
        }
        to.write(call, y, sums);
    });
}

void ger(Handle& handle, const char* call, const Matrix& a, void* a_at, const void* alpha_at,
         int x_step, const void* x, int y_step, const void* y) {
    require(x_step != 0 && y_step != 0);
    const Scalar alpha(handle, "alpha", alpha_at, a.number);
    if (a.rows == 0 || a.columns == 0) return;
    const Vector left = vector("x", a.number, static_cast<int>(a.rows), x_step);
    const Vector right = vector("y", a.number, static_cast<int>(a.columns), y_step);
    submit(handle, call, [=] {
        std::vector<double> u = left.read(call, x), v = right.read(call, y);
        std::vector<double> products(u.size() * v.size(), 0.0);
        standin::multiply_add(standin::Sums::Double, v.size(), u.size(), 1, v.data(), 1, u.data(), u.size(),
                              products.data(), u.size());
        a.write(call, a_at, products, alpha.get(call), 1);
    });
}

}  // namespace

CUBLAS_CALL(cublasSgemv_v2)
(Handle* handle, Operation trans, int m, int n, const void* alpha, const void* a, int lda,
 const void* x, int x_step, const void* beta, void* y, int y_step) {
    return answer(__func__, handle, [&](const char* call) {
        gemv(*handle, call, trans, matrix("A", Number::F32, m, n, lda), a, {alpha, beta}, x_step, x,
             y_step, y);
    });
}

CUBLAS_CALL(cublasDgemv_v2)
(Handle* handle, Operation trans, int m, int n, const void* alpha, const void* a, int lda,
 const void* x, int x_step, const void* beta, void* y, int y_step) {
    return answer(__func__, handle, [&](const char* call) {
        gemv(*handle, call, trans, matrix("A", Number::F64, m, n, lda), a, {alpha, beta}, x_step, x,
             y_step, y);
    });
}

CUBLAS_CALL(cublasSger_v2)
(Handle* handle, int m, int n, const void* alpha, const void* x, int x_step, const void* y,
 int y_step, void* a, int lda) {
    return answer(__func__, handle, [&](const char* call) {
        ger(*handle, call, matrix("A", Number::F32, m, n, lda), a, alpha, x_step, x, y_step, y);
    });
}

CUBLAS_CALL(cublasDger_v2)
(Handle* handle, int m, int n, const void* alpha, const void* x, int x_step, const void* y,
 int y_step, void* a, int lda) {
    return answer(__func__, handle, [&](const char* call) {
        ger(*handle, call, matrix("A", Number::F64, m, n, lda), a, alpha, x_step, x, y_step, y);
    });
}
