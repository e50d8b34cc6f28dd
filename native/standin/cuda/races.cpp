#include "races.h"

#include "../common/work.h"
#include "block.h"

namespace standin {

namespace {

constexpr uint16_t kWarpOf = 2048;
constexpr uint16_t kMany = 4096;
constexpr uintptr_t kPage = 4096;

unsigned warp_of(const Touch& touch) {
    return touch.who >= kWarpOf ? touch.who - kWarpOf : touch.who / kWarp;
}

}  // namespace

GlobalRaces* const global_races = flag("RETROGRAD_STANDIN_RACES") ? new GlobalRaces : nullptr;

bool Races::of_other_block(const Touch& touch) const {
    return touch.epoch >= first && touch.epoch < block_start;
}

bool Races::conflicts(const Touch& touch, unsigned thread, uint16_t warp_epoch) const {
    if (of_other_block(touch)) return true;
    if (touch.epoch != epoch || touch.who == thread) return false;
    if (touch.who == kMany) return true;
    return warp_of(touch) != thread / kWarp || touch.warp_epoch == warp_epoch;
}

void Races::add_reader(Cell& cell, unsigned thread, uint16_t warp_epoch) const {
    Touch& read = cell.read;
    auto one = static_cast<uint16_t>(thread);
    if (read.epoch != epoch) {
        cell.read_by_others |= of_other_block(read);
        read = {epoch, one, warp_epoch};
    } else if (read.who == one || read.who == kMany) {
        read.warp_epoch = warp_epoch;
    } else if (warp_of(read) != thread / kWarp) {
        read.who = kMany;
    } else {
        bool alone = read.warp_epoch != warp_epoch;
        read = {epoch, alone ? one : static_cast<uint16_t>(kWarpOf + thread / kWarp), warp_epoch};
    }
}

bool Races::fail(const Touch& touch, unsigned thread, bool write) {
    unsigned other = touch.who >= kMany     ? thread
                     : touch.who >= kWarpOf ? warp_of(touch) * kWarp
                                            : touch.who;
    found = {other, write, !of_other_block(touch)};
    return believed;
}

bool Races::note(Cell& cell, unsigned thread, uint16_t warp_epoch, bool write, bool atomic) {
    bool fine = true;
    if (!(atomic && cell.atomic_write) && conflicts(cell.write, thread, warp_epoch)) {
        fine = fail(cell.write, thread, true);
    } else if (write && conflicts(cell.read, thread, warp_epoch)) {
        fine = fail(cell.read, thread, false);
    } else if (write && cell.read_by_others) {
        found = {thread, false, false};
        fine = believed;
    }
    if (write) {
        cell.write = {epoch, static_cast<uint16_t>(thread), warp_epoch};
        cell.atomic_write = atomic;
    } else {
        add_reader(cell, thread, warp_epoch);
    }
    return fine;
}

void GlobalRaces::new_launch() {
    pages.clear();
    epoch = 0;
}

void GlobalRaces::new_block() {
    block_start = ++epoch;
    believed = false;
}

Cell* GlobalRaces::at(const void* p) {
    auto address = reinterpret_cast<uintptr_t>(p);
    std::vector<Cell>& page = pages[address / kPage];
    if (page.empty()) page.resize(kPage);
    return &page[address % kPage];
}

}  // namespace standin
