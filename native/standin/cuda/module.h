// Modules: shared objects that the stand-in's NVRTC made.
#pragma once

#include <map>
#include <memory>
#include <string>
#include <vector>

#include "driver.h"
#include "launch.h"

struct CUfunc_st {
    CUmod_st* module;
    std::string name;
    const standin_kernel* kernel;
    size_t max_dynamic_shared;
};

struct CUmod_st {
    // One variable in shared memory: its place in the module's block of thread-local memory.
    struct Shared {
        std::string name;
        size_t offset, bytes;
    };

    CUctx_st* context;
    void* handle;  // of dlopen
    int file;
    char* base;  // where it is mapped
    size_t bytes;
    size_t tls_module;
    size_t tls_bytes;
    std::vector<Shared> shared;
    std::map<std::string, std::unique_ptr<CUfunc_st>> functions;
    std::vector<char*> globals;
};

namespace standin {

bool is_function(const CUfunc_st* function);

// "file:line" of an address of code, or "" where it is not known.
std::string source_line(const CUmod_st& module, const void* address);

}  // namespace standin
