// Initialization, contexts, limits.
#include <algorithm>

#include "../common/gpu.h"
#include "../common/leaks.h"
#include "graph.h"
#include "module.h"

using namespace standin;

namespace {

constexpr size_t kLimits = 16;
// Stack, printf buffer, heap, sync depth, pending launches, L2 fetch granularity, persisting L2.
constexpr size_t kDefaultLimits[kLimits] = {1024, 1 << 20, 8 << 20, 2, 2048, 64, 0};

bool is_initialized = false;
std::set<CUctx_st*> contexts;
CUctx_st* primary_context = nullptr;
int primary_references = 0;
unsigned primary_flags = 0;
thread_local std::vector<CUctx_st*> stack;

CUctx_st* make_context(unsigned flags, bool primary) {
    static uint64_t id = 0;
    auto* context = new CUctx_st;
    context->id = ++id;
    context->flags = flags;
    context->primary = primary;
    context->version = 3020;
    std::copy_n(kDefaultLimits, kLimits, context->limits);
    for (CUstream_st* stream : {&context->legacy, &context->per_thread}) {
        stream->context = context;
        stream->queue->context = context;
    }
    contexts.insert(context);
    return context;
}

void add_leak(std::string& leaks, size_t n, const std::string& what) {
    if (n > 0) leaks += (leaks.empty() ? "" : ", ") + std::to_string(n) + " " + what;
}

std::string leaks_of(CUctx_st& context) {
    std::string leaks;
    for (auto& [base, a] : allocations()) {
        if (a.context == &context) add_leak(leaks, a.bytes, "bytes (by " + a.call + ")");
    }
    for (auto& [base, range] : pinned_ranges()) {
        if (range.context == &context) add_leak(leaks, range.bytes, "pinned bytes");
    }
    add_leak(leaks, context.streams.size(), "streams");
    add_leak(leaks, context.events.size(), "events");
    add_leak(leaks, context.modules.size(), "modules");
    add_leak(leaks, context.graphs.size(), "graphs");
    add_leak(leaks, context.graph_execs.size(), "instantiated graphs");
    if (contexts.size() == 1) {
        for (auto& [kind, n] : live_handles()) add_leak(leaks, static_cast<size_t>(n), kind);
    }
    return leaks;
}

void destroy_context(CUctx_st* context, const char* name) {
    wait_for(*context);
    std::string leaks = leaks_of(*context);
    // What a broken context holds cannot be given back one by one.
    if (!leaks.empty() && context->error == 0) {
        fail(name, "leaked when the context ended: " + leaks);
    }
    for (CUstream_st* stream : context->streams) forget_in_captures(stream);
    release_all(context);
    contexts.erase(context);
    delete context;
}

}  // namespace

namespace standin {

bool initialized() { return is_initialized; }

CUctx_st* current_context() { return stack.empty() ? nullptr : stack.back(); }

bool is_context(const CUctx_st* context) {
    return contexts.count(const_cast<CUctx_st*>(context)) > 0;
}

int ready() {
    if (!is_initialized) return CUDA_ERROR_NOT_INITIALIZED;
    if (stack.empty()) return CUDA_ERROR_INVALID_CONTEXT;
    if (!is_context(stack.back())) return CUDA_ERROR_CONTEXT_IS_DESTROYED;
    return stack.back()->error;
}

uint64_t context_id() { return current_context() == nullptr ? 0 : current_context()->id; }

int context_error() {
    Locked locked;
    return current_context() != nullptr && is_context(current_context()) ? ready() : 0;
}

static int initialized_status() {
    return is_initialized ? CUDA_SUCCESS : CUDA_ERROR_NOT_INITIALIZED;
}

static int device_status(int device) {
    if (!is_initialized) return CUDA_ERROR_NOT_INITIALIZED;
    return device == 0 ? CUDA_SUCCESS : CUDA_ERROR_INVALID_DEVICE;
}

CUstream_st* resolve(CUstream_st* handle) {
    CUctx_st* context = current_context();
    auto value = reinterpret_cast<uintptr_t>(handle);
    if (value <= 1) return &context->legacy;
    if (value == 2) return &context->per_thread;
    return context->streams.count(handle) > 0 ? handle : nullptr;
}

}  // namespace standin

CUDA_API int cuInit(unsigned flags) {
    Locked locked;
    if (flags != 0) return CUDA_ERROR_INVALID_VALUE;
    if (chosen_gpu() == nullptr) {
        tell("cuInit", "RETROGRAD_STANDIN_GPU: expected one of " + gpu_names());
        return CUDA_ERROR_INVALID_VALUE;
    }
    is_initialized = true;
    return CUDA_SUCCESS;
}

CUDA_API int cuCtxCreate_v2(CUctx_st** context, unsigned flags, int device) {
    Locked locked;
    if (int status = device_status(device)) return status;
    if (context == nullptr || flags > 0x1FF) return CUDA_ERROR_INVALID_VALUE;
    *context = make_context(flags, false);
    stack.push_back(*context);
    return CUDA_SUCCESS;
}

CUDA_API int cuCtxDestroy_v2(CUctx_st* context) {
    Locked locked;
    if (int status = initialized_status()) return status;
    if (!is_context(context) || context->primary) return CUDA_ERROR_INVALID_CONTEXT;
    destroy_context(context, "cuCtxDestroy");
    if (!stack.empty() && stack.back() == context) stack.pop_back();
    return CUDA_SUCCESS;
}

CUDA_API int cuCtxPushCurrent_v2(CUctx_st* context) {
    Locked locked;
    if (int status = initialized_status()) return status;
    if (!is_context(context)) return CUDA_ERROR_INVALID_CONTEXT;
    stack.push_back(context);
    return CUDA_SUCCESS;
}

