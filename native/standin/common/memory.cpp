#include "memory.h"

#include <sys/mman.h>

#include <algorithm>
#include <cstdlib>
#include <cstring>
#include <deque>
#include <utility>

#include "locked.h"

namespace standin {

char* arena_base = nullptr;
uint8_t* arena_states = nullptr;

namespace {

constexpr size_t kDefaultMegabytes = 4096;
constexpr size_t kFreedKept = 4096;
constexpr size_t kPage = size_t{2} << 20;  // of the device
// NaN as half, bfloat16, float and double (signalling as a double).
constexpr uint16_t kPoison = 0x7FF7;

std::map<char*, Allocation> live;
std::map<char*, Allocation> freed;  // kept while their addresses are not used again
std::map<char*, PinnedRange> pinned;
std::map<char*, Allocation> globals;

// What is taken: by small allocations, which share pages, by whole pages, and by libraries.
size_t small = 0;
size_t paged = 0;
std::map<CUctx_st*, size_t> of_libraries;

size_t next = kAlignment;
uint64_t allocation_id = 0;

void* reserve(size_t bytes) {
    void* p = mmap(nullptr, bytes, PROT_READ | PROT_WRITE,
                   MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
    if (p == MAP_FAILED) fail("cuInit", "cannot reserve addresses; is `ulimit -v` set?");
    return p;
}

struct Reservation {
    Reservation() {
        arena_base = static_cast<char*>(reserve(kArenaBytes));
        arena_states = static_cast<uint8_t*>(reserve(kArenaBytes));
    }
} reservation;

size_t round_up(size_t bytes) { return (bytes + kAlignment - 1) / kAlignment * kAlignment; }

// Offset of a hole for `bytes` and the space after it: the next addresses, from the start again at
// the end of the range, past what is live.
size_t hole(size_t bytes) {
    size_t needed = round_up(bytes) + kAlignment;
    for (int pass = 0; pass < 2; pass++) {
        size_t at = next;
        while (at + needed <= kArenaBytes) {
            auto after = live.lower_bound(arena_base + at);
            if (after == live.end() || after->first >= arena_base + at + needed) return at;
            at = static_cast<size_t>(after->first - arena_base) + round_up(after->second.bytes) +
                 kAlignment;
        }
        next = kAlignment;
    }
    return 0;
}

void forget_freed(char* from, char* to) {
    auto entry = freed.lower_bound(from);
    while (entry != freed.end() && entry->first < to) entry = freed.erase(entry);
}

const Allocation* containing(const std::map<char*, Allocation>& map, const void* p) {
    char* address = const_cast<char*>(static_cast<const char*>(p));
    auto entry = map.upper_bound(address);
    if (entry == map.begin()) return nullptr;
    --entry;
    bool inside = address < entry->first + entry->second.bytes || address == entry->first;
    return inside ? &entry->second : nullptr;
}

std::string name(const Allocation& a) {
    return "allocation " + std::to_string(a.id) + " (" + std::to_string(a.bytes) + " bytes, by " +
           a.call + ")";
}

// The allocation that ends before p, if p lies in the space that follows it.
const Allocation* overrun(const void* p) {
    char* address = const_cast<char*>(static_cast<const char*>(p));
    auto entry = live.upper_bound(address);
    if (entry == live.begin()) return nullptr;
    --entry;
    return address < entry->first + round_up(entry->second.bytes) + kAlignment ? &entry->second
                                                                               : nullptr;
}

}  // namespace

size_t memory_total() {
    static const size_t total = [] {
        const char* text = std::getenv("RETROGRAD_STANDIN_MEMORY_MB");
        return (text ? std::strtoull(text, nullptr, 10) : kDefaultMegabytes) << 20;
    }();
    return total;
}

static size_t pages(size_t bytes) { return (bytes + kPage - 1) / kPage * kPage; }

static bool is_small(size_t bytes) { return bytes < kPage / 2; }

// Adds an allocation to what is taken, or removes it.
static void account(size_t bytes, int sign) {
    size_t& taken = is_small(bytes) ? small : paged;
    size_t whole = is_small(bytes) ? round_up(bytes) : pages(bytes);
    taken = sign > 0 ? taken + whole : taken - whole;
}

size_t memory_free() {
    size_t taken = pages(small) + paged;
    for (const auto& [context, bytes] : of_libraries) taken += bytes;
    return memory_total() - taken;
}

bool take_library_memory(size_t bytes) {
    MemoryLocked locked;
    if (pages(bytes) > memory_free()) return false;
    of_libraries[current_context()] += pages(bytes);
    return true;
}

void return_library_memory(size_t bytes) {
    MemoryLocked locked;
    auto entry = of_libraries.find(current_context());
    if (entry != of_libraries.end()) entry->second -= std::min(entry->second, pages(bytes));
}

const std::map<char*, Allocation>& allocations() { return live; }

void* allocate(size_t bytes, CUctx_st* context, const char* call) {
    MemoryLocked locked;
    size_t held = is_small(bytes) ? pages(small + round_up(bytes)) - pages(small) : pages(bytes);
    if (held > memory_free()) return nullptr;
    size_t at = hole(bytes);
    if (at == 0) return nullptr;
    char* base = arena_base + at;
    next = at + round_up(bytes) + kAlignment;
    forget_freed(base, arena_base + next);
    std::memset(state_of(base), kUnwritten, bytes);
    auto* words = reinterpret_cast<uint16_t*>(base);
    for (size_t i = 0; i < (bytes + 1) / 2; i++) words[i] = kPoison;
    live[base] = {base, bytes, context, ++allocation_id, call, false};
    account(bytes, 1);
    return base;
}

// Gives the host's memory of [from, to) back, with the pages that it begins and ends in where
// nothing live has a part of them: that lies up to `before` and from `after` on.
static void give_back(uintptr_t before, uintptr_t from, uintptr_t to, uintptr_t after) {
    constexpr uintptr_t kHostPage = 4096;
    uintptr_t first =
        std::max(from / kHostPage * kHostPage, (before + kHostPage - 1) / kHostPage * kHostPage);
    uintptr_t last =
        std::min((to + kHostPage - 1) / kHostPage * kHostPage, after / kHostPage * kHostPage);
    if (first < last) madvise(reinterpret_cast<void*>(first), last - first, MADV_DONTNEED);
}

// The same for a range of the arena and for the states of its bytes.
static void give_back(const Allocation& gone) {
    auto following = live.lower_bound(gone.base);
    uintptr_t before = 0;
    if (following != live.begin()) {
        const Allocation& previous = std::prev(following)->second;
        before = reinterpret_cast<uintptr_t>(previous.base) + previous.bytes;
    }
    uintptr_t after = following == live.end() ? UINTPTR_MAX
                                              : reinterpret_cast<uintptr_t>(following->first);
    uintptr_t from = reinterpret_cast<uintptr_t>(gone.base);
    give_back(before, from, from + gone.bytes, after);
    ptrdiff_t states = reinterpret_cast<char*>(arena_states) - arena_base;
    give_back(before == 0 ? 0 : before + states, from + states, from + gone.bytes + states,
              after == UINTPTR_MAX ? after : after + states);
}

// Only so many are remembered, so that long runs take no more memory than short ones.
static void remember_freed(const Allocation& gone) {
    static std::deque<std::pair<char*, uint64_t>> order;
    freed[gone.base] = gone;
    order.emplace_back(gone.base, gone.id);
    if (order.size() <= kFreedKept) return;
    auto oldest = freed.find(order.front().first);
    if (oldest != freed.end() && oldest->second.id == order.front().second) freed.erase(oldest);
    order.pop_front();
}

static void drop(std::map<char*, Allocation>::iterator entry) {
    Allocation gone = entry->second;
    std::memset(state_of(gone.base), kNobody, gone.bytes);
    account(gone.bytes, -1);
    live.erase(entry);
    give_back(gone);
    remember_freed(gone);
}

void release(void* p, const char* call) {
    MemoryLocked locked;
    auto entry = live.find(static_cast<char*>(p));
    if (entry != live.end()) {
        drop(entry);
        return;
    }
    auto before = freed.find(static_cast<char*>(p));
    if (before != freed.end()) fail(call, "double free of " + name(before->second));
    fail(call, "expected the start of a live allocation, got " + describe(p));
}

void release_all(CUctx_st* context) {
    MemoryLocked locked;
    for (auto entry = live.begin(); entry != live.end();) {
        auto following = std::next(entry);
        if (entry->second.context == context) drop(entry);
        entry = following;
    }
    for (auto entry = pinned.begin(); entry != pinned.end();) {
        auto following = std::next(entry);
        const PinnedRange& range = entry->second;
        if (range.context == context) release_pinned(range.base, range.registered);
        entry = following;
    }
    of_libraries.erase(context);
}

const Allocation* find_allocation(const void* p) {
    MemoryLocked locked;
    return containing(in_arena(p) ? live : globals, p);
}

bool is_freed(const void* p) {
    MemoryLocked locked;
    return in_arena(p) && containing(freed, p) != nullptr;
}

bool is_device(const void* p) { return find_allocation(p) != nullptr; }

void* allocate_pinned(size_t bytes, unsigned flags, CUctx_st* context) {
    MemoryLocked locked;
    void* p = std::aligned_alloc(4096, (bytes + 4095) / 4096 * 4096);
    if (p == nullptr) return nullptr;
    std::memset(p, 0xA5, bytes);
    pinned[static_cast<char*>(p)] = {static_cast<char*>(p), bytes, context, flags, false};
    return p;
}

bool register_pinned(void* p, size_t bytes, unsigned flags, CUctx_st* context) {
    MemoryLocked locked;
    char* base = static_cast<char*>(p);
    auto after = pinned.lower_bound(base);
    if (after != pinned.end() && after->first < base + bytes) return false;
    if (find_pinned(p) != nullptr) return false;
    pinned[base] = {base, bytes, context, flags, true};
    return true;
}

bool release_pinned(void* p, bool registered) {
    MemoryLocked locked;
    auto entry = pinned.find(static_cast<char*>(p));
    if (entry == pinned.end() || entry->second.registered != registered) return false;
    pinned.erase(entry);
    if (!registered) std::free(p);
    return true;
}

const PinnedRange* find_pinned(const void* p) {
    MemoryLocked locked;
    char* address = const_cast<char*>(static_cast<const char*>(p));
    auto entry = pinned.upper_bound(address);
    if (entry == pinned.begin()) return nullptr;
    --entry;
    return address < entry->first + entry->second.bytes ? &entry->second : nullptr;
}

const std::map<char*, PinnedRange>& pinned_ranges() { return pinned; }

void note_global(void* p, size_t bytes, CUctx_st* context, const char* name) {
    MemoryLocked locked;
    char* base = static_cast<char*>(p);
    globals[base] = {base, bytes, context, ++allocation_id, std::string("global ") + name, true};
}

void forget_global(void* p) {
    MemoryLocked locked;
    globals.erase(static_cast<char*>(p));
}

std::string describe(const void* p) {
    MemoryLocked locked;
    if (p == nullptr) return "a null pointer";
    const char* address = static_cast<const char*>(p);
    if (const PinnedRange* range = find_pinned(p)) {
        return std::to_string(address - range->base) + " bytes into pinned host memory of " +
               std::to_string(range->bytes) + " bytes";
    }
    if (const Allocation* a = find_allocation(p)) {
        return std::to_string(address - a->base) + " bytes into " + name(*a);
    }
    if (!in_arena(p)) return "a host pointer";
    if (const Allocation* a = containing(freed, p)) {
        return std::to_string(address - a->base) + " bytes into freed " + name(*a);
    }
    if (const Allocation* a = overrun(p)) {
        return std::to_string(address - a->base - static_cast<ptrdiff_t>(a->bytes)) +
               " bytes past the end of " + name(*a);
    }
    return "device memory that was never allocated";
}

}  // namespace standin
