// Who touched each byte of a block's shared memory since the last barrier.
//
// Two accesses conflict if they are of different threads, one of them writes, not both are atomic,
// and nothing orders them: no barrier of the block lies between them and, within a warp, no
// __syncwarp.
#pragma once

#include <cstddef>
#include <cstdint>
#include <vector>

namespace standin {

class Races {
 public:
    enum Verdict { kFine, kUnwritten, kRace };

    struct Who {
        unsigned thread;
        bool write;
    };

    // Makes room for bytes [0, n).
    void size(size_t n) {
        if (cells.size() < n) cells.resize(n);
    }

    // No byte was written, none touched.
    void new_block() { block_start = ++epoch; }
    void barrier() { epoch++; }

    // Notes an access by a thread whose warp has passed `warp_epoch` of its own barriers.
    Verdict note(size_t at, unsigned thread, uint16_t warp_epoch, bool write, bool atomic);

    // The other side of the race that was just found.
    Who other() const { return found; }

 private:
    struct Touch {
        uint32_t epoch;
        uint16_t who;  // a thread, or kWarpOf + warp, or kMany
        uint16_t warp_epoch;
    };
    struct Cell {
        Touch write;
        Touch read;
        bool atomic_write;
    };
    static constexpr uint16_t kWarpOf = 2048;
    static constexpr uint16_t kMany = 4096;

    bool conflicts(const Touch& touch, unsigned thread, uint16_t warp_epoch) const;
    void add_reader(Touch* read, unsigned thread, uint16_t warp_epoch) const;

    std::vector<Cell> cells;
    uint32_t epoch = 0;
    uint32_t block_start = 0;
    Who found = {};
};

}  // namespace standin
