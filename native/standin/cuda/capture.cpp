// Recording of streams into graphs.
//
// A stream that records keeps the nodes that its next node comes after. An event recorded in it
// takes a copy of them; a stream that waits on that event joins the capture and adds them to its
// own. A call that would need the device's answer makes the capture invalid.
#include <algorithm>

#include "graph.h"

using standin::Capture;

namespace standin {

std::set<Capture*>& captures() {
    static std::set<Capture*> all;
    return all;
}

CUgraphNode_st* add_node(CUgraph_st& graph, int type, const char* name, std::function<void()> work,
                         std::vector<CUgraphNode_st*> after) {
    auto* node =
        new CUgraphNode_st{type, name, std::move(work), std::move(after), &graph, nullptr, {}};
    graph.nodes.emplace_back(node);
    return node;
}

CUgraphNode_st* captured_node(CUstream_st* stream) {
    return stream->capture && !stream->capture_after.empty() ? stream->capture_after.front()
                                                             : nullptr;
}

int capture_state(CUstream_st* stream) {
    return stream->capture->valid ? CUDA_SUCCESS : CUDA_ERROR_STREAM_CAPTURE_INVALIDATED;
}

static void join(CUstream_st* stream, const std::vector<CUgraphNode_st*>& nodes) {
    for (CUgraphNode_st* node : nodes) {
        auto& after = stream->capture_after;
        if (std::find(after.begin(), after.end(), node) == after.end()) after.push_back(node);
    }
}

int capture_wait(CUstream_st* stream, CUevent_st* event) {
    if (stream->capture && event->capture != stream->capture) {
        stream->capture->valid = false;
        return event->capture ? CUDA_ERROR_STREAM_CAPTURE_MERGE
                              : CUDA_ERROR_STREAM_CAPTURE_ISOLATION;
    }
    if (event->capture->ended) return CUDA_ERROR_CAPTURED_EVENT;
    if (!event->capture->valid) return CUDA_ERROR_STREAM_CAPTURE_INVALIDATED;
    if (stream == &stream->context->legacy) {
        event->capture->valid = false;
        return CUDA_ERROR_STREAM_CAPTURE_IMPLICIT;
    }
    if (!stream->capture) {
        stream->capture = event->capture;
        stream->capture->streams.insert(stream);
    }
    join(stream, event->capture_after);
    return CUDA_SUCCESS;
}

void capture_record(CUstream_st* stream, CUevent_st* event) {
    event->capture = stream->capture;
    event->capture_after = stream->capture_after;
}

static void leave(Capture& capture) {
    for (CUstream_st* stream : capture.streams) {
        stream->capture_after.clear();
        stream->capture.reset();
    }
    capture.ended = true;
    captures().erase(&capture);
}

void forget_in_captures(CUstream_st* stream) {
    if (!stream->capture) return;
    std::shared_ptr<Capture> capture = stream->capture;
    capture->valid = false;
    if (capture->origin == stream) {
        leave(*capture);
    } else {
        capture->streams.erase(stream);
    }
}

// What cuThreadExchangeStreamCaptureMode set for this thread.
static thread_local int thread_mode = kCaptureGlobal;

int unsafe_in_capture() {
    int status = CUDA_SUCCESS;
    for (Capture* capture : captures()) {
        bool here = capture->thread == std::this_thread::get_id();
        bool prohibits = here ? capture->mode != kCaptureRelaxed
                              : capture->mode == kCaptureGlobal && thread_mode == kCaptureGlobal;
        if (thread_mode == kCaptureRelaxed || !prohibits) continue;
        capture->valid = false;
        status = CUDA_ERROR_STREAM_CAPTURE_UNSUPPORTED;
    }
    return status;
}

static void mark(CUgraphNode_st* node, std::set<CUgraphNode_st*>& seen) {
    if (!seen.insert(node).second) return;
    for (CUgraphNode_st* before : node->after) mark(before, seen);
}

// Whether all that was recorded comes before the end of the stream that began.
static bool joined(const Capture& capture) {
    std::set<CUgraphNode_st*> seen;
    for (CUgraphNode_st* node : capture.origin->capture_after) mark(node, seen);
    for (CUstream_st* stream : capture.streams) {
        for (CUgraphNode_st* node : stream->capture_after) {
            if (seen.count(node) == 0) return false;
        }
    }
    return true;
}

}  // namespace standin

using namespace standin;

