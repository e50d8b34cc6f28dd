// Events and the times between them.
#include "graph.h"

using namespace standin;

namespace standin {

bool is_event(const CUevent_st* event) {
    return current_context()->events.count(const_cast<CUevent_st*>(event)) > 0;
}

}  // namespace standin

namespace {

constexpr float kMillisecond = 1e3F;

bool done(const CUevent_st& event) {
    return !event.recorded || event.ticket.queue->done >= event.ticket.count;
}

int record(CUevent_st* event, CUstream_st* handle) {
    CUstream_st* stream = resolve(handle);
    if (stream == nullptr || !is_event(event)) return CUDA_ERROR_INVALID_HANDLE;
    if (stream->capture) {
        int status = capture_state(stream);
        if (status == CUDA_SUCCESS) capture_record(stream, event);
        return status;
    }
    event->capture.reset();
    auto seconds = std::make_shared<double>(0);
    event->seconds = seconds;
    // The place is known before the work runs: an event recorded now is not yet done.
    int status =
        submit_node(handle, kEmptyNode, "cuEventRecord", [seconds] { *seconds = seconds_now(); });
    if (status != CUDA_SUCCESS) return status;
    event->recorded = true;
    event->ticket = {stream->queue, stream->queue->submitted};
    return CUDA_SUCCESS;
}

int captured(const CUevent_st& event) {
    if (!event.capture) return CUDA_SUCCESS;
    if (!event.capture->ended) event.capture->valid = false;
    return CUDA_ERROR_CAPTURED_EVENT;
}

}  // namespace

CUDA_API int cuEventCreate(CUevent_st** event, unsigned flags) {
    return call([&](CUctx_st& context) -> int {
        unsigned known = kEventBlockingSync | kEventDisableTiming | kEventInterprocess;
        if (event == nullptr || (flags & ~known)) return CUDA_ERROR_INVALID_VALUE;
        if ((flags & kEventInterprocess)) return CUDA_ERROR_NOT_SUPPORTED;
        *event = new CUevent_st;
        (*event)->context = &context;
        (*event)->flags = flags;
        context.events.insert(*event);
        return CUDA_SUCCESS;
    });
}

CUDA_API int cuEventDestroy_v2(CUevent_st* event) {
    return call([&](CUctx_st& context) -> int {
        if (context.events.erase(event) == 0) return CUDA_ERROR_INVALID_HANDLE;
        delete event;
        return CUDA_SUCCESS;
    });
}

CUDA_API int cuEventRecord(CUevent_st* event, CUstream_st* stream) {
    return call([&](CUctx_st&) -> int { return record(event, stream); });
}

CUDA_API int cuEventRecordWithFlags(CUevent_st* event, CUstream_st* stream, unsigned flags) {
    return call([&](CUctx_st&) -> int {
        return flags == 0 ? record(event, stream) : CUDA_ERROR_NOT_SUPPORTED;
    });
}

CUDA_API int cuEventSynchronize(CUevent_st* event) {
    return call([&](CUctx_st& context) -> int {
        if (!is_event(event)) return CUDA_ERROR_INVALID_HANDLE;
        if (int status = captured(*event)) return status;
        if (event->recorded) run_until(event->ticket);
        return context.error;
    });
}

// As with streams, what is late is done by the second query.
CUDA_API int cuEventQuery(CUevent_st* event) {
    return call([&](CUctx_st&) -> int {
        if (!is_event(event)) return CUDA_ERROR_INVALID_HANDLE;
        if (int status = captured(*event)) return status;
        if (done(*event)) return CUDA_SUCCESS;
        run_until(event->ticket);
        return CUDA_ERROR_NOT_READY;
    });
}

CUDA_API int cuEventElapsedTime(float* milliseconds, CUevent_st* start, CUevent_st* end) {
    return call([&](CUctx_st&) -> int {
        if (milliseconds == nullptr) return CUDA_ERROR_INVALID_VALUE;
        if (!is_event(start) || !is_event(end)) return CUDA_ERROR_INVALID_HANDLE;
        if (int status = captured(*start)) return status;
        if (int status = captured(*end)) return status;
        if (!start->recorded || !end->recorded) return CUDA_ERROR_INVALID_HANDLE;
        if ((start->flags | end->flags) & kEventDisableTiming) return CUDA_ERROR_INVALID_HANDLE;
        if (!done(*start) || !done(*end)) return CUDA_ERROR_NOT_READY;
        *milliseconds = static_cast<float>(*end->seconds - *start->seconds) * kMillisecond;
        return CUDA_SUCCESS;
    });
}
