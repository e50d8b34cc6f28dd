// What compiled kernels call: g++ -fsanitize=thread puts a call before each load and store, which
// without its runtime are ours to define; g++ -fsanitize=bounds one where an index is out of range.
#include <cstring>

#include "../common/memory.h"
#include "block.h"
#include "driver.h"

using standin::Block;

#define HOOK extern "C" __attribute__((visibility("default")))

namespace {

// The common case by one comparison: device memory, all of it written, or about to be.
template <class T>
inline void hook(const void* p, bool write, const void* code) {
    constexpr T ones = static_cast<T>(0x0101010101010101u);
    constexpr T written = static_cast<T>(2 * ones);
    bool aligned = reinterpret_cast<uintptr_t>(p) % sizeof(T) == 0;
    if (standin::in_arena(p) && aligned && standin::global_races == nullptr) {
        T states;
        std::memcpy(&states, standin::state_of(p), sizeof states);
        if (states == written) return;
        // Each byte is 1 (unwritten) or 2 (written) if its two low bits differ.
        if (write && static_cast<T>((states ^ (states >> 1)) & ones) == ones) {
            std::memcpy(standin::state_of(p), &written, sizeof written);
            return;
        }
    }
    Block* block = Block::running();
    if (block != nullptr) block->access(p, sizeof(T), write, false, code);
}

void range(const void* p, size_t bytes, bool write, const void* code) {
    Block* block = Block::running();
    const char* bytes_at = static_cast<const char*>(p);
    for (size_t i = 0; block != nullptr && i < bytes; i++) {
        block->access(bytes_at + i, 1, write, false, code);
    }
}

uint64_t word(const void* value, size_t bytes) {
    uint64_t result = 0;
    if (value != nullptr) std::memcpy(&result, value, bytes);
    return result;
}

struct SourceLocation {
    const char* file;
    unsigned line;
    unsigned column;
};

}  // namespace

#define CALLER __builtin_return_address(0)
#define HOOKS(bytes, type)                                                              \
    HOOK void __tsan_read##bytes(void* p) { hook<type>(p, false, CALLER); }             \
    HOOK void __tsan_write##bytes(void* p) { hook<type>(p, true, CALLER); }             \
    HOOK void __tsan_volatile_read##bytes(void* p) { hook<type>(p, false, CALLER); }    \
    HOOK void __tsan_volatile_write##bytes(void* p) { hook<type>(p, true, CALLER); }    \
    HOOK void __tsan_unaligned_read##bytes(void* p) { range(p, bytes, false, CALLER); } \
    HOOK void __tsan_unaligned_write##bytes(void* p) { range(p, bytes, true, CALLER); }

HOOKS(1, uint8_t)
HOOKS(2, uint16_t)
HOOKS(4, uint32_t)
HOOKS(8, uint64_t)

HOOK void __tsan_read16(void* p) {
    if (Block* block = Block::running()) block->access(p, 16, false, false, CALLER);
}
HOOK void __tsan_write16(void* p) {
    if (Block* block = Block::running()) block->access(p, 16, true, false, CALLER);
}
HOOK void __tsan_read_range(void* p, size_t bytes) { range(p, bytes, false, CALLER); }
HOOK void __tsan_write_range(void* p, size_t bytes) { range(p, bytes, true, CALLER); }
HOOK void __tsan_vptr_update(void**, void*) {}
HOOK void __tsan_init() {}
HOOK void __tsan_func_entry(void*) {}
HOOK void __tsan_func_exit() {}

HOOK void __ubsan_handle_out_of_bounds(const SourceLocation* where, uint64_t index) {
    Block* block = Block::running();
    const char* slash = std::strrchr(where->file, '/');
    std::string line =
        std::string(slash != nullptr ? slash + 1 : where->file) + ":" + std::to_string(where->line);
    std::string message = "out of bounds: index " + std::to_string(static_cast<int64_t>(index)) +
                          " of an array of fixed size";
    if (block == nullptr) standin::fail("kernel", line + ": " + message);
    block->illegal_at(message, line, CUDA_ERROR_ILLEGAL_ADDRESS);
}

HOOK int standin_barrier(int predicate, const standin_site* site) {
    return Block::running()->barrier(predicate, site);
}

HOOK unsigned standin_warp(unsigned mask, const void* value, size_t bytes, uint64_t* values,
                           const standin_site* site) {
    return Block::running()->warp(mask, word(value, bytes), values, site);
}

HOOK uint64_t standin_shuffle(unsigned mask, const void* value, size_t bytes, int source,
                              const standin_site* site) {
    return Block::running()->shuffle(mask, word(value, bytes), source, site);
}

HOOK unsigned standin_active_mask() { return Block::running()->active_mask(); }

HOOK unsigned standin_lane() { return Block::running()->thread() % standin::kWarp; }

HOOK void standin_atomic(void* p, size_t bytes, const char*) {
    Block::running()->access(p, bytes, true, true, __builtin_return_address(0));
}

HOOK void* standin_dynamic_shared() { return Block::running()->dynamic_shared(); }

HOOK void standin_assert(const char* expression, const char* file, int line) {
    std::string where = std::string(file) + ":" + std::to_string(line);
    Block::running()->illegal_at(std::string("assertion failed: ") + expression, where,
                                 CUDA_ERROR_ASSERT);
}
