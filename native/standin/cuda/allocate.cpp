// Allocation of device and pinned memory, and what is known of a pointer.
#include "graph.h"

using namespace standin;

namespace {

constexpr size_t kPitch = 512;

struct Pool {
    int unused;
};

int take(CUdeviceptr* result, size_t bytes, CUctx_st& context, const char* name) {
    if (result == nullptr || bytes == 0) return CUDA_ERROR_INVALID_VALUE;
    void* p = allocate(bytes, &context, name);
    if (p == nullptr) return CUDA_ERROR_OUT_OF_MEMORY;
    *result = address(p);
    return CUDA_SUCCESS;
}

int take_async(CUdeviceptr* result, size_t bytes, CUstream_st* handle, const char* name) {
    return call([&](CUctx_st& context) -> int {
        CUstream_st* stream = resolve(handle);
        if (stream == nullptr) return CUDA_ERROR_INVALID_HANDLE;
        // A graph that allocates is beyond the stand-in.
        if (stream->capture) {
            stream->capture->valid = false;
            return CUDA_ERROR_NOT_SUPPORTED;
        }
        return take(result, bytes, context, name);
    });
}

int pin(void** result, size_t bytes, unsigned flags) {
    return call([&](CUctx_st& context) -> int {
        if (int status = unsafe_in_capture()) return status;
        if (result == nullptr || bytes == 0 || flags > 7) return CUDA_ERROR_INVALID_VALUE;
        *result = allocate_pinned(bytes, flags, &context);
        return *result == nullptr ? CUDA_ERROR_OUT_OF_MEMORY : CUDA_SUCCESS;
    });
}

}  // namespace

CUDA_API int cuMemAlloc_v2(CUdeviceptr* result, size_t bytes) {
    return call([&](CUctx_st& context) -> int {
        if (int status = unsafe_in_capture()) return status;
        return take(result, bytes, context, "cuMemAlloc");
    });
}

CUDA_API int cuMemAllocPitch_v2(CUdeviceptr* result, size_t* pitch, size_t width, size_t height,
                                unsigned element) {
    return call([&](CUctx_st& context) -> int {
        if (int status = unsafe_in_capture()) return status;
        bool known = element == 4 || element == 8 || element == 16;
        if (pitch == nullptr || !known || width == 0) return CUDA_ERROR_INVALID_VALUE;
        *pitch = (width + kPitch - 1) / kPitch * kPitch;
        return take(result, *pitch * height, context, "cuMemAllocPitch");
    });
}

// Does not wait for work that was submitted: a kernel that still uses the memory is at fault.
CUDA_API int cuMemFree_v2(CUdeviceptr p) {
    return call([&](CUctx_st&) -> int {
        if (int status = unsafe_in_capture()) return status;
        if (p != 0) release(pointer(p), "cuMemFree");
        return CUDA_SUCCESS;
    });
}

CUDA_API int cuMemAllocAsync(CUdeviceptr* result, size_t bytes, CUstream_st* stream) {
    return take_async(result, bytes, stream, "cuMemAllocAsync");
}

CUDA_API int cuMemAllocFromPoolAsync(CUdeviceptr* result, size_t bytes, Pool* pool,
                                     CUstream_st* stream) {
    if (pool == nullptr) return CUDA_ERROR_INVALID_VALUE;
    return take_async(result, bytes, stream, "cuMemAllocFromPoolAsync");
}

CUDA_API int cuMemFreeAsync(CUdeviceptr p, CUstream_st* handle) {
    return call([&](CUctx_st&) -> int {
        CUstream_st* stream = resolve(handle);
        if (stream == nullptr) return CUDA_ERROR_INVALID_HANDLE;
        if (stream->capture) {
            stream->capture->valid = false;
            return CUDA_ERROR_NOT_SUPPORTED;
        }
        return submit_node(handle, kEmptyNode, "cuMemFreeAsync",
                           [=] { release(pointer(p), "cuMemFreeAsync"); });
    });
}

