// Copies and fills: which wait for the device, and which only submit.
//
// Host memory that is not pinned behaves as CUDA documents: a copy from it has read it when the
// call is back, a copy to it is then done. Pinned memory is touched when the work runs.
#include "copy.h"

#include <cstring>

#include "graph.h"

using namespace standin;

namespace {

bool pageable(int type, CUdeviceptr p) {
    return type == kHostMemory && !in_arena(pointer(p)) && find_pinned(pointer(p)) == nullptr;
}

int submit_copy(CUstream_st* stream, const char* name, const Copy3d& copy) {
    if (int status = validate(copy)) return status;
    return submit_node(stream, kMemcpyNode, name, [=] { run(name, copy); });
}

// Of the whole copy, on the legacy stream, which is then waited for unless both sides are on the
// device.
int copy_now(const char* name, const Copy3d& copy) {
    return call([&](CUctx_st&) -> int {
        if (int status = unsafe_in_capture()) return status;
        if (int status = submit_copy(nullptr, name, copy)) return status;
        bool within = copy.from.type == kDeviceMemory && copy.to.type == kDeviceMemory;
        return within ? CUDA_SUCCESS : wait_for(static_cast<CUstream_st*>(nullptr));
    });
}

int copy_later(const char* name, const Copy3d& copy, CUstream_st* handle) {
    return call([&](CUctx_st&) -> int {
        CUstream_st* stream = resolve(handle);
        if (stream == nullptr) return CUDA_ERROR_INVALID_HANDLE;
        int status = submit_copy(handle, name, copy);
        bool waits = pageable(copy.from.type, address(copy.from.host)) ||
                     pageable(copy.to.type, address(copy.to.host));
        return status == CUDA_SUCCESS && waits && !stream->capture ? wait_for(handle) : status;
    });
}

// Of bytes to the device. What is pageable is read now, into memory that the work owns.
int submit_staged(CUstream_st* handle, const char* name, Copy3d copy) {
    if (!pageable(kHostMemory, address(copy.from.host))) return submit_copy(handle, name, copy);
    auto staged = std::make_shared<std::vector<char>>(copy.width);
    std::memcpy(staged->data(), copy.from.host, copy.width);
    copy.from.host = staged->data();
    return submit_node(handle, kMemcpyNode, name, [=] {
        (void)staged;
        run(name, copy);
    });
}

// Memory that is not pinned has been read when the call is back, but need not have arrived: other
// streams must wait for the legacy stream.
int upload_now(const char* name, const Copy3d& copy) {
    return call([&](CUctx_st&) -> int {
        if (!pageable(kHostMemory, address(copy.from.host))) return copy_now(name, copy);
        if (int status = unsafe_in_capture()) return status;
        if (int status = wait_for(static_cast<CUstream_st*>(nullptr))) return status;
        return submit_staged(nullptr, name, copy);
    });
}

int upload_later(const char* name, const Copy3d& copy, CUstream_st* handle) {
    return call([&](CUctx_st&) -> int {
        CUstream_st* stream = resolve(handle);
        if (stream == nullptr) return CUDA_ERROR_INVALID_HANDLE;
        return stream->capture ? submit_copy(handle, name, copy)
                               : submit_staged(handle, name, copy);
    });
}

Copy3d copy_of(const Copy2d& flat) {
    Copy3d copy =
        plain_copy(flat.to.device, flat.to.type, flat.from.device, flat.from.type, flat.width);
    auto widen = [](const Side2d& side, Side3d* wide) {
        wide->x = side.x;
        wide->y = side.y;
        wide->pitch = side.pitch;
        if (side.type == kHostMemory) wide->host = side.host;
    };
    widen(flat.from, &copy.from);
    widen(flat.to, &copy.to);
    copy.height = flat.height;
    return copy;
}

int fill_later(const char* name, const Fill& fill, CUstream_st* stream) {
    return call([&](CUctx_st&) -> int {
        if (int status = validate(fill)) return status;
        return submit_node(stream, kMemsetNode, name, [=] { run(name, fill); });
    });
}

int fill_now(const char* name, const Fill& fill) {
    Locked locked;
    if (int status = ready()) return status;
    if (int status = unsafe_in_capture()) return status;
    return fill_later(name, fill, nullptr);
}

Fill row(CUdeviceptr to, unsigned value, unsigned element, size_t n) {
    return {to, 0, value, element, n, 1};
}

}  // namespace

CUDA_API int cuMemcpyHtoD_v2(CUdeviceptr to, void* from, size_t n) {
    return upload_now("cuMemcpyHtoD", plain_copy(to, kDeviceMemory, address(from), kHostMemory, n));
}
CUDA_API int cuMemcpyDtoH_v2(void* to, CUdeviceptr from, size_t n) {
    return copy_now("cuMemcpyDtoH", plain_copy(address(to), kHostMemory, from, kDeviceMemory, n));
}
CUDA_API int cuMemcpyDtoD_v2(CUdeviceptr to, CUdeviceptr from, size_t n) {
    return copy_now("cuMemcpyDtoD", plain_copy(to, kDeviceMemory, from, kDeviceMemory, n));
}
CUDA_API int cuMemcpy(CUdeviceptr to, CUdeviceptr from, size_t n) {
    return copy_now("cuMemcpy", plain_copy(to, kUnifiedMemory, from, kUnifiedMemory, n));
}
CUDA_API int cuMemcpy2D_v2(const Copy2d* copy) {
    return copy == nullptr ? CUDA_ERROR_INVALID_VALUE : copy_now("cuMemcpy2D", copy_of(*copy));
}
CUDA_API int cuMemcpy2DUnaligned_v2(const Copy2d* copy) { return cuMemcpy2D_v2(copy); }
CUDA_API int cuMemcpy3D_v2(const Copy3d* copy) {
    return copy == nullptr ? CUDA_ERROR_INVALID_VALUE : copy_now("cuMemcpy3D", *copy);
}

