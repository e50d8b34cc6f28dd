// The one device and its attributes.
#include <cstdio>
#include <cstring>

#include "../common/gpu.h"
#include "driver.h"

using namespace standin;

namespace {

constexpr char kBus[] = "0000:00:00.0";
constexpr int kDriverVersion = 12060;

int check_device(int device) {
    if (!initialized()) return CUDA_ERROR_NOT_INITIALIZED;
    return device == 0 ? CUDA_SUCCESS : CUDA_ERROR_INVALID_DEVICE;
}

}  // namespace

namespace standin {

// By the numbers of CUdevice_attribute; one that is not listed is 0.
int attribute(int id) {
    const GpuKind& kind = gpu();
    switch (id) {
        case 1:   // threads per block
        case 2:   // block x
        case 3:   // block y
            return 1024;
        case 4:  // block z
            return 64;
        case 5:  // grid x
            return 2147483647;
        case 6:  // grid y
        case 7:  // grid z
            return 65535;
        case 8:  // shared memory per block
            return 49152;
        case 9:  // constant memory
            return 65536;
        case 10:  // warp
            return 32;
        case 11:  // pitch
            return 2147483647;
        case 12:  // registers per block
        case 82:  // registers per multiprocessor
            return 65536;
        case 13:
            return kind.clock_khz;
        case 14:  // texture alignment
            return 512;
        case 15:   // copies overlap kernels
        case 19:   // can map host memory
        case 31:   // concurrent kernels
        case 41:   // unified addressing
        case 78:   // stream priorities
        case 86:   // host native atomics
        case 95:   // cooperative launch
        case 99:   // host registration
        case 115:  // memory pools
            return 1;
        case 16:
            return kind.processors;
        case 36:
            return kind.memory_clock_khz;
        case 37:
            return kind.memory_bits;
        case 38:
            return kind.l2_bytes;
        case 39:
            return kind.threads_per_processor;
        case 40:  // copy engines
            return 2;
        case 75:
            return kind.major;
        case 76:
            return kind.minor;
        case 81:
            return static_cast<int>(kind.shared_per_processor);
        case 97:
            return static_cast<int>(kind.shared_per_block);
        case 106:
            return kind.blocks_per_processor;
        case 111:
            return static_cast<int>(kind.shared_reserved);
        default:
            return 0;
    }
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
    std::snprintf(name, static_cast<size_t>(length), "%s", gpu().name);
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
    *major = gpu().major;
    *minor = gpu().minor;
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
