#include "work.h"

#include <chrono>
#include <cstdlib>
#include <cstring>

#include "random.h"
#include "use.h"

namespace standin {

namespace {
thread_local CUctx_st* executing = nullptr;
}  // namespace

bool flag(const char* name) {
    const char* text = std::getenv(name);
    return text != nullptr && *text != '\0' && std::strcmp(text, "0") != 0;
}

CUctx_st* executing_context() { return executing; }

Executing::Executing(CUctx_st* context) : before(executing) { executing = context; }

Executing::~Executing() { executing = before; }

bool delayed() {
    static const bool value = flag("RETROGRAD_STANDIN_DELAYED");
    return value;
}

double seconds_now() {
    auto now = std::chrono::steady_clock::now().time_since_epoch();
    return std::chrono::duration<double>(now).count();
}

void enqueue(const std::shared_ptr<Queue>& queue, Item item) {
    queue->items.push_back(std::move(item));
    queue->submitted++;
    if (!delayed()) run_until({queue, queue->submitted});
}

void run_until(const Ticket& ticket) {
    Queue& queue = *ticket.queue;
    while (queue.done < ticket.count) {
        for (const Ticket& before : queue.items.front().after) run_until(before);
        if (queue.done >= ticket.count) return;
        Item item = std::move(queue.items.front());
        queue.items.pop_front();
        queue.done++;
        Executing context(queue.context);
        if (queue.context == nullptr || queue.context->error == 0) work(item.work);
    }
}

uint64_t seed() {
    static const uint64_t value = [] {
        const char* text = std::getenv("RETROGRAD_STANDIN_SEED");
        return text ? std::strtoull(text, nullptr, 0) : 0;
    }();
    return value;
}

uint64_t mix(uint64_t x) {
    x += 0x9E3779B97F4A7C15u;
    x = (x ^ (x >> 30)) * 0xBF58476D1CE4E5B9u;
    x = (x ^ (x >> 27)) * 0x94D049BB133111EBu;
    return x ^ (x >> 31);
}

}  // namespace standin