CUDA_API int cuCtxPopCurrent_v2(CUctx_st** context) {
    Locked locked;
    if (int status = initialized_status()) return status;
    if (stack.empty()) return CUDA_ERROR_INVALID_CONTEXT;
    if (context != nullptr) *context = stack.back();
    stack.pop_back();
    return CUDA_SUCCESS;
}

CUDA_API int cuCtxSetCurrent(CUctx_st* context) {
    Locked locked;
    if (int status = initialized_status()) return status;
    if (context != nullptr && !is_context(context)) return CUDA_ERROR_INVALID_CONTEXT;
    if (!stack.empty()) stack.pop_back();
    if (context != nullptr) stack.push_back(context);
    return CUDA_SUCCESS;
}

CUDA_API int cuCtxGetCurrent(CUctx_st** context) {
    Locked locked;
    if (int status = initialized_status()) return status;
    if (context == nullptr) return CUDA_ERROR_INVALID_VALUE;
    *context = current_context();
    return CUDA_SUCCESS;
}

CUDA_API int cuCtxGetDevice(int* device) {
    return call([&](CUctx_st&) -> int {
        if (device == nullptr) return CUDA_ERROR_INVALID_VALUE;
        *device = 0;
        return CUDA_SUCCESS;
    });
}

CUDA_API int cuCtxGetFlags(unsigned* flags) {
    return call([&](CUctx_st& context) -> int {
        if (flags == nullptr) return CUDA_ERROR_INVALID_VALUE;
        *flags = context.flags;
        return CUDA_SUCCESS;
    });
}

CUDA_API int cuCtxGetId(CUctx_st* context, uint64_t* id) {
    return call([&](CUctx_st& current) -> int {
        if (id == nullptr) return CUDA_ERROR_INVALID_VALUE;
        if (context != nullptr && !is_context(context)) return CUDA_ERROR_INVALID_CONTEXT;
        *id = context == nullptr ? current.id : context->id;
        return CUDA_SUCCESS;
    });
}

CUDA_API int cuCtxGetApiVersion(CUctx_st* context, unsigned* version) {
    Locked locked;
    if (int status = initialized_status()) return status;
    if (context == nullptr) context = current_context();
    if (!is_context(context)) return CUDA_ERROR_INVALID_CONTEXT;
    *version = context->version;
    return CUDA_SUCCESS;
}

CUDA_API int cuCtxSynchronize() {
    return call([&](CUctx_st& context) -> int {
        for (CUstream_st* stream : context.streams) {
            if (stream->capture) {
                stream->capture->valid = false;
                return CUDA_ERROR_STREAM_CAPTURE_UNSUPPORTED;
            }
        }
        wait_for(context);
        return context.error;
    });
}

CUDA_API int cuCtxGetStreamPriorityRange(int* least, int* greatest) {
    return call([&](CUctx_st&) -> int {
        if (least != nullptr) *least = 0;
        if (greatest != nullptr) *greatest = -5;
        return CUDA_SUCCESS;
    });
}

CUDA_API int cuCtxGetLimit(size_t* value, int limit) {
    return call([&](CUctx_st& context) -> int {
        if (value == nullptr) return CUDA_ERROR_INVALID_VALUE;
        if (limit < 0 || limit > 6) return CUDA_ERROR_INVALID_VALUE;
        *value = context.limits[limit];
        return CUDA_SUCCESS;
    });
}

CUDA_API int cuCtxSetLimit(int limit, size_t value) {
    return call([&](CUctx_st& context) -> int {
        if (limit < 0 || limit > 6) return CUDA_ERROR_INVALID_VALUE;
        context.limits[limit] = value;
        return CUDA_SUCCESS;
    });
}

// Preferences that the stand-in has no use for.
CUDA_API int cuCtxGetCacheConfig(int* config) {
    *config = 0;
    return ready();
}
CUDA_API int cuCtxSetCacheConfig(int) { return ready(); }

CUDA_API int cuDevicePrimaryCtxRetain(CUctx_st** context, int device) {
    Locked locked;
    if (int status = device_status(device)) return status;
    if (context == nullptr) return CUDA_ERROR_INVALID_VALUE;
    if (primary_context == nullptr) primary_context = make_context(primary_flags, true);
    primary_references++;
    *context = primary_context;
    return CUDA_SUCCESS;
}

CUDA_API int cuDevicePrimaryCtxRelease_v2(int device) {
    Locked locked;
    if (int status = device_status(device)) return status;
    if (primary_references == 0) return CUDA_ERROR_INVALID_CONTEXT;
    if (--primary_references == 0) {
        destroy_context(primary_context, "cuDevicePrimaryCtxRelease");
        primary_context = nullptr;
    }
    return CUDA_SUCCESS;
}

CUDA_API int cuDevicePrimaryCtxReset_v2(int device) {
    Locked locked;
    if (int status = device_status(device)) return status;
    if (primary_context != nullptr) {
        destroy_context(primary_context, "cuDevicePrimaryCtxReset");
        primary_context = nullptr;
        primary_references = 0;
    }
    return CUDA_SUCCESS;
}

CUDA_API int cuDevicePrimaryCtxSetFlags_v2(int device, unsigned flags) {
    Locked locked;
    if (int status = device_status(device)) return status;
    primary_flags = flags;
    return CUDA_SUCCESS;
}

CUDA_API int cuDevicePrimaryCtxGetState(int device, unsigned* flags, int* active) {
    Locked locked;
    if (int status = device_status(device)) return status;
    if (flags == nullptr || active == nullptr) return CUDA_ERROR_INVALID_VALUE;
    *flags = primary_flags;
    *active = primary_context != nullptr;
    return CUDA_SUCCESS;
}
