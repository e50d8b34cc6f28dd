// Launches, occupancy, attributes of functions.
#include "launch.h"

#include <algorithm>
#include <cstring>

#include "../common/faults.h"
#include "../common/gpu.h"
#include "../common/random.h"
#include "block.h"
#include "graph.h"
#include "module.h"

using namespace standin;

namespace {

constexpr size_t kSharedWithoutAsking = 49152;
constexpr unsigned kMaxThreads = 1024;
constexpr unsigned kMaxBlock[3] = {1024, 1024, 64};
constexpr unsigned kMaxGrid[3] = {2147483647, 65535, 65535};
constexpr size_t kTasks = 64;

// Keys of the array `extra`, which may stand for params.
void* const kEnd = nullptr;
void* const kBuffer = reinterpret_cast<void*>(1);

size_t allowed_shared(const CUfunc_st& function) {
    return std::max(kSharedWithoutAsking, function.max_dynamic_shared);
}

int check_shape(const CUfunc_st& function, const unsigned grid[3], const unsigned block[3],
                unsigned shared_bytes) {
    uint64_t threads = 1;
    for (int i = 0; i < 3; i++) {
        if (grid[i] == 0 || grid[i] > kMaxGrid[i]) return CUDA_ERROR_INVALID_VALUE;
        if (block[i] == 0 || block[i] > kMaxBlock[i]) return CUDA_ERROR_INVALID_VALUE;
        threads *= block[i];
    }
    if (threads > kMaxThreads) return CUDA_ERROR_INVALID_VALUE;
    unsigned bound = function.kernel->max_threads;
    if (bound != 0 && threads > bound) return CUDA_ERROR_INVALID_VALUE;
    size_t shared = function.module->tls_bytes + shared_bytes;
    return shared > allowed_shared(function) ? CUDA_ERROR_INVALID_VALUE : CUDA_SUCCESS;
}

// The buffer holds the parameters one after the other, each at a multiple of its size.
bool split_buffer(const standin_kernel& kernel, void** extra, std::vector<void*>* params) {
    char* buffer = nullptr;
    for (; *extra != kEnd; extra += 2) {
        if (*extra == kBuffer) buffer = static_cast<char*>(extra[1]);
    }
    size_t at = 0;
    for (unsigned i = 0; buffer != nullptr && i < kernel.count; i++) {
        size_t alignment = std::min<size_t>(kernel.sizes[i] & -kernel.sizes[i], 16);
        at = (at + alignment - 1) / alignment * alignment;
        params->push_back(buffer + at);
        at += kernel.sizes[i];
    }
    return buffer != nullptr;
}

int launch(CUfunc_st* function, const unsigned grid[3], const unsigned block[3],
           unsigned shared_bytes, CUstream_st* stream, void** params, void** extra,
           bool cooperative) {
    return call([&](CUctx_st&) -> int {
        std::shared_ptr<Launch> launch;
        int status =
            make_launch(function, grid, block, shared_bytes, cooperative, params, extra, &launch);
        if (status != CUDA_SUCCESS) return status;
        status = submit_node(stream, kKernelNode, "cuLaunchKernel", [launch] { run(*launch); });
        CUstream_st* resolved = resolve(stream);
        if (status == CUDA_SUCCESS && resolved->capture) captured_node(resolved)->launch = launch;
        return status;
    });
}

int active_blocks(const CUfunc_st& function, int block, size_t dynamic) {
    if (block < 1 || static_cast<unsigned>(block) > kMaxThreads) return 0;
    size_t shared = function.module->tls_bytes + dynamic;
    if (shared > allowed_shared(function)) return 0;
    auto warps = (static_cast<unsigned>(block) + kWarp - 1) / kWarp;
    auto most = static_cast<size_t>(gpu().blocks_per_processor);
    size_t by_shared =
        shared == 0 ? most : gpu().shared_per_processor / (shared + gpu().shared_reserved);
    size_t by_threads = static_cast<size_t>(gpu().threads_per_processor) / (warps * kWarp);
    return static_cast<int>(std::min({by_shared, by_threads, most}));
}

}  // namespace

