// Handles, versions and the names of status codes.
#include <cstdio>

#include "api.h"

namespace {

// The version that the stand-in gives as its own.
constexpr int MAJOR = 9, MINOR = 6, PATCH = 0;

const char* name_of(Status status) {
    switch (status) {
        case CUDNN_STATUS_SUCCESS:
            return "CUDNN_STATUS_SUCCESS";
        case CUDNN_STATUS_NOT_INITIALIZED:
            return "CUDNN_STATUS_NOT_INITIALIZED";
        case CUDNN_STATUS_BAD_PARAM:
            return "CUDNN_STATUS_BAD_PARAM";
        case CUDNN_STATUS_NOT_SUPPORTED:
            return "CUDNN_STATUS_NOT_SUPPORTED";
        case CUDNN_STATUS_INTERNAL_ERROR:
            return "CUDNN_STATUS_INTERNAL_ERROR";
        case CUDNN_STATUS_ALLOC_FAILED:
            return "CUDNN_STATUS_INTERNAL_ERROR_HOST_ALLOCATION_FAILED";
        case CUDNN_STATUS_EXECUTION_FAILED:
            return "CUDNN_STATUS_EXECUTION_FAILED";
    }
    return "CUDNN_UNKNOWN_STATUS";
}

}  // namespace

extern "C" STANDIN_API size_t cudnnGetVersion() { return MAJOR * 10000 + MINOR * 100 + PATCH; }

// CUDA 12.6.
extern "C" STANDIN_API size_t cudnnGetCudartVersion() { return 12060; }

extern "C" STANDIN_API size_t cudnnGetMaxDeviceVersion() { return 900; }

extern "C" STANDIN_API const char* cudnnGetErrorString(Status status) { return name_of(status); }

extern "C" STANDIN_API void cudnnGetLastErrorString(char* message, size_t size) {
    if (message != nullptr && size > 0) std::snprintf(message, size, "CPU stand-in");
}

CUDNN_CALL(cudnnGetProperty)(int property, int* value) {
    return answer(__func__, [&](const char*) {
        require(value != nullptr && property >= 0 && property <= 2);
        const int values[] = {MAJOR, MINOR, PATCH};
        *value = values[property];
    });
}

CUDNN_CALL(cudnnOpsVersionCheck)() { return CUDNN_STATUS_SUCCESS; }

CUDNN_CALL(cudnnCnnVersionCheck)() { return CUDNN_STATUS_SUCCESS; }

CUDNN_CALL(cudnnAdvVersionCheck)() { return CUDNN_STATUS_SUCCESS; }

CUDNN_CALL(cudnnGraphVersionCheck)() { return CUDNN_STATUS_SUCCESS; }

CUDNN_CALL(cudnnCreate)(Handle** handle) {
    return answer(__func__, [&](const char*) {
        if (standin::current_context() == nullptr) throw Refusal{CUDNN_STATUS_NOT_INITIALIZED};
        if (standin::context_error() != 0) throw Refusal{CUDNN_STATUS_INTERNAL_ERROR};
        create(handle);
    });
}

// Waits for the handle's stream, as cuDNN waits for the device.
CUDNN_CALL(cudnnDestroy)(Handle* handle) {
    return answer(__func__, [&](const char*) {
        CUstream_st* stream = live(handle, "handle").stream;
        if (standin::is_stream(stream)) standin::synchronize(stream);
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
