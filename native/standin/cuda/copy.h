// Copies and fills, as streams run them and graphs record them.
#pragma once

#include "driver.h"

namespace standin {

enum MemoryType : int { kHostMemory = 1, kDeviceMemory = 2, kArrayMemory = 3, kUnifiedMemory = 4 };

// CUDA_MEMCPY2D and CUDA_MEMCPY3D, as the ABI lays them out.
struct Side2d {
    size_t x, y;
    int type;
    void* host;
    CUdeviceptr device;
    void* array;
    size_t pitch;
};

struct Copy2d {
    Side2d from, to;
    size_t width, height;
};

struct Side3d {
    size_t x, y, z, level;
    int type;
    void* host;
    CUdeviceptr device;
    void* array;
    void* reserved;
    size_t pitch, height;
};

struct Copy3d {
    Side3d from, to;
    size_t width, height, depth;
};

// CUDA_MEMSET_NODE_PARAMS.
struct Fill {
    CUdeviceptr to;
    size_t pitch;
    unsigned value;
    unsigned element;
    size_t width, height;
};

Copy3d plain_copy(CUdeviceptr to, int to_type, CUdeviceptr from, int from_type, size_t bytes);

int validate(const Copy3d& copy);
int validate(const Fill& fill);
void run(const char* name, const Copy3d& copy);
void run(const char* name, const Fill& fill);

}  // namespace standin
