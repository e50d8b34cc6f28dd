// Which algorithms do a convolution, in which order, and what workspace they want.
//
// The order is fixed, and the times that the Find calls give are made up from it: the stand-in has
// no speed worth measuring. Find...Ex does compute, and overwrites its output as cuDNN does.
#include <algorithm>
#include <limits>

#include "algorithms.h"

namespace {

// All three of cudnnConvolution{Fwd,BwdData,BwdFilter}AlgoPerf_t.
struct Performance {
    int algorithm;
    Status status;
    float time;
    size_t memory;
    Determinism determinism;
    MathType math;
    int reserved[3];
};

static_assert(sizeof(Performance) == 48);

using Algorithms = std::vector<Algorithm>;

int versions(const Algorithms& all) {
    return static_cast<int>(all.size()) +
           static_cast<int>(std::count_if(all.begin(), all.end(),
                                          [](const Algorithm& a) { return a.tensor_cores; }));
}

// A version of the algorithm; `limit` bytes of workspace are there.
Performance version(const Algorithm& algorithm, const Convolution& v, MathType math, bool there,
                    size_t limit) {
    Performance result = {};
    result.algorithm = algorithm.id;
    result.status = there ? CUDNN_STATUS_SUCCESS : CUDNN_STATUS_NOT_SUPPORTED;
    result.time = -1;
    result.memory = there ? workspace_bytes(algorithm, v, math) : 0;
    result.determinism = algorithm.determinism;
    result.math = math;
    if (result.memory > limit) result.status = CUDNN_STATUS_ALLOC_FAILED;
    return result;
}

// Those on tensor cores first, then in the order of the tables, and at the end what cannot run.
std::vector<Performance> rank(const Algorithms& all, const Convolution& v, size_t limit) {
    std::vector<Performance> results;
    for (const Algorithm& algorithm : all) {
        if (!algorithm.tensor_cores) continue;
        bool there = is_there(algorithm, v) && on_tensor_cores(algorithm, v, v.math);
        results.push_back(version(algorithm, v, math_with_tensor_cores(v), there, limit));
    }
    for (const Algorithm& algorithm : all) {
        bool there = is_there(algorithm, v);
        results.push_back(version(algorithm, v, math_without(v), there, limit));
    }
    std::stable_partition(results.begin(), results.end(), [](const Performance& result) {
        return result.status == CUDNN_STATUS_SUCCESS;
    });
    return results;
}

void hand_out(const std::vector<Performance>& results, int requested, int* returned,
              Performance* to) {
    require(returned != nullptr && to != nullptr && requested >= 1);
    *returned = std::min(requested, static_cast<int>(results.size()));
    std::copy_n(results.begin(), *returned, to);
}

void find(Handle* handle, std::vector<Performance> results, int requested, int* returned,
          Performance* to) {
    if (!standin::synchronize(live(handle, "handle").stream)) {
        throw Refusal{CUDNN_STATUS_EXECUTION_FAILED, "cannot wait for the stream"};
    }
    float time = 0;
    for (Performance& result : results) {
        if (result.status == CUDNN_STATUS_SUCCESS) result.time = time += 0.01f;
    }
    hand_out(results, requested, returned, to);
}

constexpr size_t NO_LIMIT = std::numeric_limits<size_t>::max();

void answer_max_count(Handle* handle, const Algorithms& all, int* count) {
    live(handle, "handle");
    require(count != nullptr);
    *count = versions(all);
}

void answer_workspace(Handle* handle, const Algorithms& all, int id, const Convolution& v,
                      size_t* bytes) {
    live(handle, "handle");
    require(bytes != nullptr);
    *bytes = workspace_bytes(algorithm(all, id, v), v, v.math);
}

}  // namespace

CUDNN_CALL(cudnnGetConvolutionForwardAlgorithmMaxCount)(Handle* handle, int* count) {
    return answer(__func__,
                  [&](const char*) { answer_max_count(handle, forward_algorithms(), count); });
}

