// Device and pinned memory, and what is known of every byte of it.
//
// All device memory lies in one reserved range of addresses; a second range of the same size holds
// a byte of state for each of its bytes. Addresses are used again only when the range is used up,
// so a pointer to freed memory stays recognisable. Between allocations lie bytes that belong to
// nobody.
#pragma once

#include <cstdint>
#include <map>
#include <string>

#include "standin.h"

namespace standin {

constexpr size_t kArenaBytes = size_t{1} << 38;
constexpr size_t kAlignment = 512;

enum State : uint8_t { kNobody = 0, kUnwritten = 1, kWritten = 2 };

struct Allocation {
    char* base;
    size_t bytes;
    CUctx_st* context;
    uint64_t id;
    std::string call;  // that made it
    bool global;       // a variable of a module, outside of the arena
};

struct PinnedRange {
    char* base;
    size_t bytes;
    CUctx_st* context;
    unsigned flags;
    bool registered;  // the program's own memory, made known by cuMemHostRegister
};

// Where the range and its states are. Hidden symbols: the hooks of kernels read them directly.
extern char* arena_base;
extern uint8_t* arena_states;

inline bool in_arena(const void* p) {
    return static_cast<size_t>(static_cast<const char*>(p) - arena_base) < kArenaBytes;
}

inline uint8_t* state_of(const void* p) {
    return arena_states + (static_cast<const char*>(p) - arena_base);
}

// Null where the device's memory is used up.
void* allocate(size_t bytes, CUctx_st* context, const char* call);

// Ends the run on a pointer that is not the start of a live allocation.
void release(void* p, const char* call);

// The live allocation that p lies in, or null.
const Allocation* find_allocation(const void* p);

// Whether p lies in memory that was freed, and whose addresses were not used again.
bool is_freed(const void* p);

// Frees what a context still holds, without asking: for its destruction.
void release_all(CUctx_st* context);

size_t memory_total();
size_t memory_free();
const std::map<char*, Allocation>& allocations();

void* allocate_pinned(size_t bytes, unsigned flags, CUctx_st* context);
// False if the range is taken already.
bool register_pinned(void* p, size_t bytes, unsigned flags, CUctx_st* context);
// False if p is not the start of such a range.
bool release_pinned(void* p, bool registered);
const PinnedRange* find_pinned(const void* p);
const std::map<char*, PinnedRange>& pinned_ranges();

// Global variables of modules count as device memory that is written.
void note_global(void* p, size_t bytes, CUctx_st* context, const char* name);
void forget_global(void* p);

// "16 bytes into allocation 3 (64 bytes, by cuMemAlloc)", or whatever else is known of the pointer.
std::string describe(const void* p);

// Ends the run with what is wrong with an access of bytes at p, if something is.
void check(const char* call, const std::string& what, const void* p, size_t bytes, Access access);

}  // namespace standin
