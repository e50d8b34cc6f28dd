// Dense matrix products, row-major: what convolutions, GEMMs and RNNs come down to. Matrices are
// passed as double; where sums are taken in float, so are the factors.
#pragma once

#include <cstddef>

#include "sum.h"

namespace standin {

// c (m, n) += a (m, k) b (k, n); rows lie lda, ldb, ldc elements apart. The sum over k is taken in
// ascending order for every element, whatever the sizes, each product fused into its addition where
// the processor can: as a thread of a GPU does, and so that results repeat bit for bit.
void multiply_add(Sums sums, size_t m, size_t n, size_t k, const double* a, size_t lda,
                  const double* b, size_t ldb, double* c, size_t ldc);

// c (m, n) += a (m, k) bᵀ, b being (n, k).
void multiply_add_transposed(Sums sums, size_t m, size_t n, size_t k, const double* a, size_t lda,
                             const double* b, size_t ldb, double* c, size_t ldc);

// to (columns, rows) = from (rows, columns) transposed, both dense.
void transpose(size_t rows, size_t columns, const double* from, double* to);

}  // namespace standin
