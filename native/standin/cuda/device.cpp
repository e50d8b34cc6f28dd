// The one device and its attributes: those of a small GPU of compute capability 9.0.
#include <algorithm>
#include <cstdio>
#include <cstring>

#include "driver.h"

using namespace standin;

namespace {

constexpr char kName[] = "CPU stand-in";
constexpr char kBus[] = "0000:00:00.0";
constexpr int kDriverVersion = 12060;

struct Attribute {
    int id;
    int value;
};

// By the numbers of CUdevice_attribute; one that is not listed is 0.
constexpr Attribute kAttributes[] = {
    {1, 1024},         // threads per block
    {2, 1024},         // block x
    {3, 1024},         // block y
    {4, 64},           // block z
    {5, 2147483647},   // grid x
    {6, 65535},        // grid y
    {7, 65535},        // grid z
    {8, 49152},        // shared memory per block
    {9, 65536},        // constant memory
    {10, 32},          // warp
    {11, 2147483647},  // pitch
    {12, 65536},       // registers per block
    {13, 1000000},     // clock, kHz
    {14, 512},         // texture alignment
    {15, 1},           // copies overlap kernels
    {16, 2},           // multiprocessors
    {19, 1},           // can map host memory
    {31, 1},           // concurrent kernels
    {33, 0},           // PCI bus
    {34, 0},           // PCI device
    {36, 1000000},     // memory clock, kHz
    {37, 64},          // memory bus width
    {38, 1 << 20},     // L2 cache
    {39, 2048},        // threads per multiprocessor
    {40, 2},           // copy engines
    {41, 1},           // unified addressing
    {75, 9},           // compute capability, major
    {76, 0},           // and minor
    {78, 1},           // stream priorities
    {81, 233472},      // shared memory per multiprocessor
    {82, 65536},       // registers per multiprocessor
    {86, 1},           // host native atomics
    {95, 1},           // cooperative launch
    {97, 232448},      // shared memory per block, opt-in
    {99, 1},           // host registration
    {106, 32},         // blocks per multiprocessor
    {111, 1024},       // reserved shared memory per block
    {115, 1},          // memory pools
};

int check_device(int device) {
    if (!initialized()) return CUDA_ERROR_NOT_INITIALIZED;
    return device == 0 ? CUDA_SUCCESS : CUDA_ERROR_INVALID_DEVICE;
}

}  // namespace

namespace standin {

int attribute(int id) {
    for (const Attribute& a : kAttributes) {
        if (a.id == id) return a.value;
    }
    return 0;
}

}  // namespace standin

CUDA_API int cuDriverGetVersion(int* version) {
    if (version == nullptr) return CUDA_ERROR_INVALID_VALUE;
    *version = kDriverVersion;
    return CUDA_SUCCESS;
}

CUDA_API int cuDeviceGetCount(int* count) {
    if (!initialized()) return CUDA_ERROR_NOT_INITIALIZED;
    if (count == nullptr) return CUDA_ERROR_INVALID_VALUE;
    *count = 1;
    return CUDA_SUCCESS;
}

CUDA_API int cuDeviceGet(int* device, int ordinal) {
    if (!initialized()) return CUDA_ERROR_NOT_INITIALIZED;
    if (device == nullptr) return CUDA_ERROR_INVALID_VALUE;
    if (ordinal != 0) return CUDA_ERROR_INVALID_DEVICE;
    *device = 0;
    return CUDA_SUCCESS;
}

CUDA_API int cuDeviceGetName(char* name, int length, int device) {
    if (int status = check_device(device)) return status;
    if (name == nullptr || length < 1) return CUDA_ERROR_INVALID_VALUE;
    std::snprintf(name, static_cast<size_t>(length), "%s", kName);
    return CUDA_SUCCESS;
}

CUDA_API int cuDeviceGetUuid(unsigned char* uuid, int device) {
    if (int status = check_device(device)) return status;
    if (uuid == nullptr) return CUDA_ERROR_INVALID_VALUE;
    std::memcpy(uuid, "CPU stand-in\0\0\0\1", 16);
    return CUDA_SUCCESS;
}

CUDA_API int cuDeviceTotalMem_v2(size_t* bytes, int device) {
    if (int status = check_device(device)) return status;
    if (bytes == nullptr) return CUDA_ERROR_INVALID_VALUE;
    *bytes = memory_total();
    return CUDA_SUCCESS;
}

CUDA_API int cuDeviceGetAttribute(int* value, int id, int device) {
    if (int status = check_device(device)) return status;
    if (value == nullptr || id < 1) return CUDA_ERROR_INVALID_VALUE;
    *value = attribute(id);
    return CUDA_SUCCESS;
}

CUDA_API int cuDeviceComputeCapability(int* major, int* minor, int device) {
    if (int status = check_device(device)) return status;
    if (major == nullptr || minor == nullptr) return CUDA_ERROR_INVALID_VALUE;
    *major = attribute(75);
    *minor = attribute(76);
    return CUDA_SUCCESS;
}

CUDA_API int cuDeviceGetPCIBusId(char* id, int length, int device) {
    if (int status = check_device(device)) return status;
    if (id == nullptr || length < 1) return CUDA_ERROR_INVALID_VALUE;
    std::snprintf(id, static_cast<size_t>(length), "%s", kBus);
    return CUDA_SUCCESS;
}

CUDA_API int cuDeviceGetByPCIBusId(int* device, const char* id) {
    if (!initialized()) return CUDA_ERROR_NOT_INITIALIZED;
    if (device == nullptr || id == nullptr) return CUDA_ERROR_INVALID_VALUE;
    if (std::strcmp(id, kBus) != 0) return CUDA_ERROR_INVALID_DEVICE;
    *device = 0;
    return CUDA_SUCCESS;
}

CUDA_API int cuDeviceCanAccessPeer(int* can, int device, int peer) {
    if (int status = check_device(device)) return status;
    if (int status = check_device(peer)) return status;
    if (can == nullptr) return CUDA_ERROR_INVALID_VALUE;
    *can = 0;
    return CUDA_SUCCESS;
}
