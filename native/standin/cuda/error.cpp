// Names and texts of the statuses that the stand-in gives.
#include "driver.h"

namespace {

struct Entry {
    int status;
    const char* name;
    const char* text;
};

#define STATUS(name, text) {name, #name, text}

const Entry kEntries[] = {
    STATUS(CUDA_SUCCESS, "no error"),
    STATUS(CUDA_ERROR_INVALID_VALUE, "invalid argument"),
    STATUS(CUDA_ERROR_OUT_OF_MEMORY, "out of memory"),
    STATUS(CUDA_ERROR_NOT_INITIALIZED, "initialization error"),
    STATUS(CUDA_ERROR_DEINITIALIZED, "driver shutting down"),
    STATUS(CUDA_ERROR_NO_DEVICE, "no CUDA-capable device is detected"),
    STATUS(CUDA_ERROR_INVALID_DEVICE, "invalid device ordinal"),
    STATUS(CUDA_ERROR_INVALID_IMAGE, "device kernel image is invalid"),
    STATUS(CUDA_ERROR_INVALID_CONTEXT, "invalid device context"),
    STATUS(CUDA_ERROR_NO_BINARY_FOR_GPU, "no kernel image is available for the device"),
    STATUS(CUDA_ERROR_INVALID_PTX, "a PTX JIT compilation failed"),
    STATUS(CUDA_ERROR_FILE_NOT_FOUND, "file not found"),
    STATUS(CUDA_ERROR_INVALID_HANDLE, "invalid resource handle"),
    STATUS(CUDA_ERROR_ILLEGAL_STATE, "the operation is illegal in the current state"),
    STATUS(CUDA_ERROR_NOT_FOUND, "named symbol not found"),
    STATUS(CUDA_ERROR_NOT_READY, "device not ready"),
    STATUS(CUDA_ERROR_ILLEGAL_ADDRESS, "an illegal memory access was encountered"),
    STATUS(CUDA_ERROR_LAUNCH_OUT_OF_RESOURCES, "too many resources requested for launch"),
    STATUS(CUDA_ERROR_PRIMARY_CONTEXT_ACTIVE, "the primary context is active"),
    STATUS(CUDA_ERROR_CONTEXT_IS_DESTROYED, "context is destroyed"),
    STATUS(CUDA_ERROR_ASSERT, "device-side assert triggered"),
    STATUS(CUDA_ERROR_HOST_MEMORY_ALREADY_REGISTERED, "memory is already registered"),
    STATUS(CUDA_ERROR_HOST_MEMORY_NOT_REGISTERED, "memory was not registered"),
    STATUS(CUDA_ERROR_MISALIGNED_ADDRESS, "misaligned address"),
    STATUS(CUDA_ERROR_COOPERATIVE_LAUNCH_TOO_LARGE, "too many blocks in cooperative launch"),
    STATUS(CUDA_ERROR_NOT_PERMITTED, "operation not permitted"),
    STATUS(CUDA_ERROR_NOT_SUPPORTED, "operation not supported"),
    STATUS(CUDA_ERROR_STREAM_CAPTURE_UNSUPPORTED, "not permitted while a stream is capturing"),
    STATUS(CUDA_ERROR_STREAM_CAPTURE_INVALIDATED, "the capture failed due to a previous error"),
    STATUS(CUDA_ERROR_STREAM_CAPTURE_MERGE, "would merge two captures"),
    STATUS(CUDA_ERROR_STREAM_CAPTURE_UNMATCHED, "the capture began in another stream"),
    STATUS(CUDA_ERROR_STREAM_CAPTURE_UNJOINED, "a captured stream was not joined"),
    STATUS(CUDA_ERROR_STREAM_CAPTURE_ISOLATION, "the capture depends on work outside of it"),
    STATUS(CUDA_ERROR_STREAM_CAPTURE_IMPLICIT, "the legacy stream would depend on a capture"),
    STATUS(CUDA_ERROR_CAPTURED_EVENT, "the event was last recorded in a capture"),
    STATUS(CUDA_ERROR_STREAM_CAPTURE_WRONG_THREAD, "the capture was begun by another thread"),
    STATUS(CUDA_ERROR_GRAPH_EXEC_UPDATE_FAILURE, "the graph has another shape"),
};

const Entry* find(int status) {
    for (const Entry& entry : kEntries) {
        if (entry.status == status) return &entry;
    }
    return nullptr;
}

}  // namespace

CUDA_API int cuGetErrorName(int status, const char** name) {
    const Entry* entry = find(status);
    if (name == nullptr) return CUDA_ERROR_INVALID_VALUE;
    *name = entry == nullptr ? nullptr : entry->name;
    return entry == nullptr ? CUDA_ERROR_INVALID_VALUE : CUDA_SUCCESS;
}

CUDA_API int cuGetErrorString(int status, const char** text) {
    const Entry* entry = find(status);
    if (text == nullptr) return CUDA_ERROR_INVALID_VALUE;
    *text = entry == nullptr ? nullptr : entry->text;
    return entry == nullptr ? CUDA_ERROR_INVALID_VALUE : CUDA_SUCCESS;
}
