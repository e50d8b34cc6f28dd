// Numbers as they lie in device memory, read and written as double.
//
// What is not a sum is computed in double, and rounded once, to nearest even; sums are those of
// sum.h and product.h.
#pragma once

#include <cmath>
#include <cstddef>
#include <cstdint>
#include <cstring>

namespace standin {

enum class Number { F16, BF16, F32, F64, I8, U8, I32 };

inline size_t size_of(Number number) {
    switch (number) {
        case Number::I8:
        case Number::U8:
            return 1;
        case Number::F16:
        case Number::BF16:
            return 2;
        case Number::F32:
        case Number::I32:
            return 4;
        case Number::F64:
            return 8;
    }
    return 0;
}

// IEEE binary16.
struct Half {
    uint16_t bits;
};

// The upper half of a float.
struct BFloat16 {
    uint16_t bits;
};

double decode(Half value);
double decode(BFloat16 value);

inline double decode(float value) { return value; }
inline double decode(double value) { return value; }
inline double decode(int8_t value) { return value; }
inline double decode(uint8_t value) { return value; }
inline double decode(int32_t value) { return value; }

void encode(double value, Half* to);
void encode(double value, BFloat16* to);

inline void encode(double value, float* to) { *to = static_cast<float>(value); }
inline void encode(double value, double* to) { *to = value; }

// Rounds to nearest even and saturates; NaN becomes 0.
void encode(double value, int8_t* to);
void encode(double value, uint8_t* to);
void encode(double value, int32_t* to);

// Calls body with a null pointer to the C++ type of the number.
template <class Body>
auto with_type(Number number, Body body) {
    switch (number) {
        case Number::F16:
            return body(static_cast<Half*>(nullptr));
        case Number::BF16:
            return body(static_cast<BFloat16*>(nullptr));
        case Number::F64:
            return body(static_cast<double*>(nullptr));
        case Number::I8:
            return body(static_cast<int8_t*>(nullptr));
        case Number::U8:
            return body(static_cast<uint8_t*>(nullptr));
        case Number::I32:
            return body(static_cast<int32_t*>(nullptr));
        default:
            return body(static_cast<float*>(nullptr));
    }
}

double load(Number number, const void* p, size_t index);
void store(Number number, void* p, size_t index, double value);

// Rounds through the number, as a store and a load would.
double rounded(Number number, double value);

// Rounds a float to the 10 bits of TF32, ties away from zero.
double rounded_to_tf32(double value);

}  // namespace standin
