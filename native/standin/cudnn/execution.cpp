#include "execution.h"

#include <algorithm>
#include <cmath>

#include "common/faults.h"

Execution::Execution(const std::vector<Algorithm>& all, int id, const Convolution& v, void* memory,
                     size_t bytes)
    : space(memory) {
    const Algorithm& chosen = algorithm(all, id, v);
    wanted = workspace_bytes(chosen, v, v.math);
    require(bytes >= wanted && (wanted == 0 || space != nullptr));
    support(!standin::strikes("refuse", chosen.name));
    if (standin::strikes("fail", chosen.name)) throw Refusal{CUDNN_STATUS_EXECUTION_FAILED};
    wrong = standin::strikes("wrong", chosen.name);
    overruns = standin::strikes("overrun", chosen.name);
}

void Execution::begin(const char* call) const { use_workspace(call, space, wanted); }

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
