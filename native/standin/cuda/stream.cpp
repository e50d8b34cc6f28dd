// Streams: creation, waiting, host functions.
#include "graph.h"

using namespace standin;

namespace {

constexpr int kGreatestPriority = -5;

int create(CUstream_st** result, unsigned flags, int priority) {
    return call([&](CUctx_st& context) -> int {
        if (result == nullptr || flags > kStreamNonBlocking) return CUDA_ERROR_INVALID_VALUE;
        static uint64_t id = 0;
        auto* stream = new CUstream_st;
        stream->context = &context;
        stream->queue->context = &context;
        stream->flags = flags;
        stream->priority = priority > 0 ? 0 : std::max(priority, kGreatestPriority);
        stream->id = ++id;
        context.streams.insert(stream);
        *result = stream;
        return CUDA_SUCCESS;
    });
}

template <class Value>
int get(CUstream_st* handle, Value* value, Value (*read)(const CUstream_st&)) {
    return call([&](CUctx_st&) -> int {
        CUstream_st* stream = resolve(handle);
        if (stream == nullptr) return CUDA_ERROR_INVALID_HANDLE;
        if (value == nullptr) return CUDA_ERROR_INVALID_VALUE;
        *value = read(*stream);
        return CUDA_SUCCESS;
    });
}

}  // namespace

CUDA_API int cuStreamCreate(CUstream_st** stream, unsigned flags) {
    return create(stream, flags, 0);
}

CUDA_API int cuStreamCreateWithPriority(CUstream_st** stream, unsigned flags, int priority) {
    return create(stream, flags, priority);
}

// Work that is left still runs, at the next wait for the whole context.
CUDA_API int cuStreamDestroy_v2(CUstream_st* stream) {
    return call([&](CUctx_st& context) -> int {
        if (context.streams.count(stream) == 0) return CUDA_ERROR_INVALID_HANDLE;
        forget_in_captures(stream);
        if (stream->queue->done < stream->queue->submitted) {
            context.destroyed.push_back(stream->queue);
        }
        context.streams.erase(stream);
        delete stream;
        return CUDA_SUCCESS;
    });
}

CUDA_API int cuStreamGetPriority(CUstream_st* stream, int* priority) {
    return get<int>(stream, priority, [](const CUstream_st& s) { return s.priority; });
}

CUDA_API int cuStreamGetFlags(CUstream_st* stream, unsigned* flags) {
    return get<unsigned>(stream, flags, [](const CUstream_st& s) { return s.flags; });
}

CUDA_API int cuStreamGetId(CUstream_st* stream, uint64_t* id) {
    return get<uint64_t>(stream, id, [](const CUstream_st& s) { return s.id; });
}

CUDA_API int cuStreamGetCtx(CUstream_st* stream, CUctx_st** context) {
    return get<CUctx_st*>(stream, context, [](const CUstream_st& s) { return s.context; });
}

CUDA_API int cuStreamSynchronize(CUstream_st* stream) {
    return call([&](CUctx_st&) -> int { return wait_for(stream); });
}

// Work that is late is done by the second query, so that a program may poll.
CUDA_API int cuStreamQuery(CUstream_st* handle) {
    return call([&](CUctx_st&) -> int {
        CUstream_st* stream = resolve(handle);
        if (stream == nullptr) return CUDA_ERROR_INVALID_HANDLE;
        bool done = stream->queue->done == stream->queue->submitted;
        int status = wait_for(handle);
        return status == CUDA_SUCCESS && !done ? CUDA_ERROR_NOT_READY : status;
    });
}

CUDA_API int cuStreamWaitEvent(CUstream_st* handle, CUevent_st* event, unsigned flags) {
    return call([&](CUctx_st&) -> int {
        CUstream_st* stream = resolve(handle);
        if (stream == nullptr || !is_event(event)) return CUDA_ERROR_INVALID_HANDLE;
        if (flags > 1) return CUDA_ERROR_INVALID_VALUE;
        if (stream->capture || event->capture) return capture_wait(stream, event);
        if (!event->recorded) return CUDA_SUCCESS;
        enqueue(stream->queue, {"cuStreamWaitEvent", [] {}, {event->ticket}});
        return CUDA_SUCCESS;
    });
}

CUDA_API int cuLaunchHostFunc(CUstream_st* stream, void (*function)(void*), void* data) {
    return call([&](CUctx_st&) -> int {
        if (function == nullptr) return CUDA_ERROR_INVALID_VALUE;
        return submit_node(stream, kHostNode, "cuLaunchHostFunc",
                           [=] { on_own_thread([=] { function(data); }); });
    });
}

CUDA_API int cuStreamAddCallback(CUstream_st* handle, void (*callback)(CUstream_st*, int, void*),
                                 void* data, unsigned flags) {
    return call([&](CUctx_st&) -> int {
        CUstream_st* stream = resolve(handle);
        if (stream == nullptr) return CUDA_ERROR_INVALID_HANDLE;
        if (callback == nullptr || flags != 0) return CUDA_ERROR_INVALID_VALUE;
        if (stream->capture) {
            stream->capture->valid = false;
            return CUDA_ERROR_STREAM_CAPTURE_UNSUPPORTED;
        }
        return submit_node(handle, kHostNode, "cuStreamAddCallback",
                           [=] { on_own_thread([=] { callback(handle, CUDA_SUCCESS, data); }); });
    });
}

CUDA_API int cuStreamAttachMemAsync(CUstream_st*, CUdeviceptr, size_t, unsigned) {
    return CUDA_ERROR_NOT_SUPPORTED;
}