CUDNN_CALL(cudnnGetConvolutionBackwardDataAlgorithmMaxCount)(Handle* handle, int* count) {
    return answer(__func__, [&](const char*) {
        answer_max_count(handle, backward_data_algorithms(), count);
    });
}

CUDNN_CALL(cudnnGetConvolutionBackwardFilterAlgorithmMaxCount)(Handle* handle, int* count) {
    return answer(__func__, [&](const char*) {
        answer_max_count(handle, backward_filter_algorithms(), count);
    });
}

CUDNN_CALL(cudnnGetConvolutionForwardAlgorithm_v7)
(Handle* handle, const TensorDescriptor* x, const FilterDescriptor* w,
 const ConvolutionDescriptor* convolution, const TensorDescriptor* y, int requested, int* returned,
 Performance* results) {
    return answer(__func__, [&](const char*) {
        live(handle, "handle");
        hand_out(rank(forward_algorithms(), convolution_of(x, w, convolution, y), NO_LIMIT),
                 requested, returned, results);
    });
}

CUDNN_CALL(cudnnGetConvolutionBackwardDataAlgorithm_v7)
(Handle* handle, const FilterDescriptor* w, const TensorDescriptor* dy,
 const ConvolutionDescriptor* convolution, const TensorDescriptor* dx, int requested, int* returned,
 Performance* results) {
    return answer(__func__, [&](const char*) {
        live(handle, "handle");
        hand_out(rank(backward_data_algorithms(), convolution_of(dx, w, convolution, dy), NO_LIMIT),
                 requested, returned, results);
    });
}

CUDNN_CALL(cudnnGetConvolutionBackwardFilterAlgorithm_v7)
(Handle* handle, const TensorDescriptor* x, const TensorDescriptor* dy,
 const ConvolutionDescriptor* convolution, const FilterDescriptor* dw, int requested, int* returned,
 Performance* results) {
    return answer(__func__, [&](const char*) {
        live(handle, "handle");
        hand_out(
            rank(backward_filter_algorithms(), convolution_of(x, dw, convolution, dy), NO_LIMIT),
            requested, returned, results);
    });
}

CUDNN_CALL(cudnnFindConvolutionForwardAlgorithm)
(Handle* handle, const TensorDescriptor* x, const FilterDescriptor* w,
 const ConvolutionDescriptor* convolution, const TensorDescriptor* y, int requested, int* returned,
 Performance* results) {
    return answer(__func__, [&](const char*) {
        find(handle, rank(forward_algorithms(), convolution_of(x, w, convolution, y), NO_LIMIT),
             requested, returned, results);
    });
}

CUDNN_CALL(cudnnFindConvolutionBackwardDataAlgorithm)
(Handle* handle, const FilterDescriptor* w, const TensorDescriptor* dy,
 const ConvolutionDescriptor* convolution, const TensorDescriptor* dx, int requested, int* returned,
 Performance* results) {
    return answer(__func__, [&](const char*) {
        find(handle,
             rank(backward_data_algorithms(), convolution_of(dx, w, convolution, dy), NO_LIMIT),
             requested, returned, results);
    });
}

CUDNN_CALL(cudnnFindConvolutionBackwardFilterAlgorithm)
(Handle* handle, const TensorDescriptor* x, const TensorDescriptor* dy,
 const ConvolutionDescriptor* convolution, const FilterDescriptor* dw, int requested, int* returned,
 Performance* results) {
    return answer(__func__, [&](const char*) {
        find(handle,
             rank(backward_filter_algorithms(), convolution_of(x, dw, convolution, dy), NO_LIMIT),
             requested, returned, results);
    });
}

