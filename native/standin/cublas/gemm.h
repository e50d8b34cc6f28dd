// C = alpha op(A) op(B) + beta C, column-major.
#pragma once

#include "api.h"

struct Product {
    Operation trans_a, trans_b;
    size_t k;
    Matrix a, b, c;
    double (*factor)(double) = nullptr;  // how elements of A and B are rounded first, if they are

    bool is_empty() const { return c.rows == 0 || c.columns == 0; }

    // Reads, computes and writes; to be called when the work runs. A and B are read whatever alpha
    // is, and C only where beta is not 0.
    void run(const char* call, double alpha, const void* a_at, const void* b_at, double beta,
             void* c_at) const;
};

// The numbers of A and B, and of C.
struct Numbers {
    standin::Number ab, c;
};

// A product with its scalars, which are of one number whatever the matrices are.
struct Gemm {
    Product product;
    standin::Number scalars;
    const void* alpha;
    const void* beta;
};

void submit_one(Handle& handle, const char* call, const Gemm& gemm, const void* a, const void* b,
                void* c);

// The arrays of addresses lie in device memory, as the matrices do.
void submit_array(Handle& handle, const char* call, const Gemm& gemm, const void* const* a,
                  const void* const* b, void* const* c, int batches);

// Strides in elements.
struct Strides {
    long long a, b, c;
};

void submit_strided(Handle& handle, const char* call, const Gemm& gemm, const void* a,
                    const void* b, void* c, Strides strides, int batches);

// How tensor cores round a float, from Ampere on.
double (*tf32_factor())(double);

// Checks the sizes and leading dimensions.
Product product(Operation trans_a, Operation trans_b, int m, int n, int k, Numbers numbers, int lda,
                int ldb, int ldc);
