// Threads of a kernel: stacks of our own, switched in a few instructions.
#pragma once

#include <cstddef>
#include <cstdint>
#include <vector>

namespace standin {

constexpr size_t kStackBytes = size_t{256} << 10;

struct Fiber {
    char* stack;        // its lowest address
    char* top;          // where it begins, near its highest
    void* saved;        // stack pointer while it does not run
    bool busy = false;  // holds a thread that waits
};

// Stacks that one worker uses again and again.
class Fibers {
 public:
    // A fiber that starts with entry(argument) when it is switched to.
    Fiber* take(void (*entry)(void*), void* argument);
    void give_back(Fiber* fiber) { unused.push_back(fiber); }

 private:
    std::vector<Fiber*> unused;
    size_t made = 0;
};

// Saves the registers that calls preserve, and goes on where `to` was saved.
void switch_stack(void** from, void* to) asm("standin_switch_stack");

}  // namespace standin
