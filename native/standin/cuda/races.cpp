#include "races.h"

#include "block.h"

namespace standin {

bool Races::conflicts(const Touch& touch, unsigned thread, uint16_t warp_epoch) const {
    if (touch.epoch != epoch || touch.who == thread) return false;
    if (touch.who == kMany) return true;
    unsigned warp = touch.who >= kWarpOf ? touch.who - kWarpOf : touch.who / kWarp;
    return warp != thread / kWarp || touch.warp_epoch == warp_epoch;
}

void Races::add_reader(Touch* read, unsigned thread, uint16_t warp_epoch) const {
    auto one = static_cast<uint16_t>(thread);
    if (read->epoch != epoch) {
        *read = {epoch, one, warp_epoch};
        return;
    }
    if (read->who == one || read->who == kMany) {
        read->warp_epoch = warp_epoch;
        return;
    }
    unsigned warp = read->who >= kWarpOf ? read->who - kWarpOf : read->who / kWarp;
    if (warp != thread / kWarp) {
        read->who = kMany;
    } else {
        bool alone = read->warp_epoch != warp_epoch;
        *read = {epoch, alone ? one : static_cast<uint16_t>(kWarpOf + warp), warp_epoch};
    }
}

Races::Verdict Races::note(size_t at, unsigned thread, uint16_t warp_epoch, bool write,
                           bool atomic) {
    Cell& cell = cells[at];
    bool reads = !write || atomic;
    if (reads && cell.write.epoch < block_start) return kUnwritten;
    if (!(atomic && cell.atomic_write) && conflicts(cell.write, thread, warp_epoch)) {
        found = {cell.write.who, true};
        return kRace;
    }
    if (write && conflicts(cell.read, thread, warp_epoch)) {
        unsigned reader = cell.read.who >= kMany     ? thread
                          : cell.read.who >= kWarpOf ? (cell.read.who - kWarpOf) * kWarp
                                                     : cell.read.who;
        found = {reader, false};
        return kRace;
    }
    if (write) {
        cell.write = {epoch, static_cast<uint16_t>(thread), warp_epoch};
        cell.atomic_write = atomic;
    } else {
        add_reader(&cell.read, thread, warp_epoch);
    }
    return kFine;
}

}  // namespace standin