CUDA_API int cuMemcpyHtoDAsync_v2(CUdeviceptr to, const void* from, size_t n, CUstream_st* stream) {
    Copy3d copy = plain_copy(to, kDeviceMemory, address(from), kHostMemory, n);
    return upload_later("cuMemcpyHtoDAsync", copy, stream);
}
CUDA_API int cuMemcpyDtoHAsync_v2(void* to, CUdeviceptr from, size_t n, CUstream_st* stream) {
    Copy3d copy = plain_copy(address(to), kHostMemory, from, kDeviceMemory, n);
    return copy_later("cuMemcpyDtoHAsync", copy, stream);
}
CUDA_API int cuMemcpyDtoDAsync_v2(CUdeviceptr to, CUdeviceptr from, size_t n, CUstream_st* stream) {
    Copy3d copy = plain_copy(to, kDeviceMemory, from, kDeviceMemory, n);
    return copy_later("cuMemcpyDtoDAsync", copy, stream);
}
CUDA_API int cuMemcpyAsync(CUdeviceptr to, CUdeviceptr from, size_t n, CUstream_st* stream) {
    auto side = [](CUdeviceptr p) { return in_arena(pointer(p)) ? kDeviceMemory : kHostMemory; };
    return copy_later("cuMemcpyAsync", plain_copy(to, side(to), from, side(from), n), stream);
}
CUDA_API int cuMemcpy2DAsync_v2(const Copy2d* copy, CUstream_st* stream) {
    if (copy == nullptr) return CUDA_ERROR_INVALID_VALUE;
    return copy_later("cuMemcpy2DAsync", copy_of(*copy), stream);
}
CUDA_API int cuMemcpy3DAsync_v2(const Copy3d* copy, CUstream_st* stream) {
    if (copy == nullptr) return CUDA_ERROR_INVALID_VALUE;
    return copy_later("cuMemcpy3DAsync", *copy, stream);
}

CUDA_API int cuMemsetD8_v2(CUdeviceptr to, unsigned char value, size_t n) {
    return fill_now("cuMemsetD8", row(to, value, 1, n));
}
CUDA_API int cuMemsetD16_v2(CUdeviceptr to, unsigned short value, size_t n) {
    return fill_now("cuMemsetD16", row(to, value, 2, n));
}
CUDA_API int cuMemsetD32_v2(CUdeviceptr to, unsigned value, size_t n) {
    return fill_now("cuMemsetD32", row(to, value, 4, n));
}
CUDA_API int cuMemsetD2D8_v2(CUdeviceptr to, size_t pitch, unsigned char value, size_t width,
                             size_t height) {
    return fill_now("cuMemsetD2D8", {to, pitch, value, 1, width, height});
}
CUDA_API int cuMemsetD2D16_v2(CUdeviceptr to, size_t pitch, unsigned short value, size_t width,
                              size_t height) {
    return fill_now("cuMemsetD2D16", {to, pitch, value, 2, width, height});
}
CUDA_API int cuMemsetD2D32_v2(CUdeviceptr to, size_t pitch, unsigned value, size_t width,
                              size_t height) {
    return fill_now("cuMemsetD2D32", {to, pitch, value, 4, width, height});
}
CUDA_API int cuMemsetD8Async(CUdeviceptr to, unsigned char value, size_t n, CUstream_st* stream) {
    return fill_later("cuMemsetD8Async", row(to, value, 1, n), stream);
}
CUDA_API int cuMemsetD16Async(CUdeviceptr to, unsigned short value, size_t n, CUstream_st* stream) {
    return fill_later("cuMemsetD16Async", row(to, value, 2, n), stream);
}
CUDA_API int cuMemsetD32Async(CUdeviceptr to, unsigned value, size_t n, CUstream_st* stream) {
    return fill_later("cuMemsetD32Async", row(to, value, 4, n), stream);
}
CUDA_API int cuMemsetD2D8Async(CUdeviceptr to, size_t pitch, unsigned char value, size_t width,
                               size_t height, CUstream_st* stream) {
    return fill_later("cuMemsetD2D8Async", {to, pitch, value, 1, width, height}, stream);
}
CUDA_API int cuMemsetD2D16Async(CUdeviceptr to, size_t pitch, unsigned short value, size_t width,
                                size_t height, CUstream_st* stream) {
    return fill_later("cuMemsetD2D16Async", {to, pitch, value, 2, width, height}, stream);
}
CUDA_API int cuMemsetD2D32Async(CUdeviceptr to, size_t pitch, unsigned value, size_t width,
                                size_t height, CUstream_st* stream) {
    return fill_later("cuMemsetD2D32Async", {to, pitch, value, 4, width, height}, stream);
}
