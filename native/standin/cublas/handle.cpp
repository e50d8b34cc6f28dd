// Handles and their settings.
#include <mutex>
#include <set>

#include "handles.h"

namespace {

// 12.6.3.
constexpr int MAJOR = 12, MINOR = 6, PATCH = 3;

constexpr const char* KIND = "cuBLAS handle";

// Of the device, for a workspace of its own.
constexpr size_t HANDLE_BYTES = size_t{4} << 20;

// A math mode is one of 0 to 3, or so with the flag that forbids sums in reduced precision.
constexpr int LAST_MATH_MODE = 3, NO_REDUCED_PRECISION_SUMS = 16;

std::mutex mutex;

std::set<const Handle*>& handles() {
    static auto* set = new std::set<const Handle*>();
    return *set;
}

}  // namespace

void check_handle(const Handle* handle, const char* call) {
    std::lock_guard<std::mutex> guard(mutex);
    if (handles().count(handle) == 0) {
        standin::fail(call, std::string("handle is no live ") + KIND);
    }
}

CUBLAS_CALL(cublasCreate_v2)(Handle** handle) {
    if (handle == nullptr) return CUBLAS_STATUS_INVALID_VALUE;
    if (standin::current_context() == nullptr) return CUBLAS_STATUS_NOT_INITIALIZED;
    if (standin::context_error() != 0) return CUBLAS_STATUS_INTERNAL_ERROR;
    if (!standin::take_library_memory(HANDLE_BYTES)) return CUBLAS_STATUS_ALLOC_FAILED;
    *handle = new Handle();
    standin::count(KIND, 1);
    std::lock_guard<std::mutex> guard(mutex);
    handles().insert(*handle);
    return CUBLAS_STATUS_SUCCESS;
}

// Waits for the handle's stream, as cuBLAS waits for the device.
CUBLAS_CALL(cublasDestroy_v2)(Handle* handle) {
    return answer(__func__, handle, [&](const char*) {
        if (standin::is_stream(handle->stream)) standin::synchronize(handle->stream);
        {
            std::lock_guard<std::mutex> guard(mutex);
            handles().erase(handle);
        }
        standin::count(KIND, -1);
        standin::return_library_memory(HANDLE_BYTES);
        delete handle;
    });
}

CUBLAS_CALL(cublasGetVersion_v2)(Handle* handle, int* version) {
    return answer(__func__, handle, [&](const char*) {
        require(version != nullptr);
        *version = MAJOR * 10000 + MINOR * 100 + PATCH;
    });
}

CUBLAS_CALL(cublasGetProperty)(int property, int* value) {
    if (value == nullptr || property < 0 || property > 2) return CUBLAS_STATUS_INVALID_VALUE;
    const int values[] = {MAJOR, MINOR, PATCH};
    *value = values[property];
    return CUBLAS_STATUS_SUCCESS;
}

extern "C" STANDIN_API size_t cublasGetCudartVersion() { return 12060; }

// The workspace goes back to the default one, as documented.
CUBLAS_CALL(cublasSetStream_v2)(Handle* handle, CUstream_st* stream) {
    return answer(__func__, handle, [&](const char*) {
        require(standin::is_stream(stream));
        handle->stream = stream;
        handle->workspace = nullptr;
        handle->workspace_bytes = 0;
    });
}

CUBLAS_CALL(cublasGetStream_v2)(Handle* handle, CUstream_st** stream) {
    return answer(__func__, handle, [&](const char*) {
        require(stream != nullptr);
        *stream = handle->stream;
    });
}

CUBLAS_CALL(cublasSetWorkspace_v2)(Handle* handle, void* workspace, size_t bytes) {
    return answer(__func__, handle, [&](const char*) {
        require(reinterpret_cast<uintptr_t>(workspace) % 256 == 0);
        require(workspace != nullptr || bytes == 0);
        handle->workspace = workspace;
        handle->workspace_bytes = bytes;
    });
}

CUBLAS_CALL(cublasSetPointerMode_v2)(Handle* handle, PointerMode mode) {
    return answer(__func__, handle, [&](const char*) {
        require(mode == CUBLAS_POINTER_MODE_HOST || mode == CUBLAS_POINTER_MODE_DEVICE);
        handle->pointers = mode;
    });
}

CUBLAS_CALL(cublasGetPointerMode_v2)(Handle* handle, PointerMode* mode) {
    return answer(__func__, handle, [&](const char*) {
        require(mode != nullptr);
        *mode = handle->pointers;
    });
}

CUBLAS_CALL(cublasSetMathMode)(Handle* handle, int mode) {
    return answer(__func__, handle, [&](const char*) {
        int base = mode & ~NO_REDUCED_PRECISION_SUMS;
        require(base >= 0 && base <= LAST_MATH_MODE);
        handle->math = mode;
    });
}

CUBLAS_CALL(cublasGetMathMode)(Handle* handle, int* mode) {
    return answer(__func__, handle, [&](const char*) {
        require(mode != nullptr);
        *mode = handle->math;
    });
}

CUBLAS_CALL(cublasSetAtomicsMode)(Handle* handle, int mode) {
    return answer(__func__, handle, [&](const char*) {
        require(mode == 0 || mode == 1);
        handle->atomics = mode;
    });
}

CUBLAS_CALL(cublasGetAtomicsMode)(Handle* handle, int* mode) {
    return answer(__func__, handle, [&](const char*) {
        require(mode != nullptr);
        *mode = handle->atomics;
    });
}

CUBLAS_CALL(cublasSetSmCountTarget)(Handle* handle, int count) {
    return answer(__func__, handle, [&](const char*) {
        require(count >= 0);
        handle->sm_count_target = count;
    });
}

CUBLAS_CALL(cublasGetSmCountTarget)(Handle* handle, int* count) {
    return answer(__func__, handle, [&](const char*) {
        require(count != nullptr);
        *count = handle->sm_count_target;
    });
}

extern "C" STANDIN_API const char* cublasGetStatusName(Status status) {
    switch (status) {
        case CUBLAS_STATUS_SUCCESS:
            return "CUBLAS_STATUS_SUCCESS";
        case CUBLAS_STATUS_NOT_INITIALIZED:
            return "CUBLAS_STATUS_NOT_INITIALIZED";
        case CUBLAS_STATUS_ALLOC_FAILED:
            return "CUBLAS_STATUS_ALLOC_FAILED";
        case CUBLAS_STATUS_INVALID_VALUE:
            return "CUBLAS_STATUS_INVALID_VALUE";
        case CUBLAS_STATUS_ARCH_MISMATCH:
            return "CUBLAS_STATUS_ARCH_MISMATCH";
        case CUBLAS_STATUS_MAPPING_ERROR:
            return "CUBLAS_STATUS_MAPPING_ERROR";
        case CUBLAS_STATUS_EXECUTION_FAILED:
            return "CUBLAS_STATUS_EXECUTION_FAILED";
        case CUBLAS_STATUS_INTERNAL_ERROR:
            return "CUBLAS_STATUS_INTERNAL_ERROR";
        case CUBLAS_STATUS_NOT_SUPPORTED:
            return "CUBLAS_STATUS_NOT_SUPPORTED";
        case CUBLAS_STATUS_LICENSE_ERROR:
            return "CUBLAS_STATUS_LICENSE_ERROR";
    }
    return "CUBLAS_UNKNOWN_STATUS";
}

extern "C" STANDIN_API const char* cublasGetStatusString(Status status) {
    return cublasGetStatusName(status);
}
