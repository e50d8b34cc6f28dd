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

template <class T>
inline __attribute__((always_inline)) void rows_of(size_t m, size_t n, size_t k, const T* a,
                                                   size_t lda, const T* b, size_t ldb, T* c,
                                                   size_t ldc) {
    for (size_t begin = 0; begin < n; begin += COLUMNS) {
        size_t width = std::min(COLUMNS, n - begin);
        for (size_t i = 0; i < m; i++) {
            T* __restrict__ out = c + i * ldc + begin;
            size_t p = 0;
            for (; p + 4 <= k; p += 4) {
                const T* row = a + i * lda + p;
                T a0 = row[0], a1 = row[1], a2 = row[2], a3 = row[3];
                const T* b0 = b + p * ldb + begin;
                const T* b1 = b0 + ldb;
                const T* b2 = b1 + ldb;
                const T* b3 = b2 + ldb;
                for (size_t j = 0; j < width; j++) {
                    out[j] = (((out[j] + a0 * b0[j]) + a1 * b1[j]) + a2 * b2[j]) + a3 * b3[j];
                }
            }
            for (; p < k; p++) {
                T factor = a[i * lda + p];
                const T* row = b + p * ldb + begin;
                for (size_t j = 0; j < width; j++) out[j] += factor * row[j];
            }
        }
    }
}

#define CLONES __attribute__((target_clones("arch=haswell", "default")))

CLONES void on_one_thread(size_t m, size_t n, size_t k, const double* a, size_t lda,
                          const double* b, size_t ldb, double* c, size_t ldc) {
    rows_of(m, n, k, a, lda, b, ldb, c, ldc);
}

CLONES void on_one_thread(size_t m, size_t n, size_t k, const float* a, size_t lda, const float* b,
                          size_t ldb, float* c, size_t ldc) {
    rows_of(m, n, k, a, lda, b, ldb, c, ldc);
}

template <class T>
void on_all_threads(size_t m, size_t n, size_t k, const T* a, size_t lda, const T* b, size_t ldb,
                    T* c, size_t ldc) {
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

// The matrix in float, dense.
std::vector<float> narrowed(size_t rows, size_t columns, const double* from, size_t leading) {
    std::vector<float> to(rows * columns);
    for (size_t i = 0; i < rows; i++) {
        for (size_t j = 0; j < columns; j++) {
            to[i * columns + j] = static_cast<float>(from[i * leading + j]);
        }
    }
    return to;
}

}  // namespace

void multiply_add(Sums sums, size_t m, size_t n, size_t k, const double* a, size_t lda,
                  const double* b, size_t ldb, double* c, size_t ldc) {
    if (sums == Sums::Double) {
        on_all_threads(m, n, k, a, lda, b, ldb, c, ldc);
        return;
    }
    std::vector<float> left = narrowed(m, k, a, lda), right = narrowed(k, n, b, ldb);
    std::vector<float> to = narrowed(m, n, c, ldc);
    on_all_threads(m, n, k, left.data(), k, right.data(), n, to.data(), n);
    for (size_t i = 0; i < m; i++) {
        for (size_t j = 0; j < n; j++) c[i * ldc + j] = static_cast<double>(to[i * n + j]);
    }
}

void multiply_add_transposed(Sums sums, size_t m, size_t n, size_t k, const double* a, size_t lda,
                             const double* b, size_t ldb, double* c, size_t ldc) {
    std::vector<double> across(n * k);
    for (size_t j = 0; j < n; j++) {
        for (size_t p = 0; p < k; p++) across[p * n + j] = b[j * ldb + p];
    }
    multiply_add(sums, m, n, k, a, lda, across.data(), n, c, ldc);
}

void transpose(size_t rows, size_t columns, const double* from, double* to) {
    for (size_t i = 0; i < rows; i++) {
        for (size_t j = 0; j < columns; j++) to[j * rows + i] = from[i * columns + j];
    }
}

}  // namespace standin
