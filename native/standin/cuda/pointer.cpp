// Attributes of pointers, by the numbers of CUpointer_attribute.
#include "driver.h"

using namespace standin;

namespace {

enum Attribute {
    kContext = 1,
    kMemoryType = 2,
    kDevicePointer = 3,
    kHostPointer = 4,
    kBufferId = 7,
    kIsManaged = 8,
    kDeviceOrdinal = 9,
    kRangeStart = 11,
    kRangeSize = 12,
    kMapped = 13,
};
enum MemoryType : unsigned { kHost = 1, kDevice = 2 };

template <class T>
int put(void* data, T value) {
    *static_cast<T*>(data) = value;
    return CUDA_SUCCESS;
}

struct Known {
    CUctx_st* context;
    unsigned type;
    char* base;
    size_t bytes;
    uint64_t id;
};

bool look_up(void* p, Known* known) {
    if (const Allocation* a = find_allocation(p)) {
        *known = {a->context, kDevice, a->base, a->bytes, a->id};
        return true;
    }
    if (const PinnedRange* range = find_pinned(p)) {
        *known = {range->context, kHost, range->base, range->bytes, 0};
        return true;
    }
    return false;
}

int get(void* data, int attribute, void* p, const Known& known) {
    switch (attribute) {
        case kContext:
            return put(data, known.context);
        case kMemoryType:
            return put(data, known.type);
        case kDevicePointer:
            return put(data, p);
        case kHostPointer:
            return known.type == kHost ? put(data, p) : CUDA_ERROR_INVALID_VALUE;
        case kBufferId:
            return put(data, known.id);
        case kIsManaged:
            return put(data, 0U);
        case kDeviceOrdinal:
            return put(data, 0);
        case kRangeStart:
            return put(data, known.base);
        case kRangeSize:
            return put(data, known.bytes);
        case kMapped:
            return put(data, 1);
        default:
            return CUDA_ERROR_NOT_SUPPORTED;
    }
}

}  // namespace

CUDA_API int cuPointerGetAttribute(void* data, int attribute, CUdeviceptr p) {
    return call([&](CUctx_st&) -> int {
        Known known;
        if (data == nullptr || !look_up(pointer(p), &known)) return CUDA_ERROR_INVALID_VALUE;
        return get(data, attribute, pointer(p), known);
    });
}

// What cannot be told is left null, as documented; the call itself then succeeds.
CUDA_API int cuPointerGetAttributes(unsigned n, const int* attributes, void** data, CUdeviceptr p) {
    return call([&](CUctx_st&) -> int {
        Known known;
        if (attributes == nullptr || data == nullptr) return CUDA_ERROR_INVALID_VALUE;
        bool found = look_up(pointer(p), &known);
        for (unsigned i = 0; i < n; i++) {
            if (found && get(data[i], attributes[i], pointer(p), known) == CUDA_SUCCESS) continue;
            put(data[i], 0U);
        }
        return CUDA_SUCCESS;
    });
}

CUDA_API int cuPointerSetAttribute(const void* value, int, CUdeviceptr p) {
    return call([&](CUctx_st&) -> int {
        Known known;
        bool found = value != nullptr && look_up(pointer(p), &known);
        return found ? CUDA_ERROR_NOT_SUPPORTED : CUDA_ERROR_INVALID_VALUE;
    });
}
