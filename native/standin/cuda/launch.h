// One launch of a kernel: what to call, over which grid, with which arguments.
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "../kernel/standin_abi.h"

struct CUfunc_st;  // module.h

namespace standin {

struct Launch {
    CUfunc_st* function;
    unsigned grid[3];
    unsigned block[3];
    unsigned shared_bytes;
    bool cooperative;
    std::vector<std::vector<uint8_t>> arguments;
};

// Copies the arguments: CUDA allows params to change once the launch call is back. CUDA_SUCCESS, or
// what is wrong with the launch.
int make_launch(CUfunc_st* function, const unsigned grid[3], const unsigned block[3],
                unsigned shared_bytes, bool cooperative, void** params, void** extra,
                std::shared_ptr<Launch>* launch);

// Runs all blocks; returns when all are done.
void run(const Launch& launch);

}  // namespace standin
