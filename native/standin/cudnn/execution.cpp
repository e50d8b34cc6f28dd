#include "execution.h"

#include <algorithm>
#include <cmath>
#include <mutex>
#include <set>
#include <utility>

#include "common/faults.h"

namespace {

// An algorithm's kernels come to the device at its first use, and stay until the context ends.
void load_kernels(const Algorithm& chosen) {
    constexpr size_t BYTES = size_t{2} << 20;
    static std::mutex mutex;
    static auto* loaded = new std::set<std::pair<uint64_t, const Algorithm*>>();
    std::lock_guard<std::mutex> guard(mutex);
    if (!loaded->insert({standin::context_id(), &chosen}).second) return;
    if (!standin::take_library_memory(BYTES)) {
        throw Refusal{CUDNN_STATUS_DEVICE_ALLOCATION_FAILED, "no memory for kernels"};
    }
}

}  // namespace

Execution::Execution(const std::vector<Algorithm>& all, int id, const Convolution& v, void* memory,
                     size_t bytes)
    : space(memory) {
    const Algorithm& chosen = algorithm(all, id, v);
    wanted = workspace_bytes(chosen, v, v.math);
    require(bytes >= wanted && (wanted == 0 || space != nullptr));
    support(!standin::strikes("refuse", chosen.name));
    if (standin::strikes("fail", chosen.name)) {
        throw Refusal{CUDNN_STATUS_EXECUTION_FAILED, "a test has it fail"};
    }
    load_kernels(chosen);
    rounds = v.x.type == CUDNN_DATA_FLOAT && on_tensor_cores(chosen, v, v.math);
    wrong = standin::strikes("wrong", chosen.name);
    overruns = standin::strikes("overrun", chosen.name);
}

void Execution::begin(const char* call) const { use_workspace(call, space, wanted); }

// To TF32, or before Ampere to half.
std::vector<double> Execution::factor(std::vector<double> values) const {
    constexpr int AMPERE = 80;
    bool tf32 = standin::compute_capability() >= AMPERE;
    for (double& value : values) {
        if (!rounds) break;
        value = tf32 ? standin::rounded_to_tf32(value)
                     : standin::rounded(standin::Number::F16, value);
    }
    return values;
}

// A wrong result has one element that is off by a hundredth of the largest.
void Execution::end(const char* call, const char* argument, const Tensor& y, void* p,
                    std::vector<double> result, Scale scale) const {
    if (wrong && !result.empty()) {
        double largest = 0;
        for (double value : result) largest = std::max(largest, std::abs(value));
        result.back() += largest / 100;
    }
    write(call, argument, y, p, result, scale);
    if (!overruns) return;
    standin::overrun(space, wanted);
    standin::overrun(p, y.extent() * standin::size_of(y.number()));
}