CUDA_API int cuStreamBeginCapture_v2(CUstream_st* handle, int mode) {
    return call([&](CUctx_st& context) -> int {
        CUstream_st* stream = resolve(handle);
        if (stream == nullptr) return CUDA_ERROR_INVALID_HANDLE;
        if (mode < kCaptureGlobal || mode > kCaptureRelaxed) return CUDA_ERROR_INVALID_VALUE;
        if (stream == &context.legacy) return CUDA_ERROR_STREAM_CAPTURE_UNSUPPORTED;
        if (stream->capture) return CUDA_ERROR_ILLEGAL_STATE;
        static uint64_t id = 0;
        auto capture = std::make_shared<Capture>();
        capture->origin = stream;
        capture->mode = mode;
        capture->thread = std::this_thread::get_id();
        capture->graph.reset(new CUgraph_st{&context, {}});
        capture->streams.insert(stream);
        capture->id = ++id;
        stream->capture = capture;
        captures().insert(capture.get());
        return CUDA_SUCCESS;
    });
}

CUDA_API int cuStreamEndCapture(CUstream_st* handle, CUgraph_st** graph) {
    return call([&](CUctx_st& context) -> int {
        if (graph == nullptr) return CUDA_ERROR_INVALID_VALUE;
        *graph = nullptr;
        CUstream_st* stream = resolve(handle);
        if (stream == nullptr) return CUDA_ERROR_INVALID_HANDLE;
        if (!stream->capture) return CUDA_ERROR_ILLEGAL_STATE;
        std::shared_ptr<Capture> capture = stream->capture;
        bool here = capture->thread == std::this_thread::get_id();
        if (!here && capture->mode != kCaptureRelaxed) {
            return CUDA_ERROR_STREAM_CAPTURE_WRONG_THREAD;
        }
        if (capture->origin != stream) {
            capture->valid = false;
            return CUDA_ERROR_STREAM_CAPTURE_UNMATCHED;
        }
        bool whole = joined(*capture);
        leave(*capture);
        if (!capture->valid) return CUDA_ERROR_STREAM_CAPTURE_INVALIDATED;
        if (!whole) return CUDA_ERROR_STREAM_CAPTURE_UNJOINED;
        *graph = capture->graph.release();
        context.graphs.insert(*graph);
        return CUDA_SUCCESS;
    });
}

// The status is that of CUstreamCaptureStatus: 0 none, 1 active, 2 invalidated.
CUDA_API int cuStreamIsCapturing(CUstream_st* handle, int* status) {
    return call([&](CUctx_st& context) -> int {
        CUstream_st* stream = resolve(handle);
        if (stream == nullptr) return CUDA_ERROR_INVALID_HANDLE;
        if (status == nullptr) return CUDA_ERROR_INVALID_VALUE;
        if (stream == &context.legacy && !captures().empty()) {
            for (CUstream_st* other : context.streams) {
                if (other->capture && !(other->flags & kStreamNonBlocking)) {
                    return CUDA_ERROR_STREAM_CAPTURE_IMPLICIT;
                }
            }
        }
        *status = !stream->capture ? 0 : stream->capture->valid ? 1 : 2;
        return CUDA_SUCCESS;
    });
}

CUDA_API int cuStreamGetCaptureInfo_v2(CUstream_st* handle, int* status, uint64_t* id,
                                       CUgraph_st** graph, CUgraphNode_st*** after, size_t* count) {
    return call([&](CUctx_st&) -> int {
        CUstream_st* stream = resolve(handle);
        if (stream == nullptr) return CUDA_ERROR_INVALID_HANDLE;
        if (status == nullptr) return CUDA_ERROR_INVALID_VALUE;
        *status = !stream->capture ? 0 : stream->capture->valid ? 1 : 2;
        if (*status != 1) return CUDA_SUCCESS;
        if (id != nullptr) *id = stream->capture->id;
        if (graph != nullptr) *graph = stream->capture->graph.get();
        if (after != nullptr) *after = stream->capture_after.data();
        if (count != nullptr) *count = stream->capture_after.size();
        return CUDA_SUCCESS;
    });
}

CUDA_API int cuThreadExchangeStreamCaptureMode(int* mode) {
    if (mode == nullptr || *mode < kCaptureGlobal || *mode > kCaptureRelaxed) {
        return CUDA_ERROR_INVALID_VALUE;
    }
    std::swap(*mode, thread_mode);
    return CUDA_SUCCESS;
}
