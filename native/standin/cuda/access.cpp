// What is checked of each load and store of a kernel.
#include <cxxabi.h>

#include "../common/faults.h"
#include "../common/memory.h"
#include "block.h"
#include "module.h"

namespace standin {

namespace {

std::string verb(bool write, size_t bytes) {
    return (write ? "writes " : "reads ") + std::to_string(bytes) +
           (bytes == 1 ? " byte" : " bytes");
}

bool within(const char* p, const char* from, size_t bytes) {
    return from != nullptr && static_cast<size_t>(p - from) < bytes;
}

}  // namespace

std::string Block::coordinates(unsigned thread) const {
    unsigned row = thread / launch->block[0];
    return "(" + std::to_string(thread % launch->block[0]) + ", " +
           std::to_string(row % launch->block[1]) + ", " + std::to_string(row / launch->block[1]) +
           ")";
}

std::string Block::place(const std::string& message, const std::string& where) const {
    const unsigned* b = standin_state.block;
    return (where.empty() ? "" : where + ": ") + "thread " + coordinates(current) + " of block (" +
           std::to_string(b[0]) + ", " + std::to_string(b[1]) + ", " + std::to_string(b[2]) +
           "): " + message;
}

void Block::fault_at(const std::string& message, const std::string& where) const {
    fail("kernel " + launch->function->name, place(message, where));
}

void Block::fault(const std::string& message, const void* code) const {
    fault_at(message, source_line(*launch->function->module, code));
}

void Block::illegal_at(const std::string& message, const std::string& where, int error) {
    if (!planted("illegal")) fault_at(message, where);
    tell("kernel " + launch->function->name, place(message, where));
    executing_context()->error = error;
    abandon();
}

void Block::illegal(const std::string& message, const void* code, int error) {
    illegal_at(message, source_line(*launch->function->module, code), error);
}

void Block::access(const void* address, size_t bytes, bool write, bool atomic, const void* code) {
    const char* p = static_cast<const char*>(address);
    if (reinterpret_cast<uintptr_t>(p) % bytes != 0 && bytes <= 16 && (bytes & (bytes - 1)) == 0) {
        illegal("misaligned: " + verb(write, bytes) + " at " + describe(p), code,
                CUDA_ERROR_MISALIGNED_ADDRESS);
    }
    if (in_arena(p)) {
        uint8_t* states = state_of(p);
        bool good = true;
        for (size_t i = 0; i < bytes; i++) {
            bool reads = !write || atomic;
            good = good && (states[i] == kWritten || (!reads && states[i] == kUnwritten));
        }
        if (!good) arena_fault(p, bytes, write && !atomic, code);
        if (write) {
            for (size_t i = 0; i < bytes; i++) states[i] = kWritten;
        }
        if (global_races != nullptr) check_global(p, bytes, write, atomic, code);
        return;
    }
    if (within(p, fiber->stack, kStackBytes)) return;
    if (shared_access(p, bytes, write, atomic, code)) return;
    other_access(p, bytes, write, code);
    if (atomic && global_races != nullptr) global_races->atomic();
}

void Block::arena_fault(const char* p, size_t bytes, bool write, const void* code) {
    std::string what = verb(write, bytes) + " at ";
    const Allocation* a = find_allocation(p);
    if (is_freed(p)) {
        illegal("use after free: " + what + describe(p), code, CUDA_ERROR_ILLEGAL_ADDRESS);
    }
    if (a == nullptr || p + bytes > a->base + a->bytes) {
        illegal("out of bounds: " + what + describe(p), code, CUDA_ERROR_ILLEGAL_ADDRESS);
    }
    fault("uninitialised read: " + what + describe(p) + ", never written", code);
}

// The memory of the module on this thread, then the dynamic memory of the launch.
bool Block::shared_access(const char* p, size_t bytes, bool write, bool atomic, const void* code) {
    const CUmod_st& module = *launch->function->module;
    if (within(p, fixed, module.tls_bytes)) {
        size_t at = static_cast<size_t>(p - fixed);
        for (const CUmod_st::Shared& variable : module.shared) {
            bool inside = at >= variable.offset && at < variable.offset + variable.bytes;
            if (inside && at + bytes <= variable.offset + variable.bytes) {
                check_shared(at, p, bytes, write, atomic, code);
                return true;
            }
        }
        illegal("out of bounds: " + verb(write, bytes) + " of shared memory, past " + shared_name(p),
                code, CUDA_ERROR_ILLEGAL_ADDRESS);
    }
    if (!within(p, dynamic, kMaxDynamicShared)) return false;
    size_t at = static_cast<size_t>(p - dynamic);
    if (at + bytes > launch->shared_bytes) {
        illegal("out of bounds: " + verb(write, bytes) + " at byte " + std::to_string(at) + " of " +
                    std::to_string(launch->shared_bytes) + " bytes of dynamic shared memory",
                code, CUDA_ERROR_ILLEGAL_ADDRESS);
    }
    check_shared(module.tls_bytes + at, p, bytes, write, atomic, code);
    return true;
}

std::string Block::shared_name(const char* p) const {
    if (within(p, dynamic, kMaxDynamicShared)) {
        return "dynamic shared memory[byte " + std::to_string(p - dynamic) + "]";
    }
    size_t at = static_cast<size_t>(p - fixed);
    std::string name = "shared memory";
    for (const CUmod_st::Shared& variable : launch->function->module->shared) {
        if (variable.offset > at) break;
        name = variable.name + "[byte " + std::to_string(at - variable.offset) + "]";
    }
    return name;
}

void Block::race(const Races& found, const std::string& access, const void* code) const {
    Races::Who other = found.other();
    std::string who = other.of_this_block ? "thread " + coordinates(other.thread) : "another block";
    fault("race: " + access + ", which " + who + (other.write ? " wrote" : " read") +
              (other.of_this_block ? " since the last barrier" : " in the same launch"),
          code);
}

void Block::check_shared(size_t at, const char* p, size_t bytes, bool write, bool atomic,
                         const void* code) {
    for (size_t i = 0; i < bytes; i++) {
        if ((!write || atomic) && !races.written(at + i)) {
            fault("uninitialised read: " + verb(false, bytes) + " of " + shared_name(p + i) +
                      ", which this block has not written yet (is a barrier missing?)",
                  code);
        }
        uint16_t warp_epoch = warp_epochs[current / kWarp];
        if (!races.note(races.at(at + i), current, warp_epoch, write, atomic)) {
            race(races, verb(write, bytes) + " of " + shared_name(p + i), code);
        }
    }
}

void Block::check_global(const char* p, size_t bytes, bool write, bool atomic, const void* code) {
    Cell* cells = global_races->at(p);
    for (size_t i = 0; i < bytes; i++) {
        uint16_t warp_epoch = warp_epochs[current / kWarp];
        if (!global_races->note(cells[i], current, warp_epoch, write, atomic)) {
            race(*global_races, verb(write, bytes) + " at " + describe(p), code);
        }
    }
    if (atomic) global_races->atomic();
}

// Constants and variables of the module, and pinned host memory, are open to kernels.
void Block::other_access(const char* p, size_t bytes, bool write, const void* code) {
    const CUmod_st& module = *launch->function->module;
    if (within(p, module.base, module.bytes)) return;
    if (const PinnedRange* range = find_pinned(p)) {
        if (p + bytes <= range->base + range->bytes) return;
        illegal("out of bounds: " + verb(write, bytes) + " at " + describe(p), code,
                CUDA_ERROR_ILLEGAL_ADDRESS);
    }
    std::string what = p == nullptr ? "a null pointer" : describe(p);
    illegal(verb(write, bytes) + " at " + what + "; expected a device pointer", code,
            CUDA_ERROR_ILLEGAL_ADDRESS);
}

}  // namespace standin
