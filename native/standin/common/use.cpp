// What programs ask for: how often they call, and how long the work takes that a GPU would do beside
// them.
#include "use.h"

#include <atomic>

#include "locked.h"
#include "work.h"

namespace standin {

namespace {
std::atomic<uint64_t> calls{0}, worked{0};
thread_local int depth = 0;
thread_local int working = 0;
}  // namespace

Counted::Counted() {
    if (depth++ == 0) calls++;
}

Counted::~Counted() { depth--; }

void work(const std::function<void()>& body) {
    double start = seconds_now();
    working++;
    body();
    working--;
    if (working == 0) worked += static_cast<uint64_t>((seconds_now() - start) * 1e9);
}

}  // namespace standin

// Calls, and nanoseconds of work.
extern "C" STANDIN_API void standinUse(uint64_t* counts) {
    counts[0] = standin::calls;
    counts[1] = standin::worked;
}
