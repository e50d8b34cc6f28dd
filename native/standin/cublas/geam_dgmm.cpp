// C = alpha op(A) + beta op(B), and C = diag(x) A or A diag(x).
#include "api.h"
#include "math/product.h"

using standin::Number;

namespace {

enum Side : int { CUBLAS_SIDE_LEFT = 0, CUBLAS_SIDE_RIGHT = 1 };

struct Term {
    const void* at;
    Operation trans;
    int leading;
};

Matrix operand(const char* argument, Number number, const Term& term, int m, int n) {
    require(term.trans >= CUBLAS_OP_N && term.trans <= CUBLAS_OP_C);
    bool plain = term.trans == CUBLAS_OP_N;
    return matrix(argument, number, plain ? m : n, plain ? n : m, term.leading);
}

// op(A), column-major and dense.
std::vector<double> read_operand(const char* call, const Matrix& matrix, const Term& term) {
    std::vector<double> values = matrix.read(call, term.at);
    if (term.trans == CUBLAS_OP_N) return values;
    std::vector<double> turned(values.size());
    standin::transpose(matrix.columns, matrix.rows, values.data(), turned.data());
    return turned;
}

// A or B is not read where its scalar is 0. In place, C must lie as the operand does, untransposed.
void geam(Handle& handle, const char* call, const Matrix& c, void* c_at, const void* alpha_at,
          const Term& a, const void* beta_at, const Term& b) {
    int m = static_cast<int>(c.rows), n = static_cast<int>(c.columns);
    const Matrix left = operand("A", c.number, a, m, n), right = operand("B", c.number, b, m, n);
    int leading = static_cast<int>(c.leading);
    require(a.at != c_at || (a.trans == CUBLAS_OP_N && a.leading == leading));
    require(b.at != c_at || (b.trans == CUBLAS_OP_N && b.leading == leading));
    const Scalar alpha(handle, "alpha", alpha_at, c.number);
    const Scalar beta(handle, "beta", beta_at, c.number);
    submit(handle, call, [=] {
        std::vector<double> sum(c.rows * c.columns, 0.0);
        auto add = [&](double factor, const Matrix& matrix, const Term& term) {
            if (factor == 0) return;
            std::vector<double> values = read_operand(call, matrix, term);
            for (size_t i = 0; i < sum.size(); i++) sum[i] += factor * values[i];
        };
        add(alpha.get(call), left, a);
        add(beta.get(call), right, b);
        c.write(call, c_at, sum, 1, 0);
    });
}

void dgmm(Handle& handle, const char* call, Side side, const Matrix& a, const void* a_at,
          const void* x, int x_step, const Matrix& c, void* c_at) {
    require((side == CUBLAS_SIDE_LEFT || side == CUBLAS_SIDE_RIGHT) && x_step != 0);
    bool left = side == CUBLAS_SIDE_LEFT;
    const Vector diagonal =
            vector("x", a.number, static_cast<int>(left ? a.rows : a.columns), x_step);
    submit(handle, call, [=] {
        std::vector<double> values = a.read(call, a_at), factors = diagonal.read(call, x);
        for (size_t i = 0; i < values.size(); i++) {
            values[i] *= factors[left ? i % a.rows : i / a.rows];
        }
        c.write(call, c_at, values, 1, 0);
    });
}

}  // namespace

CUBLAS_CALL(cublasSgeam)
(Handle* handle, Operation trans_a, Operation trans_b, int m, int n, const void* alpha,
 const void* a, int lda, const void* beta, const void* b, int ldb, void* c, int ldc) {
    return answer(__func__, handle, [&](const char* call) {
        geam(*handle, call, matrix("C", Number::F32, m, n, ldc), c, alpha, {a, trans_a, lda}, beta,
             {b, trans_b, ldb});
    });
}

CUBLAS_CALL(cublasDgeam)
(Handle* handle, Operation trans_a, Operation trans_b, int m, int n, const void* alpha,
 const void* a, int lda, const void* beta, const void* b, int ldb, void* c, int ldc) {
    return answer(__func__, handle, [&](const char* call) {
        geam(*handle, call, matrix("C", Number::F64, m, n, ldc), c, alpha, {a, trans_a, lda}, beta,
             {b, trans_b, ldb});
    });
}

CUBLAS_CALL(cublasSdgmm)
(Handle* handle, Side side, int m, int n, const void* a, int lda, const void* x, int x_step,
 void* c, int ldc) {
    return answer(__func__, handle, [&](const char* call) {
        dgmm(*handle, call, side, matrix("A", Number::F32, m, n, lda), a, x, x_step,
             matrix("C", Number::F32, m, n, ldc), c);
    });
}

CUBLAS_CALL(cublasDdgmm)
(Handle* handle, Side side, int m, int n, const void* a, int lda, const void* x, int x_step,
 void* c, int ldc) {
    return answer(__func__, handle, [&](const char* call) {
        dgmm(*handle, call, side, matrix("A", Number::F64, m, n, lda), a, x, x_step,
             matrix("C", Number::F64, m, n, ldc), c);
    });
}
