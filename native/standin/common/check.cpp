// The checks of accesses by library calls and copies. Kernels have their own, one for each load and
// store, in cuda/hooks.cpp.
#include <algorithm>
#include <cstring>

#include "locked.h"
#include "memory.h"
#include "work.h"

namespace standin {

namespace {

// Index of the first byte that is not in the state, or n.
size_t first_other(const uint8_t* states, size_t n, uint8_t state) {
    if (n == 0 || (states[0] == state && std::memcmp(states, states + 1, n - 1) == 0)) return n;
    size_t i = 0;
    while (i < n && states[i] == state) i++;
    return i;
}

std::string span(const void* p, size_t bytes) {
    return std::to_string(bytes) + " bytes at " + describe(p);
}

}  // namespace

void check(const char* call, const std::string& what, const void* p, size_t bytes, Access access) {
    if (bytes == 0) return;
    MemoryLocked locked;
    const Allocation* a = find_allocation(p);
    const char* verb = access == Access::Read ? "reads " : "writes ";
    if (a == nullptr) {
        const char* fault = !in_arena(p) && p != nullptr ? "expected device memory; " : "";
        fail(call, what + ": " + (is_freed(p) ? "use after free: " : fault) + verb + span(p, bytes));
    }
    size_t left = a->bytes - static_cast<size_t>(static_cast<const char*>(p) - a->base);
    if (bytes > left) {
        fail(call, what + ": out of bounds: " + verb + span(p, bytes) + ", which ends " +
                       std::to_string(bytes - left) + " bytes before");
    }
    if (executing_context() != nullptr && a->context != executing_context()) {
        fail(call, what + ": " + describe(p) + " belongs to another context");
    }
    if (a->global) return;
    uint8_t* states = state_of(p);
    if (access != Access::Write) {
        size_t i = first_other(states, bytes, kWritten);
        if (i < bytes) {
            fail(call, what + ": reads uninitialised memory: " +
                           describe(static_cast<const char*>(p) + i) + " was never written");
        }
    }
    if (access != Access::Read) std::memset(states, kWritten, bytes);
}

void overrun(void* p, size_t bytes) {
    constexpr size_t kBehind = 16;
    MemoryLocked locked;
    const Allocation* a = find_allocation(p);
    if (a == nullptr) return;
    char* end = static_cast<char*>(p) + bytes;
    char* limit = std::min(end + kBehind, a->base + a->bytes);
    if (end < limit) std::memset(end, 0x5A, static_cast<size_t>(limit - end));
}

void device(const char* call, const char* argument, const void* p, size_t bytes, Access access) {
    check(call, argument, p, bytes, access);
}

void device(const char* call, const char* argument, const void* p, size_t rows, size_t row_bytes,
            size_t stride, Access access) {
    const char* row = static_cast<const char*>(p);
    for (size_t i = 0; i < rows; i++) check(call, argument, row + i * stride, row_bytes, access);
}

}  // namespace standin
