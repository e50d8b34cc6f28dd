// CUDA's vector types.
#pragma once

struct uint3 {
    unsigned x, y, z;
};

struct dim3 {
    unsigned x, y, z;
    constexpr dim3(unsigned x = 1, unsigned y = 1, unsigned z = 1) : x(x), y(y), z(z) {}
    constexpr dim3(uint3 v) : x(v.x), y(v.y), z(v.z) {}
    constexpr operator uint3() const { return {x, y, z}; }
};

#define STANDIN_VECTORS(type, name, size)                                     \
    struct __attribute__((aligned(sizeof(type)))) name##1 { type x; };        \
    struct __attribute__((aligned(2 * sizeof(type)))) name##2 { type x, y; }; \
    struct __attribute__((aligned(size))) name##4 { type x, y, z, w; };       \
    inline name##1 make_##name##1(type x) { return {x}; }                     \
    inline name##2 make_##name##2(type x, type y) { return {x, y}; }          \
    inline name##4 make_##name##4(type x, type y, type z, type w) { return {x, y, z, w}; }

#define STANDIN_TRIPLE(type, name) \
    struct name##3 { type x, y, z; };

#define STANDIN_MAKE_TRIPLE(type, name) \
    inline name##3 make_##name##3(type x, type y, type z) { return {x, y, z}; }

STANDIN_VECTORS(signed char, char, 4)
STANDIN_VECTORS(unsigned char, uchar, 4)
STANDIN_VECTORS(short, short, 8)
STANDIN_VECTORS(unsigned short, ushort, 8)
STANDIN_VECTORS(int, int, 16)
STANDIN_VECTORS(unsigned, uint, 16)
STANDIN_VECTORS(float, float, 16)
STANDIN_VECTORS(long long, longlong, 16)
STANDIN_VECTORS(unsigned long long, ulonglong, 16)
STANDIN_VECTORS(double, double, 16)
STANDIN_TRIPLE(signed char, char)
STANDIN_TRIPLE(unsigned char, uchar)
STANDIN_TRIPLE(short, short)
STANDIN_TRIPLE(unsigned short, ushort)
STANDIN_TRIPLE(int, int)
STANDIN_TRIPLE(float, float)
STANDIN_TRIPLE(long long, longlong)
STANDIN_TRIPLE(unsigned long long, ulonglong)
STANDIN_TRIPLE(double, double)
STANDIN_MAKE_TRIPLE(signed char, char)
STANDIN_MAKE_TRIPLE(unsigned char, uchar)
STANDIN_MAKE_TRIPLE(short, short)
STANDIN_MAKE_TRIPLE(unsigned short, ushort)
STANDIN_MAKE_TRIPLE(int, int)
STANDIN_MAKE_TRIPLE(unsigned, uint)
STANDIN_MAKE_TRIPLE(float, float)
STANDIN_MAKE_TRIPLE(long long, longlong)
STANDIN_MAKE_TRIPLE(unsigned long long, ulonglong)
STANDIN_MAKE_TRIPLE(double, double)
