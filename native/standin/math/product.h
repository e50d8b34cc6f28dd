// Dense matrix products in double, row-major: what convolutions, GEMMs and RNNs come down to.
#pragma once

#include <cstddef>

namespace standin {

// c (m, n) += a (m, k) b (k, n); rows lie lda, ldb, ldc elements apart. The sum over k is taken in
// ascending order for every element, whatever the sizes, so results repeat bit for bit.
void multiply_add(size_t m, size_t n, size_t k, const double* a, size_t lda, const double* b,
                  size_t ldb, double* c, size_t ldc);

// c (m, n) += a (m, k) bᵀ, b being (n, k).
void multiply_add_transposed(size_t m, size_t n, size_t k, const double* a, size_t lda,
                             const double* b, size_t ldb, double* c, size_t ldc);

// to (columns, rows) = from (rows, columns) transposed, both dense.
void transpose(size_t rows, size_t columns, const double* from, double* to);

}  // namespace standin
