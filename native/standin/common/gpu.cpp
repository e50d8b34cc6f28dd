#include "gpu.h"

#include <cstdlib>
#include <iterator>

namespace standin {

namespace {

// As their drivers tell.
constexpr GpuKind kKinds[] = {
    {"h200", "CPU stand-in (H200)", 9, 0, 132, 2048, 32, 233472, 232448, 1024, 62914560, 1980000,
     3201000, 6144},
    {"a100", "CPU stand-in (A100)", 8, 0, 108, 2048, 32, 167936, 166912, 1024, 41943040, 1410000,
     1593000, 5120},
    {"t4", "CPU stand-in (T4)", 7, 5, 40, 1024, 16, 65536, 65536, 0, 4194304, 1590000, 5001000,
     256},
    {"b200", "CPU stand-in (B200)", 10, 0, 148, 2048, 32, 233472, 232448, 1024, 132644864, 1965000,
     3996000, 8192},
};

}  // namespace

const GpuKind* chosen_gpu() {
    static const GpuKind* const chosen = []() -> const GpuKind* {
        const char* text = std::getenv("RETROGRAD_STANDIN_GPU");
        std::string wanted = text != nullptr && *text != '\0' ? text : kKinds[0].key;
        for (const GpuKind& kind : kKinds) {
            if (wanted == kind.key) return &kind;
        }
        return nullptr;
    }();
    return chosen;
}

const GpuKind& gpu() { return chosen_gpu() != nullptr ? *chosen_gpu() : kKinds[0]; }

std::string gpu_names() {
    std::string names;
    for (const GpuKind& kind : kKinds) names += (names.empty() ? "" : ", ") + std::string(kind.key);
    return names;
}

int compute_capability() { return 10 * gpu().major + gpu().minor; }

}  // namespace standin
