// The vector operations in any of their precisions: S, D and Ex forms share them.
#pragma once

#include "api.h"

// One vector of a call: where it lies and its step.
struct Operand {
    standin::Number number;
    void* at;
    int step;

    Operand(standin::Number number, const void* at, int step)
        : number(number), at(const_cast<void*>(at)), step(step) {}
};

// y += alpha x.
void axpy(Handle& handle, const char* call, int n, const void* alpha, standin::Number scalar,
          Operand x, Operand y);

// x *= alpha.
void scal(Handle& handle, const char* call, int n, const void* alpha, standin::Number scalar,
          Operand x);

// y = x.
void copy(Handle& handle, const char* call, int n, Operand x, Operand y);

// x and y change places.
void swap(Handle& handle, const char* call, int n, Operand x, Operand y);

// result = Σ x y.
void dot(Handle& handle, const char* call, int n, Operand x, Operand y, void* result,
         standin::Number number);

// result = √Σ x².
void nrm2(Handle& handle, const char* call, int n, Operand x, void* result, standin::Number number);

// result = Σ |x|.
void asum(Handle& handle, const char* call, int n, Operand x, void* result, standin::Number number);

// result = the least index, from 1 on, of the greatest |x|; 0 for no elements.
void amax(Handle& handle, const char* call, int n, Operand x, int* result);

// The same for the least |x|.
void amin(Handle& handle, const char* call, int n, Operand x, int* result);
