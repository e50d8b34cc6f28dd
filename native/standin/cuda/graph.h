// Graphs, and the captures that record them.
#pragma once

#include <memory>
#include <set>
#include <string>
#include <thread>
#include <vector>

#include "driver.h"
#include "launch.h"

struct CUgraphNode_st {
    int type;
    std::string call;
    std::function<void()> work;
    std::vector<CUgraphNode_st*> after;
    CUgraph_st* graph;
    std::shared_ptr<standin::Launch> launch;  // of a kernel node
    std::vector<void*> params;                // that were asked for
};

struct CUgraph_st {
    CUctx_st* context;
    std::vector<std::unique_ptr<CUgraphNode_st>> nodes;
};

struct CUgraphExec_st {
    struct Node {
        int type;
        CUgraphNode_st* original;
        std::function<void()> work;
        std::vector<size_t> after;
    };
    CUctx_st* context;
    // Shared with launches that wait to run, so replaced, not changed, by an update.
    std::shared_ptr<const std::vector<Node>> nodes;
};

namespace standin {

struct Capture {
    CUstream_st* origin;
    int mode;
    std::thread::id thread;
    bool valid = true;
    std::unique_ptr<CUgraph_st> graph;
    std::set<CUstream_st*> streams;
    bool ended = false;
    uint64_t id;
};

// The captures that are under way.
std::set<Capture*>& captures();

CUgraphNode_st* add_node(CUgraph_st& graph, int type, const char* name, std::function<void()> work,
                         std::vector<CUgraphNode_st*> after);

// The node last recorded by the stream.
CUgraphNode_st* captured_node(CUstream_st* stream);

// CUDA_SUCCESS, or why the stream cannot record: the capture is then invalid.
int capture_state(CUstream_st* stream);

// Makes the stream wait for what the event recorded in a capture.
int capture_wait(CUstream_st* stream, CUevent_st* event);
// Notes in the event the place that the stream has reached in its capture.
void capture_record(CUstream_st* stream, CUevent_st* event);
void forget_in_captures(CUstream_st* stream);

bool is_graph(const CUgraph_st* graph);

}  // namespace standin
