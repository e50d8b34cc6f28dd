// The two locks of the stand-in. Locked is held by every entry point, and while submitted work
// runs. MemoryLocked is held for a look at the registry of memory, by any thread of that work.
#pragma once

#include <mutex>

#include "standin.h"

namespace standin {

std::recursive_mutex& entry_lock();
std::recursive_mutex& memory_lock();

// Counts a call of the program's, but none that it makes in turn.
class Counted {
 public:
    STANDIN_API Counted();
    STANDIN_API ~Counted();
    Counted(const Counted&) = delete;
    Counted& operator=(const Counted&) = delete;
};

class Locked {
 public:
    Locked() : guard(entry_lock()) {}

 private:
    Counted counted;
    std::lock_guard<std::recursive_mutex> guard;
};

class MemoryLocked {
 public:
    MemoryLocked() : guard(memory_lock()) {}

 private:
    std::lock_guard<std::recursive_mutex> guard;
};

}  // namespace standin
