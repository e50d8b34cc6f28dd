// The GPU that the stand-in passes for.
#pragma once

#include <cstddef>

#include "standin.h"

namespace standin {

struct GpuKind {
    const char* key;  // as RETROGRAD_STANDIN_GPU names it
    const char* name;
    int major, minor;
    int processors;
    int threads_per_processor, blocks_per_processor;
    size_t shared_per_processor, shared_per_block, shared_reserved;
    int l2_bytes;
    int clock_khz, memory_clock_khz, memory_bits;
};

// The kind that RETROGRAD_STANDIN_GPU names, an H200 where it is not set; null for a name that
// there is not.
const GpuKind* chosen_gpu();

// The same, an H200 for a name that there is not.
const GpuKind& gpu();

// "h200, a100, ...".
std::string gpu_names();

}  // namespace standin
