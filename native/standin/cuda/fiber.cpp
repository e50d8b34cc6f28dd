#include "fiber.h"

#include <sys/mman.h>

#include "../common/standin.h"

asm(R"(
    .text
    .hidden standin_switch_stack
    .globl standin_switch_stack
    .type standin_switch_stack, @function
standin_switch_stack:
    pushq %rbp
    pushq %rbx
    pushq %r12
    pushq %r13
    pushq %r14
    pushq %r15
    movq %rsp, (%rdi)
    movq %rsi, %rsp
    popq %r15
    popq %r14
    popq %r13
    popq %r12
    popq %rbx
    popq %rbp
    ret
    .size standin_switch_stack, . - standin_switch_stack

    .hidden standin_start_fiber
    .globl standin_start_fiber
    .type standin_start_fiber, @function
standin_start_fiber:
    movq %r12, %rdi
    callq *%rbx
    ud2
    .size standin_start_fiber, . - standin_start_fiber
)");

extern "C" void standin_start_fiber();

namespace standin {

namespace {

constexpr size_t kGuardBytes = 4096;
constexpr size_t kLine = 64;
constexpr size_t kLinesOfPage = kGuardBytes / kLine;

char* new_stack() {
    void* p = mmap(nullptr, kGuardBytes + kStackBytes, PROT_READ | PROT_WRITE,
                   MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
    if (p == MAP_FAILED) fail("cuLaunchKernel", "no memory for the stacks of threads");
    mprotect(p, kGuardBytes, PROT_NONE);
    return static_cast<char*>(p) + kGuardBytes;
}

// Stacks begin in other cache lines of a page each, as a cache holds few lines of the same place
// in different pages, and a warp's threads are resumed one after the other.
size_t first_line(size_t number) { return number * 7 % kLinesOfPage * kLine; }

}  // namespace

Fiber* Fibers::take(void (*entry)(void*), void* argument) {
    Fiber* fiber;
    if (unused.empty()) {
        char* stack = new_stack();
        fiber = new Fiber{stack, stack + kStackBytes - first_line(made++), nullptr};
    } else {
        fiber = unused.back();
        unused.pop_back();
    }
    // What switch_stack pops: r15 r14 r13 r12 rbx rbp, then the address to go to. Two more words
    // keep the stack aligned as a call expects.
    auto** top = reinterpret_cast<void**>(fiber->top) - 9;
    top[0] = top[1] = top[2] = top[5] = nullptr;
    top[3] = argument;
    top[4] = reinterpret_cast<void*>(entry);
    top[6] = reinterpret_cast<void*>(standin_start_fiber);
    fiber->saved = top;
    fiber->busy = false;
    return fiber;
}

}  // namespace standin
