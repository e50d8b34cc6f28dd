// What the entry points of the driver share. They are declared with C types of our own, in the
// layout that the 64-bit ABI of CUDA 12 documents; nothing of NVIDIA's is included.
#pragma once

#include <cstddef>
#include <cstdint>
#include <utility>

#include "../common/locked.h"
#include "../common/memory.h"
#include "../common/standin.h"
#include "../common/work.h"

#define CUDA_API extern "C" __attribute__((visibility("default")))

using CUdeviceptr = uint64_t;

enum Status : int {
    CUDA_SUCCESS = 0,
    CUDA_ERROR_INVALID_VALUE = 1,
    CUDA_ERROR_OUT_OF_MEMORY = 2,
    CUDA_ERROR_NOT_INITIALIZED = 3,
    CUDA_ERROR_DEINITIALIZED = 4,
    CUDA_ERROR_NO_DEVICE = 100,
    CUDA_ERROR_INVALID_DEVICE = 101,
    CUDA_ERROR_INVALID_IMAGE = 200,
    CUDA_ERROR_INVALID_CONTEXT = 201,
    CUDA_ERROR_NO_BINARY_FOR_GPU = 209,
    CUDA_ERROR_INVALID_PTX = 218,
    CUDA_ERROR_FILE_NOT_FOUND = 301,
    CUDA_ERROR_SHARED_OBJECT_INIT_FAILED = 303,
    CUDA_ERROR_INVALID_HANDLE = 400,
    CUDA_ERROR_ILLEGAL_STATE = 401,
    CUDA_ERROR_NOT_FOUND = 500,
    CUDA_ERROR_NOT_READY = 600,
    CUDA_ERROR_ILLEGAL_ADDRESS = 700,
    CUDA_ERROR_LAUNCH_OUT_OF_RESOURCES = 701,
    CUDA_ERROR_PRIMARY_CONTEXT_ACTIVE = 708,
    CUDA_ERROR_CONTEXT_IS_DESTROYED = 709,
    CUDA_ERROR_ASSERT = 710,
    CUDA_ERROR_HOST_MEMORY_ALREADY_REGISTERED = 712,
    CUDA_ERROR_HOST_MEMORY_NOT_REGISTERED = 713,
    CUDA_ERROR_MISALIGNED_ADDRESS = 716,
    CUDA_ERROR_COOPERATIVE_LAUNCH_TOO_LARGE = 720,
    CUDA_ERROR_NOT_PERMITTED = 800,
    CUDA_ERROR_NOT_SUPPORTED = 801,
    CUDA_ERROR_STREAM_CAPTURE_UNSUPPORTED = 900,
    CUDA_ERROR_STREAM_CAPTURE_INVALIDATED = 901,
    CUDA_ERROR_STREAM_CAPTURE_MERGE = 902,
    CUDA_ERROR_STREAM_CAPTURE_UNMATCHED = 903,
    CUDA_ERROR_STREAM_CAPTURE_UNJOINED = 904,
    CUDA_ERROR_STREAM_CAPTURE_ISOLATION = 905,
    CUDA_ERROR_STREAM_CAPTURE_IMPLICIT = 906,
    CUDA_ERROR_CAPTURED_EVENT = 907,
    CUDA_ERROR_STREAM_CAPTURE_WRONG_THREAD = 908,
    CUDA_ERROR_GRAPH_EXEC_UPDATE_FAILURE = 910,
};

enum StreamFlag : unsigned { kStreamNonBlocking = 1 };
enum EventFlag : unsigned {
    kEventBlockingSync = 1,
    kEventDisableTiming = 2,
    kEventInterprocess = 4
};
enum NodeType : int {
    kKernelNode = 0,
    kMemcpyNode,
    kMemsetNode,
    kHostNode,
    kGraphNode,
    kEmptyNode
};
enum CaptureMode : int { kCaptureGlobal = 0, kCaptureThreadLocal = 1, kCaptureRelaxed = 2 };

namespace standin {

bool initialized();

// CUDA_SUCCESS, or why a call that needs a current context cannot run.
int ready();

// Runs an entry point that needs a context, under the lock.
template <class Body>
int call(Body body) {
    Locked locked;
    int status = ready();
    return status == CUDA_SUCCESS ? body(*current_context()) : status;
}

inline void* pointer(CUdeviceptr p) { return reinterpret_cast<void*>(p); }
inline CUdeviceptr address(const void* p) { return reinterpret_cast<CUdeviceptr>(p); }

// The stream that a handle names in the current context, or null for a handle that names none.
CUstream_st* resolve(CUstream_st* handle);
bool is_event(const CUevent_st* event);
bool is_context(const CUctx_st* context);

// Submits work as a node of the given type: CUDA_SUCCESS, or why the stream does not take it.
int submit_node(CUstream_st* handle, int type, const char* name, std::function<void()> work);

// Waits for a stream; an error if it is being captured, which makes the capture invalid.
int wait_for(CUstream_st* handle);
// Waits for all work of the context.
void wait_for(CUctx_st& context);
// What a blocking call of the legacy default stream waits for.
std::vector<Ticket> blocking_work(CUctx_st& context);

// Refuses, and makes captures invalid, where a call that may wait for the device is prohibited.
int unsafe_in_capture();

// A device attribute by its number.
int attribute(int id);

}  // namespace standin
