// Graphs: making, reading, instantiating, launching.
#include "graph.h"

#include <algorithm>
#include <map>

#include "../common/random.h"

using namespace standin;

using Node = CUgraphNode_st;

namespace {

bool holds(const CUgraph_st& graph, const Node* node) {
    return std::any_of(graph.nodes.begin(), graph.nodes.end(),
                       [&](const auto& own) { return own.get() == node; });
}

bool reaches(const Node* from, const Node* to) {
    if (from == to) return true;
    return std::any_of(from->after.begin(), from->after.end(),
                       [&](const Node* before) { return reaches(before, to); });
}

// Copies up to *count entries out; the rest of the array is null, as documented.
int give(const std::vector<Node*>& found, Node** nodes, size_t* count) {
    if (count == nullptr) return CUDA_ERROR_INVALID_VALUE;
    for (size_t i = 0; nodes != nullptr && i < *count; i++) {
        nodes[i] = i < found.size() ? found[i] : nullptr;
    }
    *count = nodes == nullptr ? found.size() : std::min(*count, found.size());
    return CUDA_SUCCESS;
}

using ExecNodes = std::vector<CUgraphExec_st::Node>;

std::shared_ptr<const ExecNodes> snapshot(const CUgraph_st& graph) {
    std::map<const Node*, size_t> place;
    for (const auto& node : graph.nodes) place[node.get()] = place.size();
    auto nodes = std::make_shared<ExecNodes>();
    for (const auto& node : graph.nodes) {
        CUgraphExec_st::Node copy{node->type, node.get(), node->work, {}};
        for (const Node* before : node->after) copy.after.push_back(place.at(before));
        nodes->push_back(std::move(copy));
    }
    return nodes;
}

// Every node after those it names; among the ones that could be next, the seed chooses.
void run_nodes(const ExecNodes& nodes) {
    static uint64_t launches = 0;
    Order order(nodes.size(), ++launches);
    std::vector<bool> done(nodes.size());
    for (size_t left = nodes.size(); left > 0;) {
        for (size_t i = 0; i < nodes.size(); i++) {
            size_t k = order(i);
            const auto& after = nodes[k].after;
            bool can = !done[k] && std::all_of(after.begin(), after.end(),
                                               [&](size_t before) { return done[before]; });
            if (!can) continue;
            if (executing_context()->error == 0) nodes[k].work();
            done[k] = true;
            left--;
            if (seed() != 0) break;
        }
    }
}

bool is_exec(const CUgraphExec_st* exec) {
    return current_context()->graph_execs.count(const_cast<CUgraphExec_st*>(exec)) > 0;
}

template <class Body>
int with_graph(CUgraph_st* graph, Body body) {
    return call([&](CUctx_st&) -> int {
        return is_graph(graph) ? body(*graph) : CUDA_ERROR_INVALID_VALUE;
    });
}

}  // namespace

namespace standin {

bool is_graph(const CUgraph_st* graph) {
    if (current_context()->graphs.count(const_cast<CUgraph_st*>(graph)) > 0) return true;
    for (Capture* capture : captures()) {
        if (capture->graph.get() == graph) return true;
    }
    return false;
}

}  // namespace standin

CUDA_API int cuGraphCreate(CUgraph_st** graph, unsigned flags) {
    return call([&](CUctx_st& context) -> int {
        if (graph == nullptr || flags != 0) return CUDA_ERROR_INVALID_VALUE;
        *graph = new CUgraph_st{&context, {}};
        context.graphs.insert(*graph);
        return CUDA_SUCCESS;
    });
}

CUDA_API int cuGraphDestroy(CUgraph_st* graph) {
    return call([&](CUctx_st& context) -> int {
        if (context.graphs.erase(graph) == 0) return CUDA_ERROR_INVALID_VALUE;
        delete graph;
        return CUDA_SUCCESS;
    });
}

CUDA_API int cuGraphGetNodes(CUgraph_st* graph, Node** nodes, size_t* count) {
    return with_graph(graph, [&](CUgraph_st& g) -> int {
        std::vector<Node*> found;
        for (const auto& node : g.nodes) found.push_back(node.get());
        return give(found, nodes, count);
    });
}

CUDA_API int cuGraphGetRootNodes(CUgraph_st* graph, Node** nodes, size_t* count) {
    return with_graph(graph, [&](CUgraph_st& g) -> int {
        std::vector<Node*> found;
        for (const auto& node : g.nodes) {
            if (node->after.empty()) found.push_back(node.get());
        }
        return give(found, nodes, count);
    });
}

CUDA_API int cuGraphGetEdges(CUgraph_st* graph, Node** from, Node** to, size_t* count) {
    return with_graph(graph, [&](CUgraph_st& g) -> int {
        std::vector<Node*> sources, targets;
        for (const auto& node : g.nodes) {
            for (Node* before : node->after) {
                sources.push_back(before);
                targets.push_back(node.get());
            }
        }
        if (count == nullptr) return CUDA_ERROR_INVALID_VALUE;
        size_t room = *count;
        give(sources, from, count);
        return to == nullptr ? CUDA_SUCCESS : give(targets, to, &room);
    });
}

CUDA_API int cuGraphNodeGetType(Node* node, int* type) {
    if (node == nullptr || type == nullptr) return CUDA_ERROR_INVALID_VALUE;
    *type = node->type;
    return CUDA_SUCCESS;
}

