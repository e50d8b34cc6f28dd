#include "block.h"

#include <link.h>
#include <sys/mman.h>

#include <algorithm>
#include <cstring>

#include "../common/random.h"
#include "module.h"

thread_local standin_place standin_state;

extern "C" {
struct tls_index {
    unsigned long module, offset;
};
void* __tls_get_addr(tls_index*);
}

namespace standin {

namespace {
thread_local Block* running_block = nullptr;
}

Block::Block() {
    void* p = mmap(nullptr, kMaxDynamicShared, PROT_READ | PROT_WRITE,
                   MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
    if (p == MAP_FAILED) fail("cuLaunchKernel", "no memory for shared memory");
    dynamic = static_cast<char*>(p);
}

Block& Block::of_this_thread() {
    static thread_local Block* block = new Block;
    return *block;
}

Block* Block::running() { return running_block; }

void Block::set_place(unsigned thread) {
    current = thread;
    if (launch->block[1] == 1 && launch->block[2] == 1) {
        standin_state.thread[0] = thread;
        standin_state.thread[1] = standin_state.thread[2] = 0;
        return;
    }
    unsigned row = thread / launch->block[0];
    standin_state.thread[0] = thread % launch->block[0];
    standin_state.thread[1] = row % launch->block[1];
    standin_state.thread[2] = row / launch->block[1];
}

// What each fiber runs: threads that have not started, until one waits or none is left.
void Block::enter(void* p) {
    auto* block = static_cast<Block*>(p);
    while (block->next < block->threads) {
        unsigned thread = block->order[block->next++];
        block->set_place(thread);
        block->launch->function->kernel->run(block->params);
        block->states[block->current].kind = ThreadState::kEnded;
        block->ended++;
        if (block->fiber->busy) break;
    }
    block->fiber->busy = false;
    Fiber* own = block->fiber;
    switch_stack(&own->saved, block->scheduler);
}

void Block::start_and_run() {
    while (ended < threads) {
        if (!ready.empty()) {
            unsigned thread = ready.back();
            ready.pop_back();
            resume(thread);
        } else if (next < threads) {
            fiber = fibers.take(enter, this);
            switch_stack(&scheduler, fiber->saved);
            if (!fiber->busy) fibers.give_back(fiber);
        } else if (at_barrier == threads) {
            release_barrier();
        } else {
            deadlock();
        }
    }
}

void Block::resume(unsigned thread) {
    set_place(thread);
    states[thread].kind = ThreadState::kRunning;
    fiber = states[thread].fiber;
    switch_stack(&scheduler, fiber->saved);
    if (!fiber->busy) fibers.give_back(fiber);
}

// Sets the running thread aside; comes back when it is resumed.
void Block::wait() {
    states[current].fiber = fiber;
    fiber->busy = true;
    switch_stack(&fiber->saved, scheduler);
}

// Leaves the running thread, and with it the whole block, where it is; its stacks are used again.
void Block::abandon() {
    for (unsigned t = 0; t < threads; t++) {
        bool waits = states[t].kind != ThreadState::kUnstarted &&
                     states[t].kind != ThreadState::kEnded && t != current;
        if (waits) fibers.give_back(states[t].fiber);
    }
    ready.clear();
    ended = threads;
    fiber->busy = false;
    void* left = nullptr;
    switch_stack(&left, scheduler);
    __builtin_unreachable();
}

void Block::run(const Launch& what, void** arguments, size_t index) {
    launch = &what;
    params = arguments;
    threads = what.block[0] * what.block[1] * what.block[2];
    for (int i = 0; i < 3; i++) {
        standin_state.block_size[i] = what.block[i];
        standin_state.grid_size[i] = what.grid[i];
    }
    standin_state.block[0] = static_cast<unsigned>(index % what.grid[0]);
    standin_state.block[1] = static_cast<unsigned>(index / what.grid[0] % what.grid[1]);
    standin_state.block[2] = static_cast<unsigned>(index / what.grid[0] / what.grid[1]);
    if (order.size() != threads || seed() != 0) {
        Order drawn(threads, index);
        order.resize(threads);
        for (unsigned i = 0; i < threads; i++) order[i] = static_cast<unsigned>(drawn(i));
    }
    ThreadState unstarted = {};
    states.assign(threads, unstarted);
    warp_epochs.assign((threads + kWarp - 1) / kWarp, 0);
    next = ended = at_barrier = 0;
    barrier_count = 0;
    const CUmod_st& module = *what.function->module;
    tls_index of_module = {module.tls_module, 0};
    fixed = module.tls_bytes > 0 ? static_cast<char*>(__tls_get_addr(&of_module)) : nullptr;
    races.size(module.tls_bytes + what.shared_bytes);
    races.new_block();
    if (global_races != nullptr) global_races->new_block();
    running_block = this;
    start_and_run();
    running_block = nullptr;
}

int Block::barrier(int predicate, const standin_site* site) {
    ThreadState& state = states[current];
    state.kind = ThreadState::kAtBarrier;
    state.site = site;
    state.predicate = predicate;
    at_barrier++;
    wait();
    return barrier_count;
}

static bool same(const char* a, const char* b) { return a == b || std::strcmp(a, b) == 0; }

static bool same_place(const standin_site* a, const standin_site* b) {
    return a->line == b->line && same(a->file, b->file) && same(a->call, b->call);
}

static std::string text(const standin_site* site) {
    return std::string(site->call) + " (" + site->file + ":" + std::to_string(site->line) + ")";
}

void Block::release_barrier() {
    barrier_count = 0;
    for (unsigned t = 0; t < threads; t++) {
        if (!same_place(states[t].site, states[0].site)) {
            current = t;
            fault_at("divergent barrier: this thread waits at " + text(states[t].site) +
                         ", thread " + coordinates(0) + " at " + text(states[0].site),
                     "");
        }
        if (states[t].predicate != 0) barrier_count++;
    }
    at_barrier = 0;
    races.barrier();
    if (global_races != nullptr) global_races->barrier();
    for (unsigned i = threads; i-- > 0;) ready.push_back(order[i]);
}

void Block::deadlock() {
    unsigned waiting = 0;
    while (states[waiting].kind == ThreadState::kEnded) waiting++;
    const standin_site* site = states[waiting].site;
    auto with_it = [&](const ThreadState& state) {
        return state.kind == states[waiting].kind && same_place(state.site, site);
    };
    unsigned absent = 0;
    while (absent < threads && with_it(states[absent])) absent++;
    current = waiting;
    std::string message = "divergent barrier: this thread waits at " + text(site) + " for others";
    if (absent < threads && states[absent].kind == ThreadState::kEnded) {
        message += "; thread " + coordinates(absent) + " ended without it";
    } else if (absent < threads) {
        message += "; thread " + coordinates(absent) + " waits at " + text(states[absent].site);
    }
    fault_at(message, "");
}

unsigned Block::active_mask() const {
    unsigned first = current / kWarp * kWarp;
    unsigned mask = 0;
    for (unsigned lane = 0; lane < kWarp && first + lane < threads; lane++) {
        if (states[first + lane].kind != ThreadState::kEnded) mask |= 1U << lane;
    }
    return mask;
}

bool Block::warp_is_complete(unsigned first, unsigned mask) const {
    // From the last one on, as that is the last to come in the natural order.
    for (unsigned lane = kWarp; lane-- > 0;) {
        if (first + lane >= threads || !(mask >> lane & 1)) continue;
        const ThreadState& state = states[first + lane];
        if (state.kind == ThreadState::kEnded) continue;
        if (state.kind != ThreadState::kInWarp) return false;
        if (state.mask != mask || !same_place(state.site, states[current].site)) return false;
    }
    return true;
}

unsigned Block::warp(unsigned mask, uint64_t value, uint64_t* values, const standin_site* site) {
    exchange(mask, value, values, -1, site);
    return states[current].took_part;
}

uint64_t Block::shuffle(unsigned mask, uint64_t value, int source, const standin_site* site) {
    exchange(mask, value, nullptr, source % static_cast<int>(kWarp), site);
    return states[current].value;
}

void Block::exchange(unsigned mask, uint64_t value, uint64_t* values, int source,
                     const standin_site* site) {
    unsigned lane = current % kWarp;
    if (!(mask >> lane & 1)) {
        fault_at(std::string(site->call) + ": the mask does not name the calling lane", text(site));
    }
    ThreadState& state = states[current];
    state.kind = ThreadState::kInWarp;
    state.site = site;
    state.mask = mask;
    state.value = value;
    state.values = values;
    state.source = source;
    unsigned first = current - lane;
    if (warp_is_complete(first, mask)) release_warp(first, mask);
    wait();
}

// Gives every lane what all gave, and makes them ready.
void Block::release_warp(unsigned first, unsigned mask) {
    constexpr uint64_t kUndefined = 0x7FF7FFF77FF7FFF7;
    uint64_t given[kWarp];
    unsigned took_part = 0;
    for (unsigned lane = 0; lane < kWarp; lane++) {
        bool here = first + lane < threads && (mask >> lane & 1) &&
                    states[first + lane].kind == ThreadState::kInWarp;
        given[lane] = here ? states[first + lane].value : kUndefined;
        if (here) took_part |= 1U << lane;
    }
    // Who wants nothing is at __syncwarp.
    bool orders_memory = states[current].values == nullptr && states[current].source < 0;
    if (orders_memory) warp_epochs[first / kWarp]++;
    for (unsigned lane = kWarp; lane-- > 0;) {
        if (!(took_part >> lane & 1)) continue;
        ThreadState& state = states[first + lane];
        if (state.values != nullptr) std::memcpy(state.values, given, sizeof given);
        if (state.source >= 0) state.value = given[state.source];
        state.took_part = took_part;
        state.kind = ThreadState::kRunning;
        ready.push_back(first + lane);
    }
}

}  // namespace standin