CUDNN_CALL(cudnnFindConvolutionForwardAlgorithmEx)
(Handle* handle, const TensorDescriptor* x_desc, const void* x, const FilterDescriptor* w_desc,
 const void* w, const ConvolutionDescriptor* convolution, const TensorDescriptor* y_desc, void* y,
 int requested, int* returned, Performance* results, void* space, size_t bytes) {
    return answer(__func__, [&](const char* call) {
        const Convolution v = convolution_of(x_desc, w_desc, convolution, y_desc);
        require(x != nullptr && w != nullptr && y != nullptr);
        submit(handle, call, [=] {
            use_workspace(call, space, bytes);
            write(call, "y", v.y, y, convolve(v, read(call, "x", v.x, x), read(call, "w", v.w, w)));
        });
        find(handle, rank(forward_algorithms(), v, bytes), requested, returned, results);
    });
}

CUDNN_CALL(cudnnFindConvolutionBackwardDataAlgorithmEx)
(Handle* handle, const FilterDescriptor* w_desc, const void* w, const TensorDescriptor* dy_desc,
 const void* dy, const ConvolutionDescriptor* convolution, const TensorDescriptor* dx_desc,
 void* dx, int requested, int* returned, Performance* results, void* space, size_t bytes) {
    return answer(__func__, [&](const char* call) {
        const Convolution v = convolution_of(dx_desc, w_desc, convolution, dy_desc);
        require(w != nullptr && dy != nullptr && dx != nullptr);
        submit(handle, call, [=] {
            use_workspace(call, space, bytes);
            write(call, "dx", v.x, dx,
                  convolve_backward_data(v, read(call, "w", v.w, w), read(call, "dy", v.y, dy)));
        });
        find(handle, rank(backward_data_algorithms(), v, bytes), requested, returned, results);
    });
}

CUDNN_CALL(cudnnFindConvolutionBackwardFilterAlgorithmEx)
(Handle* handle, const TensorDescriptor* x_desc, const void* x, const TensorDescriptor* dy_desc,
 const void* dy, const ConvolutionDescriptor* convolution, const FilterDescriptor* dw_desc,
 void* dw, int requested, int* returned, Performance* results, void* space, size_t bytes) {
    return answer(__func__, [&](const char* call) {
        const Convolution v = convolution_of(x_desc, dw_desc, convolution, dy_desc);
        require(x != nullptr && dy != nullptr && dw != nullptr);
        submit(handle, call, [=] {
            use_workspace(call, space, bytes);
            write(call, "dw", v.w, dw,
                  convolve_backward_filter(v, read(call, "x", v.x, x), read(call, "dy", v.y, dy)));
        });
        find(handle, rank(backward_filter_algorithms(), v, bytes), requested, returned, results);
    });
}

CUDNN_CALL(cudnnGetConvolutionForwardWorkspaceSize)
(Handle* handle, const TensorDescriptor* x, const FilterDescriptor* w,
 const ConvolutionDescriptor* convolution, const TensorDescriptor* y, ForwardAlgorithm id,
 size_t* bytes) {
    return answer(__func__, [&](const char*) {
        answer_workspace(handle, forward_algorithms(), id, convolution_of(x, w, convolution, y),
                         bytes);
    });
}

CUDNN_CALL(cudnnGetConvolutionBackwardDataWorkspaceSize)
(Handle* handle, const FilterDescriptor* w, const TensorDescriptor* dy,
 const ConvolutionDescriptor* convolution, const TensorDescriptor* dx, BackwardDataAlgorithm id,
 size_t* bytes) {
    return answer(__func__, [&](const char*) {
        answer_workspace(handle, backward_data_algorithms(), id,
                         convolution_of(dx, w, convolution, dy), bytes);
    });
}

CUDNN_CALL(cudnnGetConvolutionBackwardFilterWorkspaceSize)
(Handle* handle, const TensorDescriptor* x, const TensorDescriptor* dy,
 const ConvolutionDescriptor* convolution, const FilterDescriptor* dw, BackwardFilterAlgorithm id,
 size_t* bytes) {
    return answer(__func__, [&](const char*) {
        answer_workspace(handle, backward_filter_algorithms(), id,
                         convolution_of(x, dw, convolution, dy), bytes);
    });
}