CUDA_API int cuGraphNodeGetDependencies(Node* node, Node** nodes, size_t* count) {
    if (node == nullptr) return CUDA_ERROR_INVALID_VALUE;
    return give(node->after, nodes, count);
}

CUDA_API int cuGraphNodeGetDependentNodes(Node* node, Node** nodes, size_t* count) {
    if (node == nullptr) return CUDA_ERROR_INVALID_VALUE;
    std::vector<Node*> found;
    for (const auto& other : node->graph->nodes) {
        const auto& after = other->after;
        if (std::find(after.begin(), after.end(), node) != after.end())
            found.push_back(other.get());
    }
    return give(found, nodes, count);
}

CUDA_API int cuGraphAddDependencies(CUgraph_st* graph, Node** from, Node** to, size_t n) {
    return with_graph(graph, [&](CUgraph_st& g) -> int {
        for (size_t i = 0; i < n; i++) {
            bool known = holds(g, from[i]) && holds(g, to[i]);
            if (!known || reaches(from[i], to[i])) return CUDA_ERROR_INVALID_VALUE;
            to[i]->after.push_back(from[i]);
        }
        return CUDA_SUCCESS;
    });
}

CUDA_API int cuGraphRemoveDependencies(CUgraph_st* graph, Node** from, Node** to, size_t n) {
    return with_graph(graph, [&](CUgraph_st& g) -> int {
        for (size_t i = 0; i < n; i++) {
            if (!holds(g, to[i])) return CUDA_ERROR_INVALID_VALUE;
            auto& after = to[i]->after;
            auto found = std::find(after.begin(), after.end(), from[i]);
            if (found == after.end()) return CUDA_ERROR_INVALID_VALUE;
            after.erase(found);
        }
        return CUDA_SUCCESS;
    });
}

CUDA_API int cuGraphDestroyNode(Node* node) {
    return call([&](CUctx_st&) -> int {
        if (node == nullptr) return CUDA_ERROR_INVALID_VALUE;
        auto& nodes = node->graph->nodes;
        for (const auto& other : nodes) {
            auto& after = other->after;
            after.erase(std::remove(after.begin(), after.end(), node), after.end());
        }
        auto own = [&](const auto& other) { return other.get() == node; };
        nodes.erase(std::find_if(nodes.begin(), nodes.end(), own));
        return CUDA_SUCCESS;
    });
}

CUDA_API int cuGraphInstantiateWithFlags(CUgraphExec_st** exec, CUgraph_st* graph, uint64_t flags) {
    return with_graph(graph, [&](CUgraph_st& g) -> int {
        constexpr uint64_t kKnown = 0xF;
        if (exec == nullptr || (flags & ~kKnown)) return CUDA_ERROR_INVALID_VALUE;
        *exec = new CUgraphExec_st{g.context, snapshot(g)};
        current_context()->graph_execs.insert(*exec);
        return CUDA_SUCCESS;
    });
}

CUDA_API int cuGraphExecDestroy(CUgraphExec_st* exec) {
    return call([&](CUctx_st& context) -> int {
        if (context.graph_execs.erase(exec) == 0) return CUDA_ERROR_INVALID_VALUE;
        delete exec;
        return CUDA_SUCCESS;
    });
}

CUDA_API int cuGraphLaunch(CUgraphExec_st* exec, CUstream_st* stream) {
    return call([&](CUctx_st&) -> int {
        if (!is_exec(exec)) return CUDA_ERROR_INVALID_VALUE;
        auto nodes = exec->nodes;
        return submit_node(stream, kGraphNode, "cuGraphLaunch", [nodes] { run_nodes(*nodes); });
    });
}

CUDA_API int cuGraphUpload(CUgraphExec_st* exec, CUstream_st* stream) {
    return call([&](CUctx_st&) -> int {
        if (!is_exec(exec)) return CUDA_ERROR_INVALID_VALUE;
        return resolve(stream) != nullptr ? CUDA_SUCCESS : CUDA_ERROR_INVALID_HANDLE;
    });
}

// The graph must have the shape that the executable was made from. CUgraphExecUpdateResult: 0
// success, 2 other shape, 3 other type of node.
CUDA_API int cuGraphExecUpdate(CUgraphExec_st* exec, CUgraph_st* graph, Node** wrong, int* result) {
    return with_graph(graph, [&](CUgraph_st& g) -> int {
        if (!is_exec(exec) || result == nullptr) return CUDA_ERROR_INVALID_VALUE;
        auto fresh = snapshot(g);
        *result = fresh->size() == exec->nodes->size() ? 0 : 2;
        auto updated = std::make_shared<ExecNodes>(*fresh);
        for (size_t i = 0; *result == 0 && i < fresh->size(); i++) {
            const auto& before = (*exec->nodes)[i];
            if ((*fresh)[i].after != before.after) *result = 2;
            if ((*fresh)[i].type != before.type) *result = 3;
            if (*result != 0 && wrong != nullptr) *wrong = (*fresh)[i].original;
            (*updated)[i].original = before.original;
        }
        if (*result != 0) return CUDA_ERROR_GRAPH_EXEC_UPDATE_FAILURE;
        exec->nodes = updated;
        return CUDA_SUCCESS;
    });
}
