// Who touched each byte of memory: of a block's shared memory since the last barrier, of global
// memory in the same launch.
//
// Two accesses conflict if they are of different threads, one of them writes, not both are atomic,
// and nothing orders them: no barrier of the block lies between them and, within a warp, no
// __syncwarp. Nothing orders two blocks. But a block that has used an atomic operation on global
// memory is believed to have learnt by it what others had done.
#pragma once

#include <cstddef>
#include <cstdint>
#include <unordered_map>
#include <vector>

namespace standin {

struct Touch {
    uint32_t epoch;  // 0: none
    uint16_t who;    // a thread, or 2048 + a warp, or 4096 for many
    uint16_t warp_epoch;
};

struct Cell {
    Touch write;
    Touch read;
    bool atomic_write;
    bool read_by_others;  // by blocks before the one that `read` tells
};

class Races {
 public:
    struct Who {
        unsigned thread;
        bool write;
        bool of_this_block;
    };

    void barrier() { epoch++; }

    // Notes an access by a thread whose warp has passed `warp_epoch` of its own barriers. False if
    // it is a race.
    bool note(Cell& cell, unsigned thread, uint16_t warp_epoch, bool write, bool atomic);

    // The other side of the race that was just found.
    Who other() const { return found; }

 protected:
    uint32_t epoch = 0;
    uint32_t block_start = 0;  // the epoch in which the block began
    uint32_t first = 1;        // the oldest epoch that matters
    bool believed = false;

 private:
    bool of_other_block(const Touch& touch) const;
    bool conflicts(const Touch& touch, unsigned thread, uint16_t warp_epoch) const;
    void add_reader(Cell& cell, unsigned thread, uint16_t warp_epoch) const;
    bool fail(const Touch& touch, unsigned thread, bool write);

    Who found = {};
};

// Of the shared memory of the blocks that one thread of the host runs.
class SharedRaces : public Races {
 public:
    // Makes room for bytes [0, n).
    void size(size_t n) {
        if (cells.size() < n) cells.resize(n);
    }

    // No byte was written, none touched.
    void new_block() { first = block_start = ++epoch; }

    bool written(size_t at) const { return cells[at].write.epoch >= block_start; }
    Cell& at(size_t at) { return cells[at]; }

 private:
    std::vector<Cell> cells;
};

// Of device memory, by the blocks of one launch, which run one after the other.
class GlobalRaces : public Races {
 public:
    void new_launch();
    void new_block();
    void atomic() { believed = true; }
    // Those of the bytes from p on, to the end of an aligned word of 16.
    Cell* at(const void* p);

 private:
    std::unordered_map<uintptr_t, std::vector<Cell>> pages;
};

// Null unless RETROGRAD_STANDIN_RACES asks for it: it takes time and memory.
extern GlobalRaces* const global_races;

}  // namespace standin
