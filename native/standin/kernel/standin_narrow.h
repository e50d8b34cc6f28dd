// 16-bit floats: each operation is computed in double, where it is exact or nearly so, and rounded
// once to nearest even, as a GPU rounds it. A NaN result is 0x7FFF.
#pragma once

#include <math.h>

// `mantissa` bits, the exponent of the smallest normal number, and the bits of infinity.
template <int mantissa, int smallest, unsigned infinity>
STANDIN_RUNTIME unsigned short standin_narrow(double value) {
    if (isnan(value)) return 0x7FFF;
    unsigned sign = signbit(value) ? 0x8000u : 0;
    double size = fabs(value);
    if (size == 0) return static_cast<unsigned short>(sign);
    if (isinf(size)) return static_cast<unsigned short>(sign | infinity);
    int exponent = ilogb(size);
    if (exponent < smallest) exponent = smallest;
    // Carries into the exponent, and from there to infinity, come right by themselves.
    double steps = nearbyint(ldexp(size, mantissa - exponent));
    double bits = ldexp(exponent - smallest, mantissa) + steps;
    return static_cast<unsigned short>(sign |
                                       (bits < infinity ? static_cast<unsigned>(bits) : infinity));
}

template <int mantissa, int smallest, unsigned infinity>
STANDIN_RUNTIME float standin_widen(unsigned short bits) {
    unsigned size = bits & 0x7FFFu;
    float value;
    if (size >= infinity) {
        value = size == infinity ? __builtin_huge_valf() : __builtin_nanf("");
    } else {
        unsigned field = size >> mantissa;
        unsigned fraction = size & ((1u << mantissa) - 1);
        if (field > 0) fraction |= 1u << mantissa;
        int exponent = smallest - mantissa + (field > 0 ? static_cast<int>(field) - 1 : 0);
        value = static_cast<float>(ldexp(fraction, exponent));
    }
    return bits & 0x8000u ? -value : value;
}

// A type, its pair, and the functions that both 16-bit types have under the same name.
#define STANDIN_NARROW_TYPE(type, pair, mantissa, smallest, infinity)                        \
    struct __attribute__((aligned(2))) type {                                                \
        unsigned short bits;                                                                 \
        type() = default;                                                                    \
        type(float x) : bits(standin_narrow<mantissa, smallest, infinity>(x)) {}             \
        type(double x) : bits(standin_narrow<mantissa, smallest, infinity>(x)) {}            \
        type(int x) : bits(standin_narrow<mantissa, smallest, infinity>(x)) {}               \
        operator float() const { return standin_widen<mantissa, smallest, infinity>(bits); } \
        double wide() const { return static_cast<float>(*this); }                            \
    };                                                                                       \
    struct __attribute__((aligned(4))) pair {                                                \
        type x, y;                                                                           \
    };                                                                                       \
    inline type operator+(type a, type b) { return a.wide() + b.wide(); }                    \
    inline type operator-(type a, type b) { return a.wide() - b.wide(); }                    \
    inline type operator*(type a, type b) { return a.wide() * b.wide(); }                    \
    inline type operator/(type a, type b) { return a.wide() / b.wide(); }                    \
    inline type operator-(type a) {                                                          \
        a.bits ^= 0x8000;                                                                    \
        return a;                                                                            \
    }                                                                                        \
    inline type& operator+=(type& a, type b) { return a = a + b; }                           \
    inline type& operator-=(type& a, type b) { return a = a - b; }                           \
    inline type& operator*=(type& a, type b) { return a = a * b; }                           \
    inline type& operator/=(type& a, type b) { return a = a / b; }                           \
    inline bool operator==(type a, type b) { return a.wide() == b.wide(); }                  \
    inline bool operator!=(type a, type b) { return a.wide() != b.wide(); }                  \
    inline bool operator<(type a, type b) { return a.wide() < b.wide(); }                    \
    inline bool operator<=(type a, type b) { return a.wide() <= b.wide(); }                  \
    inline bool operator>(type a, type b) { return a.wide() > b.wide(); }                    \
    inline bool operator>=(type a, type b) { return a.wide() >= b.wide(); }                  \
    inline type __hadd(type a, type b) { return a + b; }                                     \
    inline type __hsub(type a, type b) { return a - b; }                                     \
    inline type __hmul(type a, type b) { return a * b; }                                     \
    inline type __hdiv(type a, type b) { return a / b; }                                     \
    inline type __hneg(type a) { return -a; }                                                \
    inline type __hfma(type a, type b, type c) { return fma(a.wide(), b.wide(), c.wide()); } \
    inline type __hmax(type a, type b) { return fmax(a.wide(), b.wide()); }                  \
    inline type __hmin(type a, type b) { return fmin(a.wide(), b.wide()); }                  \
    inline type __habs(type a) {                                                             \
        a.bits &= 0x7FFF;                                                                    \
        return a;                                                                            \
    }                                                                                        \
    inline bool __heq(type a, type b) { return a == b; }                                     \
    inline bool __hne(type a, type b) { return a != b; }                                     \
    inline bool __hlt(type a, type b) { return a < b; }                                      \
    inline bool __hle(type a, type b) { return a <= b; }                                     \
    inline bool __hgt(type a, type b) { return a > b; }                                      \
    inline bool __hge(type a, type b) { return a >= b; }                                     \
    inline bool __hisnan(type a) { return (a.bits & 0x7FFFu) > infinity; }                   \
    inline type hsqrt(type a) { return sqrt(a.wide()); }                                     \
    inline type hexp(type a) { return exp(a.wide()); }                                       \
    inline type hlog(type a) { return log(a.wide()); }                                       \
    inline pair __hadd2(pair a, pair b) { return {a.x + b.x, a.y + b.y}; }                   \
    inline pair __hsub2(pair a, pair b) { return {a.x - b.x, a.y - b.y}; }                   \
    inline pair __hmul2(pair a, pair b) { return {a.x * b.x, a.y * b.y}; }                   \
    inline pair __hfma2(pair a, pair b, pair c) {                                            \
        return {__hfma(a.x, b.x, c.x), __hfma(a.y, b.y, c.y)};                               \
    }                                                                                        \
    inline float __low2float(pair a) { return a.x; }                                         \
    inline float __high2float(pair a) { return a.y; }                                        \
    STANDIN_ATOMIC(atomicAdd, type, a + b)
