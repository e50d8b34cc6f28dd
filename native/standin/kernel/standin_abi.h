// Between a kernel that was compiled for the host and libcuda.so.1, which runs it.
#pragma once

#include <stddef.h>

// Not uint64_t: like NVRTC, the stand-in's has no <stdint.h>.
typedef unsigned long standin_word;

// Where the running thread is; set by libcuda.so.1 before it runs.
struct standin_place {
    unsigned thread[3];
    unsigned block[3];
    unsigned block_size[3];
    unsigned grid_size[3];
};

// A kernel of a compiled program. The table of them is `standin_kernels`, ended by a null name.
struct standin_kernel {
    const char* name;            // as it is written, or the name expression
    const void* function;        // whose symbol is the mangled name
    void (*run)(void** params);  // calls the kernel for the running thread
    const size_t* sizes;         // of the parameters
    unsigned count;
    unsigned max_threads;  // per block, of __launch_bounds__; 0: no bound
};

// What a program was compiled for: `standin_made_for`.
struct standin_target {
    int capability;  // 90 for sm_90 and compute_90
    bool is_cubin;   // for sm_, which other architectures cannot run
};

// Where in the source a thread waits, and for what.
struct standin_site {
    const char* file;
    int line;
    const char* call;
};

extern "C" {
// Waits for all threads of the block. Gives how many of them passed a predicate that is not 0.
int standin_barrier(int predicate, const standin_site* site);

// Waits for all threads of the warp that the mask names. Each gives `bytes` (up to 8) of value;
// `values` (32 times 8 bytes) then holds what each gave. Gives the mask of those that took part.
unsigned standin_warp(unsigned mask, const void* value, size_t bytes, standin_word* values,
                      const standin_site* site);

// The same, where each lane only wants what the lane `source` gave.
standin_word standin_shuffle(unsigned mask, const void* value, size_t bytes, int source,
                             const standin_site* site);
unsigned standin_active_mask(void);
unsigned standin_lane(void);

// Checks that the address may be used by an atomic operation.
void standin_atomic(void* p, size_t bytes, const char* call);

void* standin_dynamic_shared(void);
[[noreturn]] void standin_assert(const char* expression, const char* file, int line);
}
