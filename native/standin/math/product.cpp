#include "product.h"

#include <algorithm>
#include <vector>

#include "common/standin.h"

namespace standin {

namespace {

// Columns of b worked on together: 4 rows of them and of c stay in the first-level cache.
constexpr size_t COLUMNS = 256;

// Multiplications that are worth a task of their own.
constexpr size_t TASK = size_t{1} << 20;

__attribute__((target_clones("arch=haswell", "default"))) void on_one_thread(
        size_t m, size_t n, size_t k, const double* a, size_t lda, const double* b, size_t ldb,
        double* c, size_t ldc) {
    for (size_t begin = 0; begin < n; begin += COLUMNS) {
        size_t width = std::min(COLUMNS, n - begin);
        for (size_t i = 0; i < m; i++) {
            double* __restrict__ out = c + i * ldc + begin;
            size_t p = 0;
            for (; p + 4 <= k; p += 4) {
                const double* row = a + i * lda + p;
                double a0 = row[0], a1 = row[1], a2 = row[2], a3 = row[3];
                const double* b0 = b + p * ldb + begin;
                const double* b1 = b0 + ldb;
                const double* b2 = b1 + ldb;
                const double* b3 = b2 + ldb;
                for (size_t j = 0; j < width; j++) {
                    out[j] = (((out[j] + a0 * b0[j]) + a1 * b1[j]) + a2 * b2[j]) + a3 * b3[j];
                }
            }
            for (; p < k; p++) {
                double factor = a[i * lda + p];
                const double* row = b + p * ldb + begin;
                for (size_t j = 0; j < width; j++) out[j] += factor * row[j];
            }
        }
    }
}

}  // namespace

void multiply_add(size_t m, size_t n, size_t k, const double* a, size_t lda, const double* b,
                  size_t ldb, double* c, size_t ldc) {
    size_t rows = std::max<size_t>(1, TASK / std::max<size_t>(1, n * k));
    if (rows >= m) {
        on_one_thread(m, n, k, a, lda, b, ldb, c, ldc);
        return;
    }
    parallel((m + rows - 1) / rows, [=](size_t task) {
        size_t first = task * rows;
        on_one_thread(std::min(rows, m - first), n, k, a + first * lda, lda, b, ldb,
                      c + first * ldc, ldc);
    });
}

void multiply_add_transposed(size_t m, size_t n, size_t k, const double* a, size_t lda,
                             const double* b, size_t ldb, double* c, size_t ldc) {
    std::vector<double> across(n * k);
    for (size_t j = 0; j < n; j++) {
        for (size_t p = 0; p < k; p++) across[p * n + j] = b[j * ldb + p];
    }
    multiply_add(m, n, k, a, lda, across.data(), n, c, ldc);
}

void transpose(size_t rows, size_t columns, const double* from, double* to) {
    for (size_t i = 0; i < rows; i++) {
        for (size_t j = 0; j < columns; j++) to[j * rows + i] = from[i * columns + j];
    }
}

}  // namespace standin
