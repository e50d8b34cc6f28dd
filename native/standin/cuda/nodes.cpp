// Nodes of graphs that are made by hand, and their parameters.
#include <algorithm>

#include "copy.h"
#include "graph.h"

using namespace standin;

using Node = CUgraphNode_st;

namespace {

// CUDA_KERNEL_NODE_PARAMS of CUDA 12 (its version 2).
struct KernelParams {
    CUfunc_st* function;
    unsigned grid[3];
    unsigned block[3];
    unsigned shared_bytes;
    void** params;
    void** extra;
    void* kernel;
    CUctx_st* context;
};

struct HostParams {
    void (*function)(void*);
    void* data;
};

int add(Node** result, CUgraph_st* graph, Node* const* after, size_t n, int type, const char* name,
        std::function<void()> work) {
    if (result == nullptr || !is_graph(graph)) return CUDA_ERROR_INVALID_VALUE;
    if (n > 0 && after == nullptr) return CUDA_ERROR_INVALID_VALUE;
    *result = add_node(*graph, type, name, std::move(work), {after, after + n});
    return CUDA_SUCCESS;
}

int launch_of(const KernelParams* params, std::shared_ptr<Launch>* launch) {
    if (params == nullptr) return CUDA_ERROR_INVALID_VALUE;
    return make_launch(params->function, params->grid, params->block, params->shared_bytes, false,
                       params->params, params->extra, launch);
}

// Replaces the work of the node's copy in an executable graph.
int replace(CUgraphExec_st* exec, const Node* node, int type, std::function<void()> work) {
    if (current_context()->graph_execs.count(exec) == 0) return CUDA_ERROR_INVALID_VALUE;
    auto nodes = std::make_shared<std::vector<CUgraphExec_st::Node>>(*exec->nodes);
    for (auto& own : *nodes) {
        if (own.original != node || own.type != type) continue;
        own.work = std::move(work);
        exec->nodes = nodes;
        return CUDA_SUCCESS;
    }
    return CUDA_ERROR_INVALID_VALUE;
}

std::function<void()> work_of(const Copy3d& copy) {
    return [=] { run("memcpy node", copy); };
}

std::function<void()> work_of(const Fill& fill) {
    return [=] { run("memset node", fill); };
}

}  // namespace

CUDA_API int cuGraphAddEmptyNode(Node** node, CUgraph_st* graph, Node* const* after, size_t n) {
    return call([&](CUctx_st&) -> int {
        return add(node, graph, after, n, kEmptyNode, "empty node", [] {});
    });
}

CUDA_API int cuGraphAddKernelNode_v2(Node** node, CUgraph_st* graph, Node* const* after, size_t n,
                                     const KernelParams* params) {
    return call([&](CUctx_st&) -> int {
        std::shared_ptr<Launch> launch;
        if (int status = launch_of(params, &launch)) return status;
        int status =
            add(node, graph, after, n, kKernelNode, "kernel node", [launch] { run(*launch); });
        if (status == CUDA_SUCCESS) (*node)->launch = launch;
        return status;
    });
}

CUDA_API int cuGraphAddMemcpyNode(Node** node, CUgraph_st* graph, Node* const* after, size_t n,
                                  const Copy3d* copy, CUctx_st* context) {
    return call([&](CUctx_st&) -> int {
        if (copy == nullptr || !is_context(context)) return CUDA_ERROR_INVALID_VALUE;
        if (int status = validate(*copy)) return status;
        return add(node, graph, after, n, kMemcpyNode, "memcpy node", work_of(*copy));
    });
}

CUDA_API int cuGraphAddMemsetNode(Node** node, CUgraph_st* graph, Node* const* after, size_t n,
                                  const Fill* fill, CUctx_st* context) {
    return call([&](CUctx_st&) -> int {
        if (fill == nullptr || !is_context(context)) return CUDA_ERROR_INVALID_VALUE;
        if (int status = validate(*fill)) return status;
        return add(node, graph, after, n, kMemsetNode, "memset node", work_of(*fill));
    });
}

CUDA_API int cuGraphAddHostNode(Node** node, CUgraph_st* graph, Node* const* after, size_t n,
                                const HostParams* params) {
    return call([&](CUctx_st&) -> int {
        if (params == nullptr || params->function == nullptr) return CUDA_ERROR_INVALID_VALUE;
        HostParams copy = *params;
        return add(node, graph, after, n, kHostNode, "host node",
                   [copy] { on_own_thread([copy] { copy.function(copy.data); }); });
    });
}

// The parameters stay valid until the node's are set anew.
CUDA_API int cuGraphKernelNodeGetParams_v2(Node* node, KernelParams* params) {
    return call([&](CUctx_st& context) -> int {
        if (node == nullptr || params == nullptr || !node->launch) return CUDA_ERROR_INVALID_VALUE;
        Launch& launch = *node->launch;
        node->params.clear();
        for (auto& argument : launch.arguments) node->params.push_back(argument.data());
        *params = {launch.function,     {},      {},      launch.shared_bytes,
                   node->params.data(), nullptr, nullptr, &context};
        std::copy_n(launch.grid, 3, params->grid);
        std::copy_n(launch.block, 3, params->block);
        return CUDA_SUCCESS;
    });
}

CUDA_API int cuGraphKernelNodeSetParams_v2(Node* node, const KernelParams* params) {
    return call([&](CUctx_st&) -> int {
        if (node == nullptr || !node->launch) return CUDA_ERROR_INVALID_VALUE;
        std::shared_ptr<Launch> launch;
        if (int status = launch_of(params, &launch)) return status;
        node->launch = launch;
        node->work = [launch] { run(*launch); };
        return CUDA_SUCCESS;
    });
}

CUDA_API int cuGraphExecKernelNodeSetParams_v2(CUgraphExec_st* exec, Node* node,
                                               const KernelParams* params) {
    return call([&](CUctx_st&) -> int {
        std::shared_ptr<Launch> launch;
        if (int status = launch_of(params, &launch)) return status;
        return replace(exec, node, kKernelNode, [launch] { run(*launch); });
    });
}

CUDA_API int cuGraphExecMemcpyNodeSetParams(CUgraphExec_st* exec, Node* node, const Copy3d* copy,
                                            CUctx_st*) {
    return call([&](CUctx_st&) -> int {
        if (copy == nullptr || validate(*copy) != CUDA_SUCCESS) return CUDA_ERROR_INVALID_VALUE;
        return replace(exec, node, kMemcpyNode, work_of(*copy));
    });
}

CUDA_API int cuGraphExecMemsetNodeSetParams(CUgraphExec_st* exec, Node* node, const Fill* fill,
                                            CUctx_st*) {
    return call([&](CUctx_st&) -> int {
        if (fill == nullptr || validate(*fill) != CUDA_SUCCESS) return CUDA_ERROR_INVALID_VALUE;
        return replace(exec, node, kMemsetNode, work_of(*fill));
    });
}

CUDA_API int cuGraphExecHostNodeSetParams(CUgraphExec_st* exec, Node* node,
                                          const HostParams* params) {
    return call([&](CUctx_st&) -> int {
        if (params == nullptr || params->function == nullptr) return CUDA_ERROR_INVALID_VALUE;
        HostParams copy = *params;
        return replace(exec, node, kHostNode,
                       [copy] { on_own_thread([copy] { copy.function(copy.data); }); });
    });
}