CUDA_API int cuMemPoolCreate(Pool** pool, const void* properties) {
    return call([&](CUctx_st&) -> int {
        if (pool == nullptr || properties == nullptr) return CUDA_ERROR_INVALID_VALUE;
        *pool = new Pool{0};
        count("memory pools", 1);
        return CUDA_SUCCESS;
    });
}

CUDA_API int cuMemPoolDestroy(Pool* pool) {
    return call([&](CUctx_st&) -> int {
        if (pool == nullptr) return CUDA_ERROR_INVALID_VALUE;
        delete pool;
        count("memory pools", -1);
        return CUDA_SUCCESS;
    });
}

CUDA_API int cuMemPoolTrimTo(Pool* pool, size_t) {
    return pool == nullptr ? CUDA_ERROR_INVALID_VALUE : ready();
}

CUDA_API int cuMemGetInfo_v2(size_t* free_bytes, size_t* total) {
    return call([&](CUctx_st&) -> int {
        if (free_bytes == nullptr || total == nullptr) return CUDA_ERROR_INVALID_VALUE;
        *free_bytes = memory_free();
        *total = memory_total();
        return CUDA_SUCCESS;
    });
}

CUDA_API int cuMemGetAddressRange_v2(CUdeviceptr* base, size_t* bytes, CUdeviceptr p) {
    return call([&](CUctx_st&) -> int {
        const Allocation* a = find_allocation(pointer(p));
        if (a == nullptr) return CUDA_ERROR_NOT_FOUND;
        if (base != nullptr) *base = address(a->base);
        if (bytes != nullptr) *bytes = a->bytes;
        return CUDA_SUCCESS;
    });
}

CUDA_API int cuMemHostAlloc(void** result, size_t bytes, unsigned flags) {
    return pin(result, bytes, flags);
}

CUDA_API int cuMemAllocHost_v2(void** result, size_t bytes) { return pin(result, bytes, 0); }

CUDA_API int cuMemFreeHost(void* p) {
    return call([&](CUctx_st&) -> int {
        if (int status = unsafe_in_capture()) return status;
        return release_pinned(p, false) ? CUDA_SUCCESS : CUDA_ERROR_INVALID_VALUE;
    });
}

CUDA_API int cuMemHostRegister_v2(void* p, size_t bytes, unsigned flags) {
    return call([&](CUctx_st& context) -> int {
        if (int status = unsafe_in_capture()) return status;
        if (p == nullptr || bytes == 0) return CUDA_ERROR_INVALID_VALUE;
        return register_pinned(p, bytes, flags, &context)
                   ? CUDA_SUCCESS
                   : CUDA_ERROR_HOST_MEMORY_ALREADY_REGISTERED;
    });
}

CUDA_API int cuMemHostUnregister(void* p) {
    return call([&](CUctx_st&) -> int {
        return release_pinned(p, true) ? CUDA_SUCCESS : CUDA_ERROR_HOST_MEMORY_NOT_REGISTERED;
    });
}

CUDA_API int cuMemHostGetDevicePointer_v2(CUdeviceptr* result, void* p, unsigned flags) {
    return call([&](CUctx_st&) -> int {
        if (result == nullptr || flags != 0) return CUDA_ERROR_INVALID_VALUE;
        if (find_pinned(p) == nullptr) return CUDA_ERROR_INVALID_VALUE;
        *result = address(p);
        return CUDA_SUCCESS;
    });
}

CUDA_API int cuMemHostGetFlags(unsigned* flags, void* p) {
    return call([&](CUctx_st&) -> int {
        const PinnedRange* range = find_pinned(p);
        if (flags == nullptr || range == nullptr) return CUDA_ERROR_INVALID_VALUE;
        *flags = range->flags;
        return CUDA_SUCCESS;
    });
}
