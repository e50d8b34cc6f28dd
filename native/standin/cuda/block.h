// One block of a launch on one of the stand-in's threads.
//
// A thread of the block runs as a plain call, one after the other on one stack, until one waits at
// a barrier: its stack is then set aside, and the threads that follow go on on another. When all
// have come to the barrier they are resumed, so a kernel without barriers never switches.
#pragma once

#include <cstdint>
#include <vector>

#include "../kernel/standin_abi.h"
#include "fiber.h"
#include "launch.h"
#include "races.h"

// Kernels read it directly.
extern "C" __attribute__((visibility("default"))) thread_local standin_place standin_state;

namespace standin {

constexpr unsigned kWarp = 32;
constexpr size_t kMaxDynamicShared = 232448;  // of any GPU

struct ThreadState {
    enum Kind : uint8_t { kUnstarted, kRunning, kAtBarrier, kInWarp, kEnded };
    Kind kind;
    Fiber* fiber;
    const standin_site* site;  // where it waits
    unsigned mask;             // of lanes that it waits for
    int predicate;
    uint64_t value;      // what it gives to its warp, then what it got of the source
    uint64_t* values;    // where it wants what all give, or null
    int source;          // the lane of which it wants what that one gives, or negative
    unsigned took_part;  // who did
};

class Block {
 public:
    static Block& of_this_thread();
    // The block that runs on this thread, or null.
    static Block* running();

    void run(const Launch& launch, void** params, size_t index);

    int barrier(int predicate, const standin_site* site);
    unsigned warp(unsigned mask, uint64_t value, uint64_t* values, const standin_site* site);
    uint64_t shuffle(unsigned mask, uint64_t value, int source, const standin_site* site);
    unsigned active_mask() const;

    // Checks of one access of the running thread; `code` is where it is.
    void access(const void* p, size_t bytes, bool write, bool atomic, const void* code);

    // End the run, with the place in the source.
    [[noreturn]] void fault(const std::string& message, const void* code) const;
    [[noreturn]] void fault_at(const std::string& message, const std::string& where) const;

    // The same; where a test has planted an illegal access, only break the context.
    [[noreturn]] void illegal(const std::string& message, const void* code, int error);
    [[noreturn]] void illegal_at(const std::string& message, const std::string& where, int error);

    void* dynamic_shared() { return dynamic; }
    unsigned thread() const { return current; }

 private:
    Block();
    static void enter(void* block);
    void start_and_run();
    void set_place(unsigned thread);
    void resume(unsigned thread);
    void wait();
    void exchange(unsigned mask, uint64_t value, uint64_t* values, int source,
                  const standin_site* site);
    void release_barrier();
    void release_warp(unsigned first, unsigned mask);
    bool warp_is_complete(unsigned first, unsigned mask) const;
    bool shared_access(const char* p, size_t bytes, bool write, bool atomic, const void* code);
    void check_shared(size_t at, const char* p, size_t bytes, bool write, bool atomic,
                      const void* code);
    void check_global(const char* p, size_t bytes, bool write, bool atomic, const void* code);
    void other_access(const char* p, size_t bytes, bool write, const void* code);
    [[noreturn]] void race(const Races& races, const std::string& access, const void* code) const;
    [[noreturn]] void arena_fault(const char* p, size_t bytes, bool write, const void* code);
    [[noreturn]] void abandon();
    [[noreturn]] void deadlock();
    std::string shared_name(const char* p) const;
    std::string coordinates(unsigned thread) const;
    std::string place(const std::string& message, const std::string& where) const;

    const Launch* launch = nullptr;
    void** params = nullptr;
    unsigned threads = 0;
    std::vector<unsigned> order;
    std::vector<ThreadState> states;
    std::vector<unsigned> ready;  // threads to resume, the last first
    std::vector<uint16_t> warp_epochs;
    unsigned next = 0;  // place in the order
    unsigned current = 0;
    unsigned ended = 0;
    unsigned at_barrier = 0;
    int barrier_count = 0;
    Fibers fibers;
    Fiber* fiber = nullptr;  // that runs
    void* scheduler = nullptr;
    char* dynamic;
    char* fixed = nullptr;  // static shared memory of the module on this thread
    SharedRaces races;
};

}  // namespace standin
