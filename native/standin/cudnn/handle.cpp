// Handles and versions.
#include <unistd.h>

#include "api.h"
#include "sublibraries.h"

namespace {

// The version that the stand-in gives as its own.
constexpr int MAJOR = 9, MINOR = 6, PATCH = 0;

constexpr size_t HANDLE_BYTES = size_t{8} << 20;  // of the device

// Ends the process where cuDNN's does: the calls that have no status to tell with.
size_t number(const char* call, size_t value) {
    constexpr int ABORTED = 134;
    if (!has_libraries_of(call)) _exit(ABORTED);
    return value;
}

}  // namespace

extern "C" STANDIN_API size_t cudnnGetVersion() {
    return number(__func__, MAJOR * 10000 + MINOR * 100 + PATCH);
}

// CUDA 12.6.
extern "C" STANDIN_API size_t cudnnGetCudartVersion() { return number(__func__, 12060); }

extern "C" STANDIN_API size_t cudnnGetMaxDeviceVersion() { return number(__func__, 900); }

CUDNN_CALL(cudnnGetProperty)(int property, int* value) {
    return answer(__func__, [&](const char*) {
        require(value != nullptr && property >= 0 && property <= 2);
        const int values[] = {MAJOR, MINOR, PATCH};
        *value = values[property];
    });
}

CUDNN_CALL(cudnnOpsVersionCheck)() {
    return answer(__func__, [](const char*) {});
}

CUDNN_CALL(cudnnCnnVersionCheck)() {
    return answer(__func__, [](const char*) {});
}

CUDNN_CALL(cudnnAdvVersionCheck)() {
    return answer(__func__, [](const char*) {});
}

CUDNN_CALL(cudnnGraphVersionCheck)() {
    return answer(__func__, [](const char*) {});
}

CUDNN_CALL(cudnnCreate)(Handle** handle) {
    return answer(__func__, [&](const char*) {
        if (standin::current_context() == nullptr) {
            throw Refusal{CUDNN_STATUS_NOT_INITIALIZED, "no context is current"};
        }
        if (standin::context_error() != 0) {
            throw Refusal{CUDNN_STATUS_INTERNAL_ERROR, "the context is broken"};
        }
        require(handle != nullptr);
        if (!standin::take_library_memory(HANDLE_BYTES)) {
            throw Refusal{CUDNN_STATUS_DEVICE_ALLOCATION_FAILED, "no memory for a handle"};
        }
        create(handle);
    });
}

// Waits for the handle's stream, as cuDNN waits for the device.
CUDNN_CALL(cudnnDestroy)(Handle* handle) {
    return answer(__func__, [&](const char*) {
        CUstream_st* stream = live(handle, "handle").stream;
        if (standin::is_stream(stream)) standin::synchronize(stream);
        standin::return_library_memory(HANDLE_BYTES);
        destroy(handle, "handle");
    });
}

CUDNN_CALL(cudnnSetStream)(Handle* handle, CUstream_st* stream) {
    return answer(__func__, [&](const char*) {
        Handle& target = live(handle, "handle");
        require(standin::is_stream(stream));
        target.stream = stream;
    });
}

CUDNN_CALL(cudnnGetStream)(Handle* handle, CUstream_st** stream) {
    return answer(__func__, [&](const char*) {
        require(stream != nullptr);
        *stream = live(handle, "handle").stream;
    });
}
