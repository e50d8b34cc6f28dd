// What a CUDA source finds predefined, for g++. NVRTC's stand-in includes it before every program;
// __global__, __shared__ and __launch_bounds__ never get here: NVRTC's stand-in rewrites them.
#pragma once

#include <math.h>
#include <stdio.h>
#include <string.h>

#include "standin_abi.h"

// NVRTC has no standard headers, so a kernel must not come to rely on their macros.
#undef HUGE_VAL
#undef HUGE_VALF
#undef INFINITY
#undef NAN
#undef M_E
#undef M_LN2
#undef M_LN10
#undef M_LOG2E
#undef M_LOG10E
#undef M_PI
#undef M_PI_2
#undef M_PI_4
#undef M_1_PI
#undef M_2_PI
#undef M_2_SQRTPI
#undef M_SQRT2
#undef M_SQRT1_2

#define __CUDACC__ 1
#define __CUDACC_RTC__ 1
#define __CUDACC_VER_MAJOR__ 12
#define __CUDACC_VER_MINOR__ 6
#define __CUDA_STANDIN__ 1

#define __device__
#define __host__
#define __constant__
#define __managed__
#define __grid_constant__
#define __forceinline__ inline __attribute__((always_inline))
#define __noinline__ __attribute__((noinline))
#define __align__(n) __attribute__((aligned(n)))
#define __restrict__ __restrict

// Part of what is hashed, so that another compiler's objects are not taken.
constexpr const char* standin_compiler = __VERSION__;

#undef assert
#define assert(e) ((e) ? (void)0 : standin_assert(#e, __builtin_FILE(), __builtin_LINE()))

// Keeps a function apart from the kernel that calls it, and free of checks.
#define STANDIN_RUNTIME inline __attribute__((noinline, no_sanitize("thread")))

#include "standin_vectors.h"

// threadIdx and its like, read where libcuda.so.1 keeps them. They never change while a thread of
// the kernel runs, so the compiler may read them once.
template <int offset>
inline __attribute__((always_inline)) unsigned standin_read_place() {
    unsigned long place;
    unsigned value;
    asm("movq standin_state@gottpoff(%%rip), %0" : "=r"(place));
    asm("movl %%fs:%c2(%1), %0" : "=r"(value) : "r"(place), "i"(offset));
    return value;
}

template <int offset>
inline __attribute__((always_inline)) uint3 standin_read_places() {
    return {standin_read_place<offset>(), standin_read_place<offset + 4>(),
            standin_read_place<offset + 8>()};
}

#define threadIdx (standin_read_places<0>())
#define blockIdx (standin_read_places<12>())
#define blockDim (dim3(standin_read_places<24>()))
#define gridDim (dim3(standin_read_places<36>()))
#define warpSize 32

#include "standin_atomics.h"
#include "standin_math.h"
#include "standin_sync.h"

template <size_t... i>
struct standin_indices {};

template <size_t n>
using standin_first = standin_indices<__integer_pack(n)...>;

// A row of the table of kernels: the sizes of its parameters, and how to call it.
template <auto kernel>
struct standin_entry;

template <class... P, void (*kernel)(P...)>
struct standin_entry<kernel> {
    static constexpr size_t sizes[sizeof...(P) + 1] = {sizeof(P)..., 0};
    static constexpr unsigned count = sizeof...(P);

    template <size_t... i>
    static inline __attribute__((always_inline, no_sanitize("thread"))) void unpack(
        void** params, standin_indices<i...>) {
        (void)params;
        kernel(*static_cast<P*>(params[i])...);
    }

    static __attribute__((no_sanitize("thread"))) void run(void** params) {
        unpack(params, standin_first<sizeof...(P)>{});
    }
};