namespace standin {

int make_launch(CUfunc_st* function, const unsigned grid[3], const unsigned block[3],
                unsigned shared_bytes, bool cooperative, void** params, void** extra,
                std::shared_ptr<Launch>* result) {
    if (!is_function(function)) return CUDA_ERROR_INVALID_HANDLE;
    if (int status = check_shape(*function, grid, block, shared_bytes)) return status;
    const standin_kernel& kernel = *function->kernel;
    std::vector<void*> values;
    if (kernel.count > 0 && params != nullptr) {
        if (extra != nullptr) return CUDA_ERROR_INVALID_VALUE;
        values.assign(params, params + kernel.count);
    } else if (kernel.count > 0) {
        if (extra == nullptr || !split_buffer(kernel, extra, &values)) {
            return CUDA_ERROR_INVALID_VALUE;
        }
    }
    auto launch = std::make_shared<Launch>();
    launch->function = function;
    std::copy_n(grid, 3, launch->grid);
    std::copy_n(block, 3, launch->block);
    launch->shared_bytes = shared_bytes;
    launch->cooperative = cooperative;
    for (unsigned i = 0; i < kernel.count; i++) {
        if (values[i] == nullptr) return CUDA_ERROR_INVALID_VALUE;
        auto* bytes = static_cast<uint8_t*>(values[i]);
        launch->arguments.emplace_back(bytes, bytes + kernel.sizes[i]);
    }
    *result = launch;
    return CUDA_SUCCESS;
}

void run(const Launch& launch) {
    static uint64_t launches = 0;
    size_t blocks = size_t{launch.grid[0]} * launch.grid[1] * launch.grid[2];
    Order order(blocks, ++launches);
    size_t tasks = std::min(blocks, kTasks);
    if (global_races != nullptr) {
        tasks = 1;
        global_races->new_launch();
    }
    if (strikes("break", launch.function->name)) {
        tell("kernel " + launch.function->name, "taken for one with an illegal access");
        executing_context()->error = CUDA_ERROR_ILLEGAL_ADDRESS;
        return;
    }
    std::vector<void*> params;
    for (const auto& argument : launch.arguments) {
        params.push_back(const_cast<uint8_t*>(argument.data()));
    }
    parallel(tasks, [&](size_t task) {
        Block& block = Block::of_this_thread();
        size_t end = blocks * (task + 1) / tasks;
        for (size_t i = blocks * task / tasks; i < end; i++) {
            if (executing_context()->error != 0) return;
            block.run(launch, const_cast<void**>(params.data()), order(i));
        }
    });
}

}  // namespace standin

CUDA_API int cuLaunchKernel(CUfunc_st* function, unsigned gx, unsigned gy, unsigned gz, unsigned bx,
                            unsigned by, unsigned bz, unsigned shared, CUstream_st* stream,
                            void** params, void** extra) {
    unsigned grid[3] = {gx, gy, gz};
    unsigned block[3] = {bx, by, bz};
    return launch(function, grid, block, shared, stream, params, extra, false);
}

CUDA_API int cuLaunchCooperativeKernel(CUfunc_st* function, unsigned gx, unsigned gy, unsigned gz,
                                       unsigned bx, unsigned by, unsigned bz, unsigned shared,
                                       CUstream_st* stream, void** params) {
    unsigned grid[3] = {gx, gy, gz};
    unsigned block[3] = {bx, by, bz};
    return launch(function, grid, block, shared, stream, params, nullptr, true);
}

// Attributes by the numbers of CUfunction_attribute.
CUDA_API int cuFuncGetAttribute(int* value, int attribute, CUfunc_st* function) {
    return call([&](CUctx_st&) -> int {
        if (value == nullptr) return CUDA_ERROR_INVALID_VALUE;
        if (!is_function(function)) return CUDA_ERROR_INVALID_HANDLE;
        unsigned bound = function->kernel->max_threads;
        const int values[] = {
            static_cast<int>(bound != 0 ? bound : kMaxThreads),
            static_cast<int>(function->module->tls_bytes),
            0,   // constant memory
            0,   // local memory
            32,  // registers
            compute_capability(),
            compute_capability(),
            0,  // cached loads
            static_cast<int>(allowed_shared(*function) - function->module->tls_bytes),
            -1,  // preferred carve-out
        };
        bool known = attribute >= 0 && attribute < static_cast<int>(std::size(values));
        *value = known ? values[attribute] : 0;
        return known ? CUDA_SUCCESS : CUDA_ERROR_INVALID_VALUE;
    });
}

