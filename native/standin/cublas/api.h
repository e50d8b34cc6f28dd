// What every entry point of the cuBLAS stand-in uses: status codes, the handle, matrices, vectors
// and scalars. Numbers of enumerations are those of cuBLAS 12's binary interface.
#pragma once

#include <functional>
#include <vector>

#include "common/standin.h"
#include "math/number.h"

enum Status : int {
    CUBLAS_STATUS_SUCCESS = 0,
    CUBLAS_STATUS_NOT_INITIALIZED = 1,
    CUBLAS_STATUS_ALLOC_FAILED = 3,
    CUBLAS_STATUS_INVALID_VALUE = 7,
    CUBLAS_STATUS_ARCH_MISMATCH = 8,
    CUBLAS_STATUS_MAPPING_ERROR = 11,
    CUBLAS_STATUS_EXECUTION_FAILED = 13,
    CUBLAS_STATUS_INTERNAL_ERROR = 14,
    CUBLAS_STATUS_NOT_SUPPORTED = 15,
    CUBLAS_STATUS_LICENSE_ERROR = 16,
};

enum Operation : int { CUBLAS_OP_N = 0, CUBLAS_OP_T = 1, CUBLAS_OP_C = 2 };

enum PointerMode : int { CUBLAS_POINTER_MODE_HOST = 0, CUBLAS_POINTER_MODE_DEVICE = 1 };

enum DataType : int {
    CUDA_R_32F = 0,
    CUDA_R_64F = 1,
    CUDA_R_16F = 2,
    CUDA_R_8I = 3,
    CUDA_R_8U = 8,
    CUDA_R_32I = 10,
    CUDA_R_16BF = 14,
};

#define CUBLAS_CALL(name) extern "C" STANDIN_API Status name

struct Handle {
    CUstream_st* stream = nullptr;
    PointerMode pointers = CUBLAS_POINTER_MODE_HOST;
    int math = 0;
    int atomics = 0;
    int sm_count_target = 0;
    void* workspace = nullptr;
    size_t workspace_bytes = 0;
};

// Thrown by what cannot be done; answer() turns it into the status.
struct Refusal {
    Status status;
};

inline void require(bool condition) {
    if (!condition) throw Refusal{CUBLAS_STATUS_INVALID_VALUE};
}

inline void support(bool condition) {
    if (!condition) throw Refusal{CUBLAS_STATUS_NOT_SUPPORTED};
}

// Runs a call's body with its live handle; null is "not initialized", a handle that was destroyed
// ends the run.
Status answer(const char* call, Handle* handle, const std::function<void(const char* call)>& body);

// Any call's name is answered with the number of the type, or refused as not supported.
standin::Number number_of(DataType type);

// alpha and beta: a host scalar is read now, a device scalar when the work runs.
class Scalar {
  public:
    Scalar(const Handle& handle, const char* argument, const void* p, standin::Number number);

    double get(const char* call) const;

  private:
    const char* argument;
    standin::Number number;
    const void* device = nullptr;
    double value = 0;
};

// A matrix in device memory, column by column, `leading` elements apart.
struct Matrix {
    const char* argument;
    standin::Number number;
    size_t rows;
    size_t columns;
    size_t leading;

    // The elements, column-major and dense.
    std::vector<double> read(const char* call, const void* p) const;
    // p = alpha values + beta p; p is not read where beta is 0.
    void write(const char* call, void* p, const std::vector<double>& values, double alpha,
               double beta) const;
};

// Refuses negative sizes and leading dimensions below the rows.
Matrix matrix(const char* argument, standin::Number number, int rows, int columns, int leading);

// A vector in device memory. With a negative step the last element lies first.
struct Vector {
    const char* argument;
    standin::Number number;
    size_t count;
    int step;

    std::vector<double> read(const char* call, const void* p) const;
    void write(const char* call, void* p, const std::vector<double>& values) const;

  private:
    void check(const char* call, const void* p, standin::Access access) const;
    size_t at(size_t index) const;
};

Vector vector(const char* argument, standin::Number number, int count, int step);

// Runs the work in the order of the handle's stream.
void submit(const Handle& handle, const char* call, std::function<void()> work);

// Uses the handle's workspace as a product would: what lies at its start is lost.
void use_workspace(const char* call, const Handle& handle);

// Writes one result when the work runs. In host mode the call waits for it, which it cannot do
// while the stream is captured.
void submit_result(Handle& handle, const char* call, void* result, standin::Number number,
                   std::function<double()> compute);
