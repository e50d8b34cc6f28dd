// How work comes into streams and captures.
#include "../common/faults.h"
#include "graph.h"

namespace standin {

std::vector<Ticket> blocking_work(CUctx_st& context) {
    std::vector<Ticket> tickets;
    auto add = [&](const std::shared_ptr<Queue>& queue) {
        tickets.push_back({queue, queue->submitted});
    };
    for (CUstream_st* stream : context.streams) {
        if (!(stream->flags & kStreamNonBlocking)) add(stream->queue);
    }
    for (auto& queue : context.destroyed) add(queue);
    add(context.per_thread.queue);
    return tickets;
}

// The legacy stream would wait for a stream that records, which cannot be.
static bool waits_for_capture(CUctx_st& context) {
    for (CUstream_st* stream : context.streams) {
        if (stream->capture && !(stream->flags & kStreamNonBlocking)) {
            stream->capture->valid = false;
            return true;
        }
    }
    return false;
}

int submit_node(CUstream_st* handle, int type, const char* name, std::function<void()> work) {
    CUstream_st* stream = resolve(handle);
    if (stream == nullptr) return CUDA_ERROR_INVALID_HANDLE;
    if (stream->capture) {
        int status = capture_state(stream);
        if (status != CUDA_SUCCESS) return status;
        CUgraphNode_st* node = add_node(*stream->capture->graph, type, name, std::move(work),
                                        std::move(stream->capture_after));
        stream->capture_after = {node};
        return CUDA_SUCCESS;
    }
    CUctx_st& context = *stream->context;
    Item item{name, std::move(work), {}};
    if (stream == &context.legacy) {
        if (waits_for_capture(context)) return CUDA_ERROR_STREAM_CAPTURE_IMPLICIT;
        item.after = blocking_work(context);
    } else if (!(stream->flags & kStreamNonBlocking)) {
        item.after = {{context.legacy.queue, context.legacy.queue->submitted}};
    }
    enqueue(stream->queue, std::move(item));
    return CUDA_SUCCESS;
}

int wait_for(CUstream_st* handle) {
    CUstream_st* stream = resolve(handle);
    if (stream == nullptr) return CUDA_ERROR_INVALID_HANDLE;
    if (stream->capture) {
        stream->capture->valid = false;
        return CUDA_ERROR_STREAM_CAPTURE_UNSUPPORTED;
    }
    CUctx_st& context = *stream->context;
    if (stream == &context.legacy) {
        if (waits_for_capture(context)) return CUDA_ERROR_STREAM_CAPTURE_IMPLICIT;
        for (const Ticket& ticket : blocking_work(context)) run_until(ticket);
    }
    run_until({stream->queue, stream->queue->submitted});
    return context.error;
}

void wait_for(CUctx_st& context) {
    std::vector<std::shared_ptr<Queue>> queues = std::move(context.destroyed);
    context.destroyed.clear();
    queues.push_back(context.legacy.queue);
    queues.push_back(context.per_thread.queue);
    for (CUstream_st* stream : context.streams) queues.push_back(stream->queue);
    for (auto& queue : queues) run_until({queue, queue->submitted});
}

bool is_stream(CUstream_st* stream) {
    Locked locked;
    return current_context() != nullptr && resolve(stream) != nullptr;
}

bool is_capturing(CUstream_st* handle) {
    Locked locked;
    CUstream_st* stream = current_context() != nullptr ? resolve(handle) : nullptr;
    return stream != nullptr && stream->capture != nullptr;
}

bool submit(CUstream_st* stream, const char* name, std::function<void()> work) {
    Locked locked;
    if (current_context() == nullptr) fail(name, "no context is current to this thread");
    if (ready() != CUDA_SUCCESS) return false;
    if (is_capturing(stream) && strikes("capture", name)) {
        resolve(stream)->capture->valid = false;
        return false;
    }
    int status = submit_node(stream, kKernelNode, name, std::move(work));
    if (status == CUDA_ERROR_INVALID_HANDLE) fail(name, "its stream was destroyed or never made");
    return status == CUDA_SUCCESS;
}

bool synchronize(CUstream_st* stream) {
    Locked locked;
    return ready() == CUDA_SUCCESS && wait_for(stream) == CUDA_SUCCESS;
}

}  // namespace standin
