// Contexts, streams, events, and the work that waits on them.
//
// Each stream is a queue. At once (the default) an item runs when it is submitted. In the delayed
// mode (RETROGRAD_STANDIN_DELAYED=1) it runs at the latest moment that CUDA's documents allow: when
// something waits for it. An item may name items of other streams that have to run before it: that
// is what cuStreamWaitEvent and the legacy default stream do.
#pragma once

#include <atomic>
#include <cstdint>
#include <deque>
#include <functional>
#include <memory>
#include <set>
#include <string>
#include <vector>

#include "standin.h"

struct CUgraphNode_st;

namespace standin {

struct Capture;

// A place in a stream's queue: reached when `count` of its items have run.
struct Ticket {
    std::shared_ptr<struct Queue> queue;
    uint64_t count = 0;
};

struct Item {
    std::string call;
    std::function<void()> work;
    std::vector<Ticket> after;
};

struct Queue {
    CUctx_st* context = nullptr;
    std::deque<Item> items;
    uint64_t submitted = 0;
    uint64_t done = 0;
};

// The context whose work this thread runs, or null.
CUctx_st* executing_context();

class Executing {
 public:
    explicit Executing(CUctx_st* context);
    ~Executing();
    Executing(const Executing&) = delete;
    Executing& operator=(const Executing&) = delete;

 private:
    CUctx_st* before;
};

// Whether a variable of the environment is set, and not to 0.
bool flag(const char* name);

bool delayed();
unsigned threads();

// Calls a program's function as CUDA does, on a thread that is none of the program's, and waits.
void on_own_thread(const std::function<void()>& function);

// Appends an item, and runs it if work is not delayed.
void enqueue(const std::shared_ptr<Queue>& queue, Item item);

// Seconds of a clock that never goes back.
double seconds_now();

// Runs the queue's items, and what they wait for, up to the ticket.
void run_until(const Ticket& ticket);

}  // namespace standin

struct CUstream_st {
    std::shared_ptr<standin::Queue> queue = std::make_shared<standin::Queue>();
    CUctx_st* context = nullptr;
    unsigned flags = 0;
    int priority = 0;
    uint64_t id = 0;
    std::shared_ptr<standin::Capture> capture;   // null unless it records
    std::vector<CUgraphNode_st*> capture_after;  // what its next node comes after
};

struct CUevent_st {
    CUctx_st* context = nullptr;
    unsigned flags = 0;
    bool recorded = false;
    standin::Ticket ticket;
    std::shared_ptr<double> seconds;            // when its last record ran; null until then
    std::shared_ptr<standin::Capture> capture;  // where it was recorded, if in a capture
    std::vector<CUgraphNode_st*> capture_after;
};

struct CUctx_st {
    uint64_t id = 0;
    unsigned flags = 0;
    bool primary = false;
    unsigned version = 0;
    std::atomic<int> error{0};  // by which it was broken
    CUstream_st legacy;      // the default stream
    CUstream_st per_thread;  // its namesake that does not wait for others
    std::set<CUstream_st*> streams;
    std::vector<std::shared_ptr<standin::Queue>> destroyed;  // of streams that had work left
    std::set<CUevent_st*> events;
    std::set<struct CUmod_st*> modules;
    std::set<struct CUgraph_st*> graphs;
    std::set<struct CUgraphExec_st*> graph_execs;
    size_t limits[16] = {};
};