CUDA_API int cuFuncSetAttribute(CUfunc_st* function, int attribute, int value) {
    return call([&](CUctx_st&) -> int {
        constexpr int kMaxDynamic = 8;
        constexpr int kCarveOut = 9;
        if (!is_function(function)) return CUDA_ERROR_INVALID_HANDLE;
        if (attribute == kCarveOut) return CUDA_SUCCESS;
        if (attribute != kMaxDynamic || value < 0) return CUDA_ERROR_INVALID_VALUE;
        size_t total = function->module->tls_bytes + static_cast<size_t>(value);
        if (total > gpu().shared_per_block) return CUDA_ERROR_INVALID_VALUE;
        function->max_dynamic_shared = total;
        return CUDA_SUCCESS;
    });
}

CUDA_API int cuFuncSetCacheConfig(CUfunc_st* function, int) {
    return call([&](CUctx_st&) -> int {
        return is_function(function) ? CUDA_SUCCESS : CUDA_ERROR_INVALID_HANDLE;
    });
}

CUDA_API int cuOccupancyMaxActiveBlocksPerMultiprocessorWithFlags(int* blocks, CUfunc_st* function,
                                                                  int block, size_t dynamic,
                                                                  unsigned flags) {
    return call([&](CUctx_st&) -> int {
        if (blocks == nullptr || flags > 1 || block < 1) return CUDA_ERROR_INVALID_VALUE;
        if (!is_function(function)) return CUDA_ERROR_INVALID_HANDLE;
        *blocks = active_blocks(*function, block, dynamic);
        return CUDA_SUCCESS;
    });
}

CUDA_API int cuOccupancyMaxActiveBlocksPerMultiprocessor(int* blocks, CUfunc_st* function,
                                                         int block, size_t dynamic) {
    return cuOccupancyMaxActiveBlocksPerMultiprocessorWithFlags(blocks, function, block, dynamic,
                                                                0);
}

CUDA_API int cuOccupancyMaxPotentialBlockSizeWithFlags(int* min_grid, int* block,
                                                       CUfunc_st* function,
                                                       size_t (*shared_of_block)(int),
                                                       size_t dynamic, int limit, unsigned flags) {
    return call([&](CUctx_st&) -> int {
        if (min_grid == nullptr || block == nullptr || flags > 1) return CUDA_ERROR_INVALID_VALUE;
        if (!is_function(function)) return CUDA_ERROR_INVALID_HANDLE;
        int most = static_cast<int>(kMaxThreads);
        if (function->kernel->max_threads != 0)
            most = static_cast<int>(function->kernel->max_threads);
        if (limit > 0) most = std::min(most, limit);
        int best = 0;
        *block = 0;
        for (int size = most; size > 0; size = size > 32 ? (size - 1) / 32 * 32 : 0) {
            size_t bytes = shared_of_block != nullptr ? shared_of_block(size) : dynamic;
            int blocks = active_blocks(*function, size, bytes);
            if (blocks * size <= best) continue;
            best = blocks * size;
            *block = size;
            *min_grid = blocks * attribute(16);
        }
        return CUDA_SUCCESS;
    });
}

CUDA_API int cuOccupancyMaxPotentialBlockSize(int* min_grid, int* block, CUfunc_st* function,
                                              size_t (*shared_of_block)(int), size_t dynamic,
                                              int limit) {
    return cuOccupancyMaxPotentialBlockSizeWithFlags(min_grid, block, function, shared_of_block,
                                                     dynamic, limit, 0);
}

CUDA_API int cuOccupancyAvailableDynamicSMemPerBlock(size_t* bytes, CUfunc_st* function, int blocks,
                                                     int) {
    return call([&](CUctx_st&) -> int {
        if (bytes == nullptr || blocks < 1) return CUDA_ERROR_INVALID_VALUE;
        if (!is_function(function)) return CUDA_ERROR_INVALID_HANDLE;
        size_t each = gpu().shared_per_processor / static_cast<size_t>(blocks) -
                      gpu().shared_reserved;
        size_t most = std::min(each, allowed_shared(*function));
        size_t fixed = function->module->tls_bytes;
        *bytes = most > fixed ? most - fixed : 0;
        return CUDA_SUCCESS;
    });
}
